import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { IngestSettings } from '../config/api.ts';
import { AppError } from '../errors.ts';
import { issuesOf } from '../http/errors.ts';
import type { InboxGauge } from '../inbox/gauge.ts';
import type { Appended, InboxStore, NewEvent, NewQuarantine } from '../inbox/store.ts';
import type { ReadEvent } from '../normalise/definition.ts';
import type { EventReading } from '../normalise/event-reading.ts';
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
  reading: Pick<EventReading, 'read'>;
}

export type Receipt =
  | { taken: true; connection: string; eventId: string; ack: Ack; appended: Stored }
  /** `cause` is for our log only. */
  | { taken: false; connection: string; refusal: Refusal; cause: string | undefined };

/** What a first delivery is answered with. */
export type Ack = 200 | 202;

type Stored = Extract<Appended, { outcome: 'first' | 'duplicate' }>;

/** One authentic request on its way to the inbox. */
export interface Authentic {
  connection: Connection;
  incoming: IncomingMessage;
  body: Buffer;
  verdict: Extract<Verdict, { authentic: true }>;
  now: number;
}

export function refuse(connection: string, refusal: Refusal, cause?: string): Receipt {
  return { taken: false, connection, refusal, cause };
}

/** Reads the body and puts it in the inbox or in quarantine; resolves after the commit. */
export async function storeEvent(request: Authentic, options: StoreOptions): Promise<Receipt> {
  const { name } = request.connection;
  const { settings, store, gauge } = options;
  try {
    const read = readBodyOf(request, options);
    if ('cause' in read) {
      const [kept] = await store.quarantine([read]);
      if (kept !== true) return refuse(name, quarantineFull(settings));
      return refuse(name, quarantined(read.cause, read.issues, settings.jsonDepthMax));
    }
    const { eventId } = read;
    const { idHeader } = request.connection.verifier;
    if (idHeader !== null && request.incoming.headers[idHeader] !== eventId) {
      return refuse(name, idMismatch(idHeader));
    }
    const [appended] = await store.append([newEventOf(request, read)]);
    if (appended === undefined || appended.outcome === 'full') {
      return refuse(name, quarantineFull(settings));
    }
    if (appended.outcome === 'reused') return refuse(name, ID_REUSED);
    if (appended.outcome === 'stale') return refuse(name, NOT_AUTHENTIC, 'timestamp-stale');
    if (appended.outcome === 'first' && read.lane !== null) gauge.added();
    return { taken: true, connection: name, eventId, ack: request.connection.ack, appended };
  } catch (error) {
    return cannotStore(error, name, options);
  }
}

function cannotStore(error: unknown, connection: string, options: StoreOptions): Receipt {
  if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
  if (error.cause !== undefined) options.gauge.writeFailed();
  const retryAfterMs = error.retryAfterMs ?? options.settings.retryAfterMs;
  return refuse(
    connection,
    unavailable('inbox-unavailable', 'The inbox cannot take events now.', retryAfterMs),
    error.message,
  );
}

/** A list of many bad lines says no more than its first ones. */
const ISSUES_MAX = 50;

type HeldBack = NewQuarantine & { issues: ReturnType<typeof issuesOf> };

/** The event in the body, or the reason to hold the body back. */
function readBodyOf(
  request: Authentic,
  { settings, reading }: Pick<StoreOptions, 'settings' | 'reading'>,
): ReadEvent | HeldBack {
  const { body, connection, incoming } = request;
  const json = parseJson(body, settings.jsonDepthMax);
  if (!json.ok) {
    return { ...heldBack(request, undefined), cause: json.cause, detail: '', issues: [] };
  }
  const raw = { value: json.value, body, headers: incoming.headers };
  const read = reading.read(connection.origin, raw);
  if (read.ok) return read.event;
  const issues = issuesOf(read.error).slice(0, ISSUES_MAX);
  const detail = JSON.stringify(issues);
  return { ...heldBack(request, json.value), cause: 'schema-invalid', detail, issues };
}

function heldBack(request: Authentic, value: unknown) {
  const { connection, incoming, body, verdict, now } = request;
  return {
    connection: connection.name,
    kind: connection.origin.kind,
    receivedAt: now,
    secretId: verdict.secretId,
    sha256: hash('sha256', body, 'buffer'),
    headers: keptHeaders(incoming.headers),
    body,
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

function newEventOf(request: Authentic, read: ReadEvent): NewEvent {
  const { eventId, eventType, source, lane, confirms } = read;
  const { connection, incoming, body, verdict, now } = request;
  const { bodyToleranceMs } = connection.verifier;
  const sentAt = read.sentAt ?? now;
  const staleBody = bodyToleranceMs !== null && isStale(sentAt, now, bodyToleranceMs);
  return {
    connection: connection.name,
    kind: connection.origin.kind,
    ...{ eventId, eventType, source },
    sentAt,
    lane,
    confirms,
    stale: verdict.stale || staleBody,
    receivedAt: now,
    secretId: verdict.secretId,
    sha256: hash('sha256', body, 'buffer'),
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
