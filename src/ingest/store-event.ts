import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { IngestSettings } from '../config/api.ts';
import { AppError } from '../errors.ts';
import { issuesOf } from '../http/errors.ts';
import type { InboxGauge } from '../inbox/gauge.ts';
import type { Appended, InboxStore, NewEvent, NewQuarantine } from '../inbox/store.ts';
import type { ReadEvent } from '../normalise/definition.ts';
import { readEvent } from '../normalise/read-event.ts';
import { isStale, type Verdict } from '../verification/verdict.ts';
import type { Connection } from './connections.ts';
import { keptHeaders } from './headers.ts';
import { parseJson } from './json.ts';
import {
  ID_REUSED,
  idMismatch,
  NOT_AUTHENTIC,
  quarantined,
  unavailable,
  type Refusal,
} from './refusals.ts';

export interface StoreOptions {
  store: Pick<InboxStore, 'append' | 'quarantine'>;
  gauge: InboxGauge;
  settings: IngestSettings;
}

export type Receipt =
  | { taken: true; connection: string; eventId: string; appended: Stored }
  /** `cause` is for our log only. */
  | { taken: false; connection: string; refusal: Refusal; cause?: string };

type Stored = Extract<Appended, { outcome: 'first' | 'duplicate' }>;

/** One authentic request on its way to the inbox. */
export interface Authentic {
  connection: Connection;
  incoming: IncomingMessage;
  body: Buffer;
  verdict: Extract<Verdict, { authentic: true }>;
  now: number;
}

/** Reads the body and puts it in the inbox or in quarantine; resolves after the commit. */
export async function storeEvent(request: Authentic, options: StoreOptions): Promise<Receipt> {
  const { connection } = request;
  const { settings } = options;
  const refuse = (refusal: Refusal, cause?: string): Receipt => ({
    taken: false,
    connection: connection.name,
    refusal,
    ...(cause === undefined ? {} : { cause }),
  });
  try {
    const read = readBodyOf(request, settings.jsonDepthMax);
    if ('cause' in read) {
      const [kept] = await options.store.quarantine([read]);
      if (kept !== true) return refuse(quarantineFull(settings));
      return refuse(quarantined(read.cause, read.issues, settings.jsonDepthMax));
    }
    const { idHeader } = connection.verifier;
    if (idHeader !== null && request.incoming.headers[idHeader] !== read.eventId) {
      return refuse(idMismatch(idHeader));
    }
    const [appended] = await options.store.append([newEventOf(request, read)]);
    if (appended === undefined || appended.outcome === 'full')
      return refuse(quarantineFull(settings));
    if (appended.outcome === 'reused') return refuse(ID_REUSED);
    if (appended.outcome === 'stale') return refuse(NOT_AUTHENTIC, 'timestamp-stale');
    if (appended.outcome === 'first' && read.lane !== null) options.gauge.added();
    return { taken: true, connection: connection.name, eventId: read.eventId, appended };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
    if (error.cause !== undefined) options.gauge.writeFailed();
    const retryAfterMs = error.retryAfterMs ?? settings.retryAfterMs;
    return refuse(
      unavailable('inbox-unavailable', 'The inbox cannot take events now.', retryAfterMs),
      error.message,
    );
  }
}

/** A list of many bad lines says no more than its first ones. */
const ISSUES_MAX = 50;

type HeldBack = NewQuarantine & { issues: ReturnType<typeof issuesOf> };

/** The event in the body, or the reason to hold the body back. */
function readBodyOf(request: Authentic, depthMax: number): ReadEvent | HeldBack {
  const { body, connection } = request;
  const json = parseJson(body, depthMax);
  if (!json.ok)
    return { ...heldBack(request, undefined), cause: json.cause, detail: '', issues: [] };
  const read = readEvent({ connection: connection.name, kind: connection.kind }, json.value);
  if (read.ok) return read.event;
  const issues = issuesOf(read.error).slice(0, ISSUES_MAX);
  const detail = JSON.stringify(issues);
  return { ...heldBack(request, json.value), cause: 'schema-invalid', detail, issues };
}

function heldBack(request: Authentic, value: unknown) {
  return {
    ...receivedOf(request),
    eventId: textOf(value, 'event_id') ?? headerIdOf(request),
    eventType: textOf(value, 'event_type'),
  };
}

function headerIdOf({ connection, incoming }: Authentic): string | null {
  const value = incoming.headers[connection.verifier.idHeader ?? ''];
  return typeof value === 'string' ? value : null;
}

const TEXT_CHARS_MAX = 128;

function textOf(value: unknown, field: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const text: unknown = Object.hasOwn(value, field) ? Reflect.get(value, field) : null;
  return typeof text === 'string' ? text.slice(0, TEXT_CHARS_MAX) : null;
}

function newEventOf(request: Authentic, event: ReadEvent): NewEvent {
  const { connection, verdict, now } = request;
  const { bodyToleranceMs } = connection.verifier;
  const staleBody = bodyToleranceMs !== null && isStale(event.sentAt, now, bodyToleranceMs);
  return {
    ...receivedOf(request),
    eventId: event.eventId,
    eventType: event.eventType,
    source: event.source,
    sentAt: event.sentAt,
    lane: event.lane,
    confirms: event.confirms,
    stale: verdict.stale || staleBody,
  };
}

function receivedOf({ connection, incoming, body, verdict, now }: Authentic) {
  return {
    connection: connection.name,
    kind: connection.kind,
    receivedAt: now,
    secretId: verdict.secretId,
    sha256: createHash('sha256').update(body).digest(),
    headers: keptHeaders(incoming.headers),
    body,
  };
}

function quarantineFull(settings: IngestSettings): Refusal {
  return unavailable(
    'quarantine-full',
    'The quarantine that this event belongs in is full and must be looked at by an operator.',
    settings.retryAfterMs,
  );
}
