import type { Page } from '../contracts/primitives.ts';
import type { Sqlite } from '../db/open.ts';
import { sequenceOf } from './cursor.ts';
import type { DeliveryStatus } from './outbox.ts';

interface AttemptView {
  at: string;
  status: number | null;
  latency_ms: number;
  error: string | null;
}

/** One delivery as the log shows it; `body` is the exact text that is signed and sent. */
export interface DeliveryView {
  delivery_id: string;
  webhook_id: string;
  event_id: string;
  event_type: string;
  status: DeliveryStatus;
  attempts: AttemptView[];
  body: string;
  created_at: string;
  /** When the next attempt is due; null when none is. */
  next_attempt_at: string | null;
}

export interface DeliveryFilter {
  eventId?: string;
  status?: string;
  cursor?: string;
  limit: number;
}

interface Row {
  seq: number;
  delivery_id: string;
  webhook_id: string;
  event_id: string;
  event_type: string;
  status: DeliveryStatus;
  body: string;
  next_at: number;
  created_at: number;
}

interface AttemptRow {
  at: number;
  status: number | null;
  latency_ms: number;
  error: string | null;
}

/** The readable side of the outbox, newest first. */
export function createDeliveryLog(sqlite: Sqlite, webhookId: string) {
  const byId = sqlite.prepare<[string, string], Row>(
    'SELECT * FROM deliveries WHERE webhook_id = ? AND delivery_id = ?',
  );
  const attemptsOf = sqlite.prepare<[number], AttemptRow>(
    'SELECT at, status, latency_ms, error FROM delivery_attempts WHERE delivery_seq = ? ORDER BY id',
  );
  const view = (row: Row): DeliveryView => ({
    delivery_id: row.delivery_id,
    webhook_id: row.webhook_id,
    event_id: row.event_id,
    event_type: row.event_type,
    status: row.status,
    attempts: attemptsOf
      .all(row.seq)
      .map((attempt) => ({ ...attempt, at: new Date(attempt.at).toISOString() })),
    body: row.body,
    created_at: new Date(row.created_at).toISOString(),
    next_attempt_at: row.status === 'pending' ? new Date(row.next_at).toISOString() : null,
  });

  return {
    get(deliveryId: string): DeliveryView | undefined {
      const row = byId.get(webhookId, deliveryId);
      return row && view(row);
    },
    list(filter: DeliveryFilter): Page<DeliveryView> {
      const where = ['webhook_id = @webhookId'];
      const before = sequenceOf(filter.cursor);
      if (before !== undefined) where.push('seq < @before');
      if (filter.eventId !== undefined) where.push('event_id = @eventId');
      if (filter.status !== undefined) where.push('status = @status');
      const rows = sqlite
        .prepare<[object], Row>(
          `SELECT * FROM deliveries WHERE ${where.join(' AND ')} ORDER BY seq DESC LIMIT @fetch`,
        )
        .all({ ...filter, webhookId, before, fetch: filter.limit + 1 });
      const items = rows.slice(0, filter.limit);
      const last = items.at(-1);
      const more = rows.length > filter.limit && last !== undefined;
      return { items: items.map(view), next: more ? String(last.seq) : null };
    },
  };
}
