import { activityInfo, ApplicationFailure, heartbeat } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { Attempt } from '../src/connections/attempt.ts';
import type { Doubt } from '../src/connections/capability.ts';
import type { Connections } from '../src/connections/connections.ts';
import { signOf } from '../src/connections/far-side.ts';
import {
  createUnknownOutcomes,
  creates,
  type UnknownOutcomes,
} from '../src/connections/unknown-outcome.ts';
import { backoffMs } from '../src/delivery/retry.ts';
import { retryAfterMs } from '../src/delivery/retry-after.ts';
import type { Command, CommandOutcome } from '../src/domain/commands.ts';
import type { OrderAddress } from '../src/domain/ids.ts';
import type { Route } from '../src/domain/route.ts';
import type { Logger } from '../src/logger.ts';

export interface SendInput {
  order: OrderAddress;
  command: Command;
  /** Where the command goes, and by which bundle of mappings. */
  route: Route;
  /** Attempts before the command is a dead letter. */
  attemptsMax: number;
  /** Attempts already made. */
  spent: number;
  /** Left by the first attempt; when absent, attempts already made are taken for lost. */
  doubt?: Doubt | null;
}

/** `again`: the command is worth another attempt after `waitMs`; `spent` counts those made. */
export type SendResult =
  { kind: 'done'; outcome: CommandOutcome } | ({ kind: 'again'; waitMs: number } & Progress);

/** What one attempt leaves to the next. */
interface Progress {
  spent: number;
  doubt: Doubt | null;
}

export interface RetrySettings {
  /** In ms, already scaled. */
  initialMs: number;
  factor: number;
  capMs: number;
  /** Longest `Retry-After` that is honoured. */
  retryAfterMaxMs: number;
}

export interface CommandDeps {
  connections: Connections;
  calls: { timeoutMs: number; firstTimeoutMs: number; retry: RetrySettings };
  log: Logger;
  now: () => number;
  random: () => number;
}

/** Sends commands to other systems, idempotent by the command's key, by the retry rule of seed 4. */
export function createCommandActivities(deps: CommandDeps) {
  const sender: Sender = { ...deps, outcomes: createUnknownOutcomes(deps.now) };
  return {
    /** The first attempt, cheap for the server when it succeeds: run as a local activity. */
    async sendOnce(input: SendInput): Promise<SendResult> {
      const { connector } = await deps.connections.of(input.command, input.order, input.route);
      const progress = { spent: input.spent, doubt: input.doubt ?? null };
      // A local activity that dies is run again and does not know it: too little without keys.
      if (connector.capability?.idempotentCreate === false && creates(input.command)) {
        return { kind: 'again', waitMs: 0, ...progress };
      }
      return attemptOnce(sender, input, { ...progress, timeoutMs: deps.calls.firstTimeoutMs });
    },

    /**
     * Attempts until the outcome is final. Waits between attempts are Temporal's, so they outlive
     * this process; the attempts spent are carried in the heartbeat.
     */
    async sendUntilDone(input: SendInput): Promise<CommandOutcome> {
      const progress = progressOf(input, deps.now());
      const result = await attemptOnce(sender, input, {
        ...progress,
        timeoutMs: deps.calls.timeoutMs,
      });
      if (result.kind === 'done') return result.outcome;
      const { spent, doubt } = result;
      heartbeat({ spent, doubt, attempt: activityInfo().attempt } satisfies Carried);
      throw ApplicationFailure.create({
        type: 'Again',
        category: ApplicationFailureCategory.BENIGN,
        message: `${input.command.key}: ${spent} of ${input.attemptsMax} attempts made, next in ${Math.round(result.waitMs)} ms`,
        nextRetryDelay: Math.max(1, Math.round(result.waitMs)),
      });
    },
  };
}

interface Sender extends CommandDeps {
  outcomes: UnknownOutcomes;
}

interface Carried extends Progress {
  /** Number of the activity's attempt that left this. */
  attempt: number;
}

function progressOf(input: SendInput, now: number): Progress {
  const info = activityInfo();
  const { attempt } = info;
  const carried = info.heartbeatDetails as Partial<Carried> | undefined;
  const spent = carried?.spent ?? input.spent;
  if (carried?.attempt === attempt - 1) return { spent, doubt: carried.doubt ?? null };
  // The attempt before this one was cut off and left no word.
  if (attempt > 1) return { spent, doubt: { how: 'lost', at: now } };
  const lost: Doubt | null = spent > 0 ? { how: 'lost', at: now } : null;
  return { spent, doubt: input.doubt === undefined ? lost : input.doubt };
}

interface Attempting extends Progress {
  timeoutMs: number;
}

async function attemptOnce(
  sender: Sender,
  input: SendInput,
  { spent, doubt, timeoutMs }: Attempting,
): Promise<SendResult> {
  const { command, order, route } = input;
  const { circuit, connector, name } = await sender.connections.of(command, order, route);
  const call = { key: command.key, order: order.orderId, kind: command.kind };
  const pass = await circuit.enter(call);
  if (!pass.go) {
    sender.log.debug({ key: command.key, connection: name, why: pass.reason }, 'command.parked');
    return { kind: 'again', spent, doubt, waitMs: pass.waitMs };
  }
  const startedAt = sender.now();
  const end = await sender.outcomes
    .send({ connector, command, context: { order, timeoutMs }, doubt })
    .catch(async (error: unknown) => {
      await circuit.leave(call, { sign: 'stumbled', startedAt });
      throw error;
    });
  if ('waitMs' in end) {
    await circuit.leave(call, { sign: 'well', startedAt });
    return { kind: 'again', spent, doubt: end.doubt, waitMs: end.waitMs };
  }
  const { attempt } = end;
  const askedMs = askedToWaitMs(sender, attempt);
  const parkedMs = await circuit.leave(call, {
    sign: signOf(attempt),
    startedAt,
    holdMs: askedMs,
    ...(attempt.kind === 'done' ? {} : { error: attempt.error }),
  });
  report(sender, { command, name, attempt, startedAt });
  if (parkedMs !== null) return { kind: 'again', spent, doubt: end.doubt, waitMs: parkedMs };
  return judge(sender, input, { attempt, askedMs, name, progress: { spent, doubt: end.doubt } });
}

/** What the far side asks by `Retry-After`, up to what is honoured; 0 when it does not ask. */
function askedToWaitMs({ calls, now }: Sender, attempt: Attempt): number {
  if (attempt.kind !== 'retry') return 0;
  return Math.min(retryAfterMs(attempt.retryAfter, now()) ?? 0, calls.retry.retryAfterMaxMs);
}

interface Reported {
  command: Command;
  name: string;
  attempt: Attempt;
  startedAt: number;
}

function report({ log, now }: Sender, { command, name, attempt, startedAt }: Reported): void {
  log.info(
    {
      key: command.key,
      kind: command.kind,
      connection: name,
      outcome: attempt.kind === 'done' ? attempt.outcome.type : attempt.kind,
      ...(attempt.kind === 'done' ? {} : { error: attempt.error }),
      durationMs: now() - startedAt,
    },
    'command.attempted',
  );
}

interface Judged {
  attempt: Attempt;
  askedMs: number;
  name: string;
  progress: Progress;
}

function judge(sender: Sender, input: SendInput, judged: Judged): SendResult {
  const { attempt, name, progress } = judged;
  const { retry } = sender.calls;
  const spent = progress.spent + 1;
  switch (attempt.kind) {
    case 'done':
      return attempt;
    case 'unreachable':
      return { kind: 'again', ...progress, waitMs: retry.initialMs * sender.random() };
    case 'refused':
      return final(spent, {
        cause: attempt.cause ?? `${name} ${attempt.status}`,
        lastStatus: attempt.status,
        lastError: attempt.error,
      });
    case 'retry': {
      if (spent >= input.attemptsMax) {
        return final(spent, {
          cause: `${name} ${attempt.status ?? 'no answer'}`,
          lastStatus: attempt.status,
          lastError: attempt.error,
        });
      }
      const own = backoffMs({ ...retry, jitter: 'full' }, spent, sender.random);
      return { kind: 'again', spent, doubt: progress.doubt, waitMs: Math.max(own, judged.askedMs) };
    }
  }
}

function final(
  attempts: number,
  last: { cause: string; lastStatus: number | null; lastError: string },
): SendResult {
  return { kind: 'done', outcome: { type: 'failed', attempts, ...last } };
}
