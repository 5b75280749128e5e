import type { Command, CommandOutcome } from '../domain/commands.ts';
import type { OrderAddress } from '../domain/ids.ts';
import type { Capability } from './capability.ts';
import type { HttpAnswer, HttpResult } from './http.ts';

/** What a command is sent with. */
export interface CommandContext {
  order: OrderAddress;
  timeoutMs: number;
}

/** How one attempt at a command ended. */
export type Attempt =
  | { kind: 'done'; outcome: CommandOutcome }
  /** Worth another attempt: the far side stumbled, or its answer was lost. */
  | { kind: 'retry'; status: number | null; retryAfter: string | undefined; error: string }
  /** Final: the far side understood and refused. */
  | {
      kind: 'refused';
      status: number;
      error: string;
      /** Stable group of the failure, when it is not that of its status. */
      cause?: string;
    }
  /** Nothing was sent, so nothing was spent. */
  | { kind: 'unreachable'; error: string };

/** Sends commands of one kind of system in its own words. */
export interface Connector {
  send(command: Command, context: CommandContext): Promise<Attempt>;
  /** Absent when the vendor honours our idempotency keys and nothing more is needed. */
  capability?: Capability;
  /**
   * What the far side holds for this command, by our reference or by a search: its outcome, or why
   * it could not be looked up; null when it shows nothing.
   */
  find?(command: Command, context: CommandContext): Promise<Attempt | null>;
  close(): Promise<void>;
}

/** Characters of an answer that errors and dead letters keep. */
const EXCERPT_CHARS_MAX = 300;

export function done(outcome: CommandOutcome): Attempt {
  return { kind: 'done', outcome };
}

/**
 * The status table of the template pack (seed 4) for whatever a connector has no better reading
 * of: 4xx is final but for 409 and 429; 408 and 425 speak of the moment, not of the request.
 */
export function readFailure(result: HttpResult): Attempt {
  if (result.kind === 'unreachable') return result;
  if (result.kind === 'denied') {
    return { ...result, kind: 'refused', cause: 'credentials refused' };
  }
  if (result.kind === 'lost') {
    return { kind: 'retry', status: null, retryAfter: undefined, error: result.error };
  }
  const { status, retryAfter } = result;
  const error = errorOf(result);
  const passing = status >= 500 || [408, 409, 425, 429].includes(status);
  return passing
    ? { kind: 'retry', status, retryAfter, error }
    : { kind: 'refused', status, error };
}

/** What an answer says, as far as errors keep it. */
export function errorOf({ status, text }: HttpAnswer): string {
  return `HTTP ${status}: ${excerpt(text)}`;
}

function excerpt(text: string): string {
  return text.length > EXCERPT_CHARS_MAX ? `${text.slice(0, EXCERPT_CHARS_MAX)}…` : text;
}

/** A 2xx whose body breaks the contract: another attempt cannot help. */
export function unreadable(status: number, what: string): Attempt {
  return { kind: 'refused', status, error: `HTTP ${status}, but the body is not ${what}` };
}

export function isOk(result: HttpResult): result is HttpAnswer {
  return result.kind === 'answer' && result.status >= 200 && result.status < 300;
}
