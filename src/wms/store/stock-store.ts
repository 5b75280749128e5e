import type { Sqlite } from '../../db/open.ts';
import type { StockRow } from '../domain/allocation.ts';
import type { Counters, MovementKind } from '../domain/movement.ts';

export interface LedgerEntry {
  at: number;
  kind: MovementKind;
  sku: string;
  location: string;
  lot: string;
  qty: number;
  deltas: Counters;
  causeId: string;
  pickLine: string;
  reason: string | null;
  peerLocation: string | null;
}

export type StockKey = Pick<StockRow, 'sku' | 'location' | 'lot'>;

const ROW_COLUMNS = `s.sku, s.location, s.lot, s.on_hand as onHand, s.reserved, s.picked, s.held,
  s.counting, s.received_at as receivedAt, l.expires_at as expiresAt`;
const FROM_STOCK = 'from stock s left join lots l on l.sku = s.sku and l.lot = s.lot';

/** Only the movement writer changes stock through this store; others read. */
export function createStockStore(sqlite: Sqlite) {
  const bySku = sqlite.prepare<[string], StockRow>(
    `select ${ROW_COLUMNS} ${FROM_STOCK} where s.sku = ? order by s.location, s.lot`,
  );
  const byKey = sqlite.prepare<StockKey, StockRow>(
    `select ${ROW_COLUMNS} ${FROM_STOCK}
     where s.sku = :sku and s.location = :location and s.lot = :lot`,
  );
  const page = sqlite.prepare<[string, string, string, number], StockRow>(
    `select ${ROW_COLUMNS} ${FROM_STOCK} where (s.sku, s.location, s.lot) > (?, ?, ?)
     order by s.sku, s.location, s.lot limit ?`,
  );
  const totals = sqlite.prepare<[], Counters>(
    `select coalesce(sum(on_hand), 0) as onHand, coalesce(sum(reserved), 0) as reserved,
      coalesce(sum(picked), 0) as picked, coalesce(sum(held), 0) as held,
      coalesce(sum(counting), 0) as counting from stock`,
  );
  const insertRow = sqlite.prepare<StockKey & { receivedAt: number }>(
    `insert into stock (sku, location, lot, on_hand, reserved, picked, held, counting, received_at)
     values (:sku, :location, :lot, 0, 0, 0, 0, 0, :receivedAt)`,
  );
  const updateRow = sqlite.prepare<StockRow>(
    `update stock set on_hand = :onHand, reserved = :reserved, picked = :picked, held = :held,
      counting = :counting, received_at = :receivedAt
     where sku = :sku and location = :location and lot = :lot`,
  );
  const insertMovement = sqlite.prepare<Omit<LedgerEntry, 'deltas'> & Counters>(
    `insert into movements (at, kind, sku, location, lot, qty, d_on_hand, d_reserved, d_picked,
      d_held, d_counting, cause_id, pick_line, reason, peer_location)
     values (:at, :kind, :sku, :location, :lot, :qty, :onHand, :reserved, :picked, :held,
      :counting, :causeId, :pickLine, :reason, :peerLocation)`,
  );
  return {
    find: ({ sku, location, lot }: StockKey): StockRow | undefined =>
      byKey.get({ sku, location, lot }),
    rowsOf: (sku: string): StockRow[] => bySku.all(sku),
    page: (after: StockKey, limit: number): StockRow[] =>
      page.all(after.sku, after.location, after.lot, limit),
    totals: (): Counters | undefined => totals.get(),
    insertRow: (row: StockKey & { receivedAt: number }): void => void insertRow.run(row),
    updateRow: (row: StockRow): void => void updateRow.run(row),
    /** Returns the id of the ledger row. */
    append: ({ deltas, ...entry }: LedgerEntry): number =>
      Number(insertMovement.run({ ...entry, ...deltas }).lastInsertRowid),
  };
}

export type StockStore = ReturnType<typeof createStockStore>;
