import type { Sqlite } from '../db/open.ts';
import type { WebhookMode } from './mode.ts';

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'suppressed';

export interface DueRow {
  seq: number;
  deliveryId: string;
  eventId: string;
  eventType: string;
  body: string;
  tries: number;
  round: number;
}

interface NewRow {
  deliveryId: string;
  eventId: string;
  eventType: string;
  body: string;
  status: DeliveryStatus;
  lane: 'normal' | 'reverse';
  nextAt: number;
  createdAt: number;
}

/** What one ended attempt changes. */
export interface Settlement {
  seq: number;
  round: number;
  tries: number;
  attempt: { at: number; status: number | null; latencyMs: number; error: string | null };
  verdict: { status: 'delivered' | 'failed' } | { nextAt: number };
}

const DUE_COLUMNS = `seq, delivery_id AS deliveryId, event_id AS eventId, event_type AS eventType,
  body, tries, round`;

const OFF_SUPPRESSES = `UPDATE deliveries SET status = 'suppressed'
  WHERE webhook_id = ? AND status = 'pending' AND forced = 0`;

/** The statements of one webhook's outbox; every method is synchronous. */
export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox(sqlite: Sqlite, webhookId: string) {
  return {
    ...writers(sqlite, webhookId),
    ...finders(sqlite, webhookId),
    ...modes(sqlite, webhookId),
  };
}

function writers(sqlite: Sqlite, webhookId: string) {
  const insert = sqlite.prepare(`INSERT INTO deliveries
    (delivery_id, webhook_id, event_id, event_type, body, status, lane, next_at, created_at)
    VALUES (@deliveryId, @webhookId, @eventId, @eventType, @body, @status, @lane, @nextAt, @createdAt)`);
  const addAttempt = sqlite.prepare(`INSERT INTO delivery_attempts
    (delivery_seq, at, status, latency_ms, error) VALUES (@seq, @at, @status, @latencyMs, @error)`);
  const dropAttempts = sqlite.prepare(`DELETE FROM delivery_attempts WHERE delivery_seq = @seq
    AND id NOT IN (SELECT id FROM delivery_attempts WHERE delivery_seq = @seq
                   ORDER BY id DESC LIMIT @keptMax)`);
  const settleFinal = sqlite.prepare(`UPDATE deliveries SET tries = @tries, status = @status
    WHERE seq = @seq AND round = @round`);
  const settleRetry = sqlite.prepare(`UPDATE deliveries SET tries = @tries, next_at = @nextAt
    WHERE seq = @seq AND round = @round`);
  const redeliver = sqlite.prepare(`UPDATE deliveries SET status = 'pending', lane = 'normal',
    tries = 0, round = round + 1, forced = 1, next_at = @now
    WHERE delivery_id = @deliveryId AND webhook_id = @webhookId`);
  const prune = sqlite.prepare(`DELETE FROM deliveries WHERE seq IN (SELECT seq FROM deliveries
    WHERE created_at < @before AND webhook_id = @webhookId AND status <> 'pending'
    ORDER BY created_at LIMIT @max)`);

  return {
    insert: (row: NewRow) => void insert.run({ ...row, webhookId }),
    /** Logs an attempt; its verdict counts only when no redelivery began a new round meanwhile. */
    settle(input: Settlement, keptMax: number): void {
      const { seq, round, tries, verdict } = input;
      addAttempt.run({ ...input.attempt, seq });
      if (round > 0) dropAttempts.run({ seq, keptMax });
      if ('nextAt' in verdict) settleRetry.run({ seq, round, tries, nextAt: verdict.nextAt });
      else settleFinal.run({ seq, round, tries, status: verdict.status });
    },
    redeliver: (deliveryId: string, now: number) =>
      redeliver.run({ deliveryId, webhookId, now }).changes > 0,
    prune: (before: number, max: number) => prune.run({ before, max, webhookId }).changes,
  };
}

function finders(sqlite: Sqlite, webhookId: string) {
  const due = sqlite.prepare<[string, number, number], DueRow>(`SELECT ${DUE_COLUMNS}
    FROM deliveries WHERE webhook_id = ? AND status = 'pending' AND lane = 'normal'
    AND next_at <= ? ORDER BY next_at, seq LIMIT ?`);
  const dueReverse = sqlite.prepare<[string, number], DueRow>(`SELECT ${DUE_COLUMNS}
    FROM deliveries WHERE webhook_id = ? AND status = 'pending' AND lane = 'reverse'
    AND next_at <= ? ORDER BY next_at, seq DESC LIMIT 1`);
  const nextDue = sqlite.prepare<[string, number, string, number], { at: number | null }>(`
    SELECT min(at) AS at FROM (
      SELECT min(next_at) AS at FROM deliveries
        WHERE webhook_id = ? AND status = 'pending' AND lane = 'normal' AND next_at > ?
      UNION ALL
      SELECT min(next_at) FROM deliveries
        WHERE webhook_id = ? AND status = 'pending' AND lane = 'reverse' AND next_at > ?)`);
  const openBatch = sqlite.prepare<[string, number], { at: number | null }>(`SELECT
    max(next_at) AS at FROM deliveries WHERE webhook_id = ? AND status = 'pending'
    AND lane = 'reverse' AND tries = 0 AND next_at > ?`);
  const backlog = sqlite.prepare<[string], { pending: number; oldestAt: number | null }>(`SELECT
    count(*) AS pending, min(created_at) AS oldestAt FROM deliveries
    WHERE webhook_id = ? AND status = 'pending'`);

  return {
    due: (now: number, limit: number) => due.all(webhookId, now, limit),
    dueReverse: (now: number) => dueReverse.get(webhookId, now),
    nextDueAt: (now: number) => nextDue.get(webhookId, now, webhookId, now)?.at ?? null,
    /** When the batch that mode `reverse` is collecting goes out; null when none is open. */
    openBatchAt: (now: number) => openBatch.get(webhookId, now)?.at ?? null,
    backlog: () => backlog.get(webhookId) ?? { pending: 0, oldestAt: null },
  };
}

function modes(sqlite: Sqlite, webhookId: string) {
  const read = sqlite.prepare<[string], WebhookMode>(
    'SELECT mode, delay_ms FROM webhook_modes WHERE webhook_id = ?',
  );
  const write = sqlite.prepare(`INSERT INTO webhook_modes (webhook_id, mode, delay_ms)
    VALUES (@webhookId, @mode, @delay_ms)
    ON CONFLICT (webhook_id) DO UPDATE SET mode = excluded.mode, delay_ms = excluded.delay_ms`);
  const suppress = sqlite.prepare(OFF_SUPPRESSES);
  const setMode = sqlite.transaction((mode: WebhookMode) => {
    write.run({ ...mode, webhookId });
    if (mode.mode === 'off') suppress.run(webhookId);
  });

  return {
    mode: (): WebhookMode => read.get(webhookId) ?? { mode: 'on', delay_ms: 0 },
    setMode(mode: WebhookMode): void {
      setMode.immediate(mode);
    },
  };
}
