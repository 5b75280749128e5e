import { Agent, request } from 'undici';
import { messageOf } from '../errors.ts';

export interface HttpCall {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  body?: unknown;
  idempotencyKey?: string;
}

/**
 * How a call ended. `unreachable`: no connection was made, so nothing was done. `lost`: it may or
 * may not have been done.
 */
export type HttpResult =
  | { kind: 'answer'; status: number; retryAfter: string | undefined; body: unknown; text: string }
  | { kind: 'unreachable'; error: string }
  | { kind: 'lost'; error: string };

export interface HttpClient {
  call(call: HttpCall, timeoutMs: number): Promise<HttpResult>;
  close(): Promise<void>;
}

export interface HttpClientOptions {
  /** Base address without a trailing slash, such as `http://127.0.0.1:4100/api/v1`. */
  baseUrl: string;
  headers: Record<string, string>;
  connectTimeoutMs: number;
  /** Bytes of an answer that are read; a longer one is cut. */
  answerBytesMax: number;
  connectionsMax: number;
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Calls one outside system. Never throws: every way a call can end is a value. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const dispatcher = new Agent({
    connections: options.connectionsMax,
    connect: { timeout: options.connectTimeoutMs },
  });
  return {
    close: () => dispatcher.destroy(),
    async call(call, timeoutMs) {
      try {
        const answer = await request(options.baseUrl + call.path, {
          method: call.method,
          dispatcher,
          signal: AbortSignal.timeout(timeoutMs),
          headers: {
            ...options.headers,
            accept: 'application/json',
            'accept-encoding': 'identity',
            'user-agent': 'crossdock/1',
            ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(call.idempotencyKey === undefined
              ? {}
              : { 'idempotency-key': call.idempotencyKey }),
          },
          ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        });
        const text = await readText(answer.body, options.answerBytesMax);
        const header = answer.headers['retry-after'];
        return {
          kind: 'answer',
          status: answer.statusCode,
          retryAfter: Array.isArray(header) ? header[0] : header,
          body: parseJson(text),
          text,
        };
      } catch (error) {
        return failureOf(error, timeoutMs);
      }
    },
  };
}

async function readText(body: AsyncIterable<Buffer>, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= bytesMax) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function failureOf(error: unknown, timeoutMs: number): HttpResult {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { kind: 'lost', error: `No answer within ${timeoutMs} ms` };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text =
    code === '' || messageOf(error).includes(code)
      ? messageOf(error)
      : `${code}: ${messageOf(error)}`;
  return { kind: NEVER_CONNECTED.has(code) ? 'unreachable' : 'lost', error: text };
}
