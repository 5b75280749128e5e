import { activityInfo, ApplicationFailure, heartbeat } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { Attempt } from '../src/connections/attempt.ts';
import type { Connections } from '../src/connections/connections.ts';
import { backoffMs } from '../src/delivery/retry.ts';
import { retryAfterMs } from '../src/delivery/retry-after.ts';
import type { Command, CommandOutcome } from '../src/domain/commands.ts';
import type { OrderAddress } from '../src/domain/ids.ts';
import type { Logger } from '../src/logger.ts';

export interface SendInput {
  order: OrderAddress;
  command: Command;
  /** Attempts before the command is a dead letter. */
  attemptsMax: number;
  /** Attempts already made. */
  spent: number;
}

/** `again`: the command is worth another attempt after `waitMs`; `spent` counts those made. */
export type SendResult =
  { kind: 'done'; outcome: CommandOutcome } | { kind: 'again'; spent: number; waitMs: number };

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
  return {
    /** The first attempt, cheap for the server when it succeeds: run as a local activity. */
    sendOnce: (input: SendInput): Promise<SendResult> =>
      attemptOnce(deps, input, deps.calls.firstTimeoutMs),

    /**
     * Attempts until the outcome is final. Waits between attempts are Temporal's, so they outlive
     * this process; the attempts spent are carried in the heartbeat.
     */
    async sendUntilDone(input: SendInput): Promise<CommandOutcome> {
      const carried = activityInfo().heartbeatDetails as { spent: number } | undefined;
      const spent = carried?.spent ?? input.spent;
      const result = await attemptOnce(deps, { ...input, spent }, deps.calls.timeoutMs);
      if (result.kind === 'done') return result.outcome;
      heartbeat({ spent: result.spent });
      throw ApplicationFailure.create({
        type: 'Again',
        category: ApplicationFailureCategory.BENIGN,
        message: `${input.command.key}: ${result.spent} of ${input.attemptsMax} attempts made, next in ${Math.round(result.waitMs)} ms`,
        nextRetryDelay: Math.max(1, Math.round(result.waitMs)),
      });
    },
  };
}

async function attemptOnce(
  deps: CommandDeps,
  input: SendInput,
  timeoutMs: number,
): Promise<SendResult> {
  const { command, order } = input;
  const connection = deps.connections.of(command, order.connection);
  const pass = connection.circuit.enter();
  if (!pass.go) return { kind: 'again', spent: input.spent, waitMs: pass.waitMs };
  const startedAt = deps.now();
  const attempt = await connection.connector.send(command, { order, timeoutMs });
  connection.circuit.leave(attempt.kind === 'unreachable' ? 'down' : 'reached');
  deps.log.info(
    {
      key: command.key,
      kind: command.kind,
      connection: connection.name,
      outcome: attempt.kind === 'done' ? attempt.outcome.type : attempt.kind,
      ...(attempt.kind === 'done' ? {} : { error: attempt.error }),
      durationMs: deps.now() - startedAt,
    },
    'command.attempted',
  );
  return judge(deps, input, { attempt, name: connection.name });
}

interface Judged {
  attempt: Attempt;
  name: string;
}

function judge(deps: CommandDeps, input: SendInput, { attempt, name }: Judged): SendResult {
  const { retry } = deps.calls;
  switch (attempt.kind) {
    case 'done':
      return attempt;
    case 'unreachable':
      return { kind: 'again', spent: input.spent, waitMs: retry.initialMs * deps.random() };
    case 'refused':
      return final(input.spent + 1, {
        cause: `${name} ${attempt.status}`,
        lastStatus: attempt.status,
        lastError: attempt.error,
      });
    case 'retry': {
      const spent = input.spent + 1;
      if (spent >= input.attemptsMax) {
        return final(spent, {
          cause: `${name} ${attempt.status ?? 'no answer'}`,
          lastStatus: attempt.status,
          lastError: attempt.error,
        });
      }
      const asked = Math.min(
        retryAfterMs(attempt.retryAfter, deps.now()) ?? 0,
        retry.retryAfterMaxMs,
      );
      const own = backoffMs({ ...retry, jitter: 'full' }, spent, deps.random);
      return { kind: 'again', spent, waitMs: Math.max(own, asked) };
    }
  }
}

function final(
  attempts: number,
  last: { cause: string; lastStatus: number | null; lastError: string },
): SendResult {
  return { kind: 'done', outcome: { type: 'failed', attempts, ...last } };
}
