import type { Page } from '../../contracts/primitives.ts';
import type { Sqlite } from '../../db/open.ts';
import type { Logger } from '../../logger.ts';
import { sequenceOf } from '../../delivery/cursor.ts';
import { faultOf, GENESIS, hashOf, type ChainedRow } from './chain.ts';

/** A call by an operator that may change something. */
export interface AuditCall {
  at: number;
  /** Id of the API key. */
  actor: string;
  action: string;
  target: string;
  reason: string | null;
  request: string | null;
  requestId: string;
}

export interface AuditFilter {
  actor?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface AuditVerdict {
  ok: boolean;
  entries: number;
  /** The first fault; null when there is none. */
  fault: string | null;
  /** Note it elsewhere: a chain that was cut at its end still ends in a valid row. */
  head: { seq: number; hash: string };
}

/**
 * Who did what, when, why and to what end. A call is written down before it runs and chained with
 * its outcome after it, so that one cut off by a crash is recorded too, as of unknown outcome.
 */
export interface AuditLog {
  /** Throws when it cannot be written: the call must not run then. */
  begin(call: AuditCall): number;
  end(id: number, outcome: string): void;
  /** The call changed nothing after all. */
  drop(id: number): void;
  list(filter: AuditFilter): Page<ChainedRow>;
  verify(): Promise<AuditVerdict>;
}

const COLUMNS = `seq, at, actor, action, target, reason, request, outcome,
  request_id AS requestId, previous_hash AS previousHash, hash`;

const CUT_OFF = 'unknown: the process ended before the call did';

/** Rows hashed in one go. */
const VERIFY_SLICE_ROWS = 500;

interface AuditOptions {
  sqlite: Sqlite;
  log: Logger;
}

export function createAuditLog({ sqlite, log }: AuditOptions): AuditLog {
  const chain = chainWriter(sqlite, log);
  const open = sqlite.prepare(`INSERT INTO audit_pending
    (at, actor, action, target, reason, request, request_id)
    VALUES (@at, @actor, @action, @target, @reason, @request, @requestId)`);
  const drop = sqlite.prepare('DELETE FROM audit_pending WHERE id = ?');
  const left = sqlite.prepare<[], { id: number }>('SELECT id FROM audit_pending ORDER BY id');
  for (const { id } of left.all()) chain(id, CUT_OFF);
  return {
    begin: (call) => Number(open.run(call).lastInsertRowid),
    end: chain,
    drop: (id) => void drop.run(id),
    ...readers(sqlite),
  };
}

function chainWriter(sqlite: Sqlite, log: Logger): (id: number, outcome: string) => void {
  const pending = sqlite.prepare<[number], AuditCall>(`SELECT at, actor, action, target, reason,
    request, request_id AS requestId FROM audit_pending WHERE id = ?`);
  const remove = sqlite.prepare('DELETE FROM audit_pending WHERE id = ?');
  const head = sqlite.prepare<[], { seq: number; hash: string }>(
    'SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1',
  );
  const insert = sqlite.prepare(`INSERT INTO audit
    (seq, at, actor, action, target, reason, request, outcome, request_id, previous_hash, hash)
    VALUES (@seq, @at, @actor, @action, @target, @reason, @request, @outcome, @requestId,
      @previousHash, @hash)`);
  const write = sqlite.transaction((id: number, outcome: string): ChainedRow | undefined => {
    const call = pending.get(id);
    if (call === undefined) return undefined;
    const previous = head.get() ?? { seq: 0, hash: GENESIS };
    const row = { ...call, outcome, seq: previous.seq + 1, previousHash: previous.hash };
    const chained = { ...row, hash: hashOf(row) };
    insert.run(chained);
    remove.run(id);
    return chained;
  });
  return (id, outcome) => {
    const row = write.immediate(id, outcome);
    if (row === undefined) return;
    const { seq, actor, action, target, hash } = row;
    log.info({ seq, actor, action, target, outcome, hash }, 'operator.called');
  };
}

function readers(sqlite: Sqlite): Pick<AuditLog, 'list' | 'verify'> {
  const page = sqlite.prepare<
    [{ before: number; actor: string | null; fetch: number }],
    ChainedRow
  >(
    `SELECT ${COLUMNS} FROM audit WHERE seq < @before AND (@actor IS NULL OR actor = @actor)
     ORDER BY seq DESC LIMIT @fetch`,
  );
  const slice = sqlite.prepare<[number, number], ChainedRow>(
    `SELECT ${COLUMNS} FROM audit WHERE seq > ? ORDER BY seq LIMIT ?`,
  );
  return {
    list({ actor = null, cursor, limit }) {
      const before = sequenceOf(cursor) ?? Number.MAX_SAFE_INTEGER;
      const rows = page.all({ before, actor, fetch: limit + 1 });
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return { items, next: rows.length > limit && last ? String(last.seq) : null };
    },
    async verify() {
      let head = { seq: 0, hash: GENESIS };
      let entries = 0;
      for (;;) {
        const rows = slice.all(head.seq, VERIFY_SLICE_ROWS);
        for (const row of rows) {
          const fault = faultOf(row, head);
          if (fault !== null) return { ok: false, entries, fault, head };
          head = { seq: row.seq, hash: row.hash };
          entries += 1;
        }
        if (rows.length < VERIFY_SLICE_ROWS) return { ok: true, entries, fault: null, head };
        await new Promise(setImmediate);
      }
    },
  };
}
