import { messageOf } from '../errors.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';

export interface CallInput {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface CallAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; undefined when it is not JSON. */
  json: unknown;
  latencyMs: number;
}

/** One HTTP call; whatever keeps an answer from coming is `unreachable`. */
export async function call(input: CallInput): Promise<CallAnswer> {
  const { method, url, headers = {}, body, timeoutMs, signal } = input;
  const timeout = AbortSignal.timeout(timeoutMs);
  const startedAt = performance.now();
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const latencyMs = performance.now() - startedAt;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: parsed(text),
      latencyMs,
    };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const why = timeout.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error);
    throw new CliError(EXIT.unreachable, 'unreachable', `${url} cannot be reached: ${why}.`, {
      hint: '`crossdock status` shows what is up; `crossdock doctor` says what is wrong.',
      cause: error,
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch hides the cause that a person can act on behind "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0]);
  if (cause instanceof Error) return cause.message || cause.name;
  return messageOf(error);
}
