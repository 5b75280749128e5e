import { randomUUID } from 'node:crypto';
import type { Sqlite } from '../db/open.ts';
import type { NewQuarantine, QuarantinedEvent, QuarantineListRequest } from './store.ts';

/** Keeps a body that cannot be taken; false when the quarantine is full. */
export type HoldBack = (entry: NewQuarantine) => boolean;

interface Quarantine {
  holdBack: HoldBack;
  /** Counts the rows anew after some were forgotten. */
  recount(): void;
}

/** Prepares the writes of the quarantine; the caller owns the transaction. */
export function prepareQuarantine(sqlite: Sqlite, rowsMax: number): Quarantine {
  const repeat = sqlite.prepare(`
    update quarantine set deliveries = deliveries + 1
    where connection = ? and sha256 = ? and cause = ?`);
  const insert = sqlite.prepare(`
    insert into quarantine (id, connection, kind, event_id, event_type, cause, detail, received_at,
      secret_id, sha256, headers, body)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const countRows = sqlite.prepare('select count(*) from quarantine').pluck();
  let rows = Number(countRows.get());

  function holdBack(entry: NewQuarantine): boolean {
    const { connection, sha256, cause } = entry;
    if (repeat.run(connection, sha256, cause).changes === 1) return true;
    if (rows >= rowsMax) return false;
    insert.run(
      `qua_${randomUUID()}`,
      connection,
      entry.kind,
      entry.eventId,
      entry.eventType,
      cause,
      entry.detail,
      entry.receivedAt,
      entry.secretId,
      sha256,
      entry.headers,
      entry.body,
    );
    rows += 1;
    return true;
  }

  return { holdBack, recount: () => (rows = Number(countRows.get())) };
}

const COLUMNS = `id, connection, kind, event_id as eventId, event_type as eventType, cause, detail,
  received_at as receivedAt, deliveries, secret_id as secretId, headers, body`;

interface Bounds {
  connection: string | null;
  eventId: string | null;
  at: number;
  id: string;
  limit: number;
}

/** Newest first. */
export function prepareQuarantineList(
  sqlite: Sqlite,
): (request: QuarantineListRequest) => QuarantinedEvent[] {
  const ofEvent = sqlite.prepare<[Bounds], QuarantinedEvent>(`
    select ${COLUMNS} from quarantine where connection = @connection and event_id = @eventId
      and (received_at, id) < (@at, @id) order by received_at desc, id desc limit @limit`);
  const newest = sqlite.prepare<[Bounds], QuarantinedEvent>(`
    select ${COLUMNS} from quarantine where (received_at, id) < (@at, @id)
      and (@connection is null or connection = @connection)
      and (@eventId is null or event_id = @eventId)
    order by received_at desc, id desc limit @limit`);

  return ({ connection, eventId, before, limit }) => {
    const bounds = {
      connection: connection ?? null,
      eventId: eventId ?? null,
      at: before?.receivedAt ?? Number.MAX_SAFE_INTEGER,
      id: before?.id ?? '',
      limit,
    };
    return (connection !== undefined && eventId !== undefined ? ofEvent : newest).all(bounds);
  };
}
