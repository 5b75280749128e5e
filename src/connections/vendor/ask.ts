import type { CallName, CallSpec, ConnectionSpec } from '../../wiring/spec.ts';
import { errorOf, readFailure, type Attempt } from '../attempt.ts';
import type { HttpAnswer, HttpCall, HttpClient, HttpResult } from '../http.ts';
import { judge, type Standing } from './outcome.ts';
import { translate, type Maps } from './read-answer.ts';
import { renderPath, renderTarget, withQuery, type Names } from './template.ts';

/** A system that is driven by its file and the mappings of one bundle. */
export interface Vendor {
  spec: ConnectionSpec;
  maps: Maps;
  http: HttpClient;
}

export interface Asking {
  call: CallName;
  names: Names;
  /** Our command, for the mapping of the call's body. */
  words?: unknown;
  /** Idempotency key, sent where the vendor has a header for it. */
  key?: string;
  /** Query that the vendor gave for the next page, in place of the call's own. */
  query?: string;
  timeoutMs: number;
}

export type Asked =
  | { ok: true; meaning: Standing; call: CallSpec; answer: HttpAnswer }
  | { ok: false; attempt: Attempt; answer: HttpAnswer | null };

/** Sends one call of the file and says what its answer means. */
export async function ask(vendor: Vendor, asking: Asking): Promise<Asked> {
  const prepared = prepare(vendor, asking);
  if (!prepared.ok) return { ok: false, attempt: prepared.attempt, answer: null };
  const result = await vendor.http.call(prepared.http, asking.timeoutMs);
  if (result.kind !== 'answer') return { ok: false, attempt: readFailure(result), answer: null };
  const judged = judge(asking.call, prepared.call, result);
  return judged.ok
    ? { ok: true, meaning: judged.meaning, call: prepared.call, answer: result }
    : { ok: false, attempt: explained(vendor, judged.attempt), answer: result };
}

const CREDENTIALS_REFUSED = new Set([401, 403]);

/** Who reads the dead letter is told where the credentials come from. */
function explained({ spec }: Vendor, attempt: Attempt): Attempt {
  if (attempt.kind !== 'refused' || !CREDENTIALS_REFUSED.has(attempt.status)) return attempt;
  const error = `${attempt.error} ${spec.name} refuses our credentials, so nothing was done. Look at auth in ${spec.file} and at the variables that it names, then replay.`;
  return { ...attempt, error };
}

/** The answer as it came, for what is not judged by rules; a call that cannot be made is not sent. */
export async function askPlainly(
  vendor: Vendor,
  { body, ...asking }: Asking & { body?: unknown },
): Promise<HttpResult> {
  const prepared = prepare(vendor, asking);
  if (!prepared.ok) return { kind: 'unreachable', error: `not sent: ${prepared.error}` };
  const call = body === undefined ? prepared.http : { ...prepared.http, body };
  return vendor.http.call(call, asking.timeoutMs);
}

type Prepared =
  { ok: true; call: CallSpec; http: HttpCall } | { ok: false; attempt: Attempt; error: string };

function prepare({ spec, maps }: Vendor, asking: Asking): Prepared {
  const call = spec.calls.get(asking.call);
  if (call === undefined) {
    return unsent(`${spec.name} has no call ${asking.call}: write it in ${spec.file}.`);
  }
  const { words, key } = asking;
  const body = call.send === null || words === undefined ? null : translate(maps, call.send, words);
  if (body?.ok === false) return unsent(body.error, body.cause ?? 'MAP_TYPE');
  const target = targetOf(call, asking);
  if (!target.ok) {
    return unsent(`${asking.call} of ${spec.name} cannot be sent: ${target.error}.`);
  }
  const http: HttpCall = {
    method: call.method,
    path: target.text,
    ...(body === null ? {} : { body: body.value }),
    ...(call.keyHeader === null || key === undefined
      ? {}
      : { idempotencyKey: key, keyHeader: call.keyHeader }),
  };
  return { ok: true, call, http };
}

function targetOf(call: CallSpec, { names, query }: Asking) {
  if (query === undefined) return renderTarget(call, names);
  const path = renderPath(call.path, names);
  return path.ok ? { ok: true as const, text: withQuery(path.text, query) } : path;
}

function unsent(error: string, cause?: string): Extract<Prepared, { ok: false }> {
  const attempt: Attempt = { kind: 'refused', status: 0, error };
  return { ok: false, error, attempt: cause === undefined ? attempt : { ...attempt, cause } };
}

/** An answer whose meaning its call does not have, as when a rule calls a look out of stock. */
export function meaningless(
  { spec }: Vendor,
  { call, meaning, answer }: { call: CallName; meaning: Standing; answer: HttpAnswer },
): Attempt {
  const error = `${spec.file} says that this answer to ${call} means ${meaning}, which nothing follows from. ${errorOf(answer)}`;
  return { kind: 'refused', status: answer.status, error };
}
