import { Agent, request } from 'undici';
import { messageOf } from '../errors.ts';

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Fields that are sent as a form, in place of `body`. */
  form?: Readonly<Record<string, string>>;
  idempotencyKey?: string;
  /** Header that carries the key; `idempotency-key` when absent. */
  keyHeader?: string;
  headers?: Readonly<Record<string, string>>;
}

export interface HttpAnswer {
  kind: 'answer';
  status: number;
  retryAfter: string | undefined;
  /** The `Link` header (RFC 8288). */
  link?: string | undefined;
  body: unknown;
  text: string;
}

/**
 * How a call ended. `unreachable`: no connection was made, so nothing was done. `denied`: nothing
 * was sent, because our credentials are refused; `status` is what their login answered. `lost`: it
 * may or may not have been done.
 */
export type HttpResult =
  | HttpAnswer
  | { kind: 'unreachable'; error: string }
  | { kind: 'denied'; status: number; error: string }
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
        const content = contentOf(call);
        const answer = await request(options.baseUrl + call.path, {
          method: call.method,
          dispatcher,
          signal: AbortSignal.timeout(timeoutMs),
          headers: headersOf(options.headers, call, content?.type),
          ...(content === undefined ? {} : { body: content.text }),
        });
        const text = await readText(answer.body, options.answerBytesMax);
        return {
          kind: 'answer',
          status: answer.statusCode,
          retryAfter: firstOf(answer.headers['retry-after']),
          link: [answer.headers['link'] ?? []].flat().join(', ') || undefined,
          body: parseJson(text),
          text,
        };
      } catch (error) {
        return failureOf(error, timeoutMs);
      }
    },
  };
}

function contentOf({ body, form }: HttpCall): { type: string; text: string } | undefined {
  if (form !== undefined) {
    const text = new URLSearchParams(Object.entries(form)).toString();
    return { type: 'application/x-www-form-urlencoded', text };
  }
  return body === undefined ? undefined : { type: 'application/json', text: JSON.stringify(body) };
}

/** Names in small letters, so that what a call says takes the place of what all calls say. */
function headersOf(
  ofAll: Readonly<Record<string, string>>,
  { idempotencyKey, keyHeader = 'idempotency-key', headers = {} }: HttpCall,
  contentType: string | undefined,
): Record<string, string> {
  return {
    accept: 'application/json',
    'user-agent': 'crossdock/1',
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...small(ofAll),
    ...small(headers),
    'accept-encoding': 'identity',
    ...(idempotencyKey === undefined ? {} : { [keyHeader.toLowerCase()]: idempotencyKey }),
  };
}

function small(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
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
