import type { IncomingHttpHeaders } from 'node:http';

/** Signatures, credentials and cookies are not among them: what is stored can be shown. */
const KEPT = [
  'content-type',
  'user-agent',
  'x-event-id',
  'x-timestamp',
  'webhook-id',
  'webhook-timestamp',
  'x-request-id',
  'traceparent',
] as const;

const VALUE_CHARS_MAX = 256;

/** JSON of the headers that help to trace a delivery. */
export function keptHeaders(headers: IncomingHttpHeaders): string {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value.slice(0, VALUE_CHARS_MAX);
  }
  return JSON.stringify(kept);
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** Whether the body is plain JSON in UTF-8: a compressed one could grow without bound. */
export function isPlainJson(headers: IncomingHttpHeaders): boolean {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') return false;
  return JSON_TYPE.test(headers['content-type'] ?? '');
}
