import type { Command } from '../domain/commands.ts';
import type { Attempt, CommandContext, Connector } from './attempt.ts';
import { remedyFor, type Capability, type Doubt } from './capability.ts';

export interface Sending {
  connector: Connector;
  command: Command;
  context: CommandContext;
  /** Left by an earlier attempt, null when there is none. */
  doubt: Doubt | null;
}

/** `wait`: nothing was sent; the command is to come back when a search can tell. */
export type SendingEnd =
  { attempt: Attempt; doubt: Doubt | null } | { waitMs: number; doubt: Doubt | null };

/** Sends commands so that one whose outcome is unknown is never done twice. */
export interface UnknownOutcomes {
  send(sending: Sending): Promise<SendingEnd>;
}

/** A vendor that honours keys, like every one that says nothing of it. */
const KEYS_HONOURED: Capability = { idempotentCreate: true, getByReference: false, search: null };

/** Attempts remembered for vendors whose search is behind. */
const ATTEMPTS_MAX = 10_000;

const GATEWAY_STATUSES = new Set([502, 504]);

/** One create at a time per key; the rest of a process's attempts at it share that one's end. */
export function createUnknownOutcomes(now: () => number): UnknownOutcomes {
  const flights = new Map<string, Promise<SendingEnd>>();
  const lastAttempts = createLastAttempts();
  return {
    send(sending) {
      const { key } = sending.command;
      const flying = flights.get(key);
      if (flying !== undefined) return flying;
      const flight = resolve(sending, { lastAttempts, now }).finally(() => flights.delete(key));
      flights.set(key, flight);
      return flight;
    },
  };
}

interface Memory {
  lastAttempts: LastAttempts;
  now: () => number;
}

async function resolve(sending: Sending, memory: Memory): Promise<SendingEnd> {
  const { connector, command, doubt } = sending;
  const capability = connector.capability ?? KEYS_HONOURED;
  if (!creates(command)) return await go(sending, memory);
  const known = doubt ?? (capability.search === null ? null : memory.lastAttempts.of(command.key));
  switch (remedyFor(capability, known)) {
    case 'resend':
      return await go(sending, memory);
    case 'probe':
      return (await found(sending)) ?? (await go({ ...sending, doubt: null }, memory));
    case 'search-then-wait': {
      // The search begins after the wait is known to be over, never before.
      const waitMs = waitFor(capability, { doubt: known, sending, now: memory.now() });
      const there = await found(sending);
      if (there !== undefined) return there;
      if (waitMs > 0) return { waitMs, doubt: known };
      return await go({ ...sending, doubt: null }, memory);
    }
    case 'ask-a-person':
      return {
        doubt,
        attempt: {
          kind: 'refused',
          status: 0,
          error:
            'An earlier attempt may have been done, and this system cannot be asked. Look there: discard this if it was done, replay it if it was not.',
        },
      };
  }
}

async function go(sending: Sending, { lastAttempts, now }: Memory): Promise<SendingEnd> {
  const { connector, command, context, doubt } = sending;
  const keyless = connector.capability?.idempotentCreate === false && creates(command);
  if (keyless) lastAttempts.note(command.key, { how: 'lost', at: now() });
  const attempt = await connector.send(command, context);
  const left = doubtAfter(attempt, now());
  if (keyless && left !== null) lastAttempts.note(command.key, left);
  if (left === null && attempt.kind !== 'unreachable') lastAttempts.forget(command.key);
  return { attempt, doubt: left ?? doubt };
}

/** What the far side holds for this command; undefined when it shows nothing. */
async function found({ connector, command, context, doubt }: Sending) {
  const attempt = await connector.find?.(command, context);
  return attempt === null || attempt === undefined ? undefined : { attempt, doubt };
}

/** The far side may be at it for as long as we listened, and its index is behind after that. */
function waitFor(
  { search }: Capability,
  { doubt, sending, now }: { doubt: Doubt | null; sending: Sending; now: number },
): number {
  if (doubt === null || search === null) return 0;
  return Math.max(0, doubt.at + sending.context.timeoutMs + search.lagMs - now + 1);
}

/** The doubt that an attempt leaves. */
function doubtAfter(attempt: Attempt, at: number): Doubt | null {
  if (attempt.kind !== 'retry') return null;
  const { status } = attempt;
  if (status === null || GATEWAY_STATUSES.has(status)) return { how: 'lost', at };
  return status >= 500 || status === 408 ? { how: 'failed', at } : null;
}

/** Commands that bring something new about; the others can be repeated. */
export function creates(command: Pick<Command, 'kind'>): boolean {
  return ['create_task', 'open_action_task', 'request_pick'].includes(command.kind);
}

type LastAttempts = ReturnType<typeof createLastAttempts>;

/** A dead letter that is replayed comes without its doubt, so the last attempts are remembered. */
function createLastAttempts() {
  const attempts = new Map<string, Doubt>();
  return {
    of: (key: string): Doubt | null => attempts.get(key) ?? null,
    forget: (key: string): void => void attempts.delete(key),
    note(key: string, doubt: Doubt): void {
      attempts.delete(key);
      attempts.set(key, doubt);
      const oldest = attempts.keys().next();
      if (attempts.size > ATTEMPTS_MAX && oldest.done !== true) attempts.delete(oldest.value);
    },
  };
}
