import { AppError } from '../errors.ts';
import { isExpired, samePlace, type StockRow } from './domain/allocation.ts';
import {
  addCounters,
  availableOf,
  deltasOf,
  eases,
  isSound,
  NO_COUNTERS,
  type Counters,
  type MovementKind,
} from './domain/movement.ts';
import type { LedgerEntry, StockKey, StockStore } from './store/stock-store.ts';

export interface MoveRequest {
  kind: MovementKind;
  sku: string;
  location: string;
  lot: string;
  qty: number;
  causeId: string;
  pickLine?: string;
  reason?: string | null;
  peerLocation?: string;
}

/** How the availability of one sku at one location changed over a whole unit of work. */
export interface Availability {
  sku: string;
  location: string;
  previous: number;
  available: number;
  cause: MovementKind | 'audit';
  /** Names the last ledger row of the change, or the correction of an audit. */
  source: string;
}

type Cause = Pick<Availability, 'cause' | 'source'>;

interface Loaded {
  rows: StockRow[];
  initial: Map<StockRow, number>;
}

/**
 * The one writer of stock. It lives for one unit of work inside one transaction: movements change
 * the counters in memory, where S1 is checked at once, and `flush` writes the ledger rows and the
 * counters together. One row per (cause, kind, pick line, location, lot), which the ledger's
 * unique key then makes an effect that happens once.
 */
export class MovementWriter {
  private readonly store: StockStore;
  private readonly now: number;
  private readonly loaded = new Map<string, Loaded>();
  private readonly entries = new Map<string, LedgerEntry>();
  private readonly corrected = new Map<StockRow, Cause>();

  constructor(store: StockStore, now: number) {
    this.store = store;
    this.now = now;
  }

  /** Rows of a sku as they stand now, movements of this unit of work included. */
  rowsOf(sku: string): readonly StockRow[] {
    return this.load(sku).rows;
  }

  /** Units that could be given now, so none of an expired lot. */
  availableOf(sku: string, lot?: string | null): number {
    return this.rowsOf(sku)
      .filter((row) => !isExpired(row, this.now) && (lot == null || row.lot === lot))
      .reduce((sum, row) => sum + availableOf(row), 0);
  }

  move(request: MoveRequest): void {
    const row = this.rowFor(request);
    const deltas = deltasOf(request, row);
    const next = addCounters(row, deltas);
    if (!isSound(next) && !eases(row, next)) throw insufficient(request, row);
    if (row.onHand === 0 && next.onHand > 0) row.receivedAt = this.now;
    Object.assign(row, next);
    this.record(request, deltas);
  }

  /**
   * Sets counters to what the ledger says, which needs no ledger row. They may promise more than
   * there is; the same unit of work then has to release until they do not.
   */
  correct(key: StockKey, to: { counters: Counters; correctionId: number }): StockRow {
    const row = this.rowFor(key);
    Object.assign(row, to.counters);
    this.corrected.set(row, { cause: 'audit', source: `audit_${to.correctionId}` });
    return row;
  }

  /** Skus of which some row has more available than before this unit of work. */
  risenSkus(): string[] {
    return [...this.loaded]
      .filter(([, { rows, initial }]) =>
        rows.some((row) => availableOf(row) > (initial.get(row) ?? 0)),
      )
      .map(([sku]) => sku);
  }

  hasRisen(key: { sku: string; location: string; lot: string }): boolean {
    const { rows, initial } = this.load(key.sku);
    return rows.some((row) => samePlace(row, key) && availableOf(row) > (initial.get(row) ?? 0));
  }

  flush(): Availability[] {
    const lastOf = new Map<string, Cause>();
    const touched = new Set<StockRow>(this.corrected.keys());
    for (const [row, cause] of this.corrected) lastOf.set(placeOf(row), cause);
    for (const entry of this.entries.values()) {
      const source = String(this.store.append(entry));
      const place = placeOf(entry);
      lastOf.set(place, { cause: lastOf.get(place)?.cause ?? entry.kind, source });
      touched.add(this.rowFor(entry));
    }
    for (const row of touched) this.store.updateRow(row);
    this.entries.clear();
    this.corrected.clear();
    return this.changes(lastOf);
  }

  private changes(lastOf: ReadonlyMap<string, Cause>): Availability[] {
    const changes = new Map<string, Availability>();
    for (const { rows, initial } of this.loaded.values()) {
      for (const row of rows) {
        const last = lastOf.get(placeOf(row));
        if (last === undefined) continue;
        const { sku, location } = row;
        const sum = changes.get(placeOf(row)) ?? {
          ...{ sku, location, previous: 0, available: 0 },
          ...last,
        };
        sum.previous += initial.get(row) ?? 0;
        sum.available += availableOf(row);
        changes.set(placeOf(row), sum);
      }
    }
    return [...changes.values()].filter((change) => change.available !== change.previous);
  }

  private record(request: MoveRequest, deltas: LedgerEntry['deltas']): void {
    const { kind, sku, location, lot, qty, causeId } = request;
    const pickLine = request.pickLine ?? '';
    const key = JSON.stringify([causeId, kind, pickLine, location, lot]);
    const before = this.entries.get(key);
    this.entries.set(key, {
      at: this.now,
      ...{ kind, sku, location, lot, causeId, pickLine },
      qty: (before?.qty ?? 0) + qty,
      deltas: addCounters(before?.deltas ?? NO_COUNTERS, deltas),
      reason: request.reason ?? before?.reason ?? null,
      peerLocation: request.peerLocation ?? null,
    });
  }

  private rowFor(key: { sku: string; location: string; lot: string }): StockRow {
    const { rows, initial } = this.load(key.sku);
    const found = rows.find((row) => samePlace(row, key));
    if (found !== undefined) return found;
    const { sku, location, lot } = key;
    this.store.insertRow({ sku, location, lot, receivedAt: this.now });
    const fresh = this.store.find({ sku, location, lot });
    if (fresh === undefined) throw new Error(`the row of ${sku} at ${location} was not written`);
    rows.push(fresh);
    initial.set(fresh, 0);
    return fresh;
  }

  private load(sku: string): Loaded {
    const known = this.loaded.get(sku);
    if (known !== undefined) return known;
    const rows = this.store.rowsOf(sku);
    const loaded = { rows, initial: new Map(rows.map((row) => [row, availableOf(row)])) };
    this.loaded.set(sku, loaded);
    return loaded;
  }
}

function placeOf(key: { sku: string; location: string }): string {
  return JSON.stringify([key.sku, key.location]);
}

function insufficient(request: MoveRequest, row: StockRow): AppError {
  const { kind, qty, sku, location, lot } = request;
  const where = lot === '' ? location : `${location}, lot ${lot}`;
  const { onHand, reserved, picked, held } = row;
  return new AppError(
    'conflict',
    `${sku} at ${where} cannot take ${kind} ${qty}: on hand ${onHand}, reserved ${reserved}, picked ${picked}, held ${held}. Nothing was changed. Look at GET /inventory?sku= and correct the quantity or the place.`,
    {
      problem: 'insufficient-stock',
      members: {
        stock: { on_hand: onHand, reserved, picked, held, available: availableOf(row) },
      },
    },
  );
}
