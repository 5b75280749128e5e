import type { AskedLine, PickReported, PickStatus } from '../../../src/domain/inputs.ts';
import type { NamedSnapshot } from '../../../src/domain/lines-by-sku.ts';

/** A warehouse in memory with little stock, which reports what is done in it as a real one does. */
export interface Warehouse {
  receive(sku: string, units: number): void;
  available(sku: string): number;
  /** Reserves what there is; the rest is closed short at once. Undefined when there is nothing. */
  request(reference: string, lines: readonly AskedLine[]): NamedSnapshot | undefined;
  find(reference: string): NamedSnapshot | undefined;
  cancel(reference: string): NamedSnapshot | undefined;
  /** Picks up to so many units; COMPLETED when none are left. */
  pick(reference: string, units?: number): PickReported;
  /** Ships all that is picked. */
  ship(reference: string): PickReported;
}

type Line = NamedSnapshot['lines'][number];

export function createWarehouse(now: () => number): Warehouse {
  const stock = new Map<string, number>();
  const picks = new Map<string, NamedSnapshot>();

  const known = (reference: string): NamedSnapshot => {
    const pick = picks.get(reference);
    if (pick === undefined) throw new Error(`there is no pick ${reference}`);
    return pick;
  };
  const report = (pick: NamedSnapshot, counts: 'picked' | 'shipped', deltas: number[]) => {
    pick.sequence += 1;
    const reference = referenceOf(picks, pick);
    return reported({ pick, reference, counts, deltas, receivedAt: now() });
  };

  return {
    receive: (sku, units) => void stock.set(sku, (stock.get(sku) ?? 0) + units),
    available: (sku) => stock.get(sku) ?? 0,
    request(reference, lines) {
      const told = picks.get(reference);
      if (told !== undefined) return told;
      const reserved = lines.map((line) => reserve(stock, line));
      if (reserved.every((line) => line.allocated === 0)) return undefined;
      const pick: NamedSnapshot = {
        pickId: `PICK-${picks.size + 1}`,
        status: 'CREATED',
        sequence: 1,
        lines: reserved,
      };
      picks.set(reference, pick);
      return pick;
    },
    find: (reference) => picks.get(reference),
    cancel(reference) {
      const pick = picks.get(reference);
      if (pick === undefined) return undefined;
      for (const line of pick.lines) {
        stock.set(line.sku, (stock.get(line.sku) ?? 0) + line.allocated);
        line.cancelled += line.allocated;
        line.allocated = 0;
      }
      pick.sequence += 1;
      pick.status = 'CANCELLED';
      return pick;
    },
    pick(reference, units = Infinity) {
      const pick = known(reference);
      let left = units;
      const deltas = pick.lines.map((line) => {
        const taken = Math.min(left, line.allocated);
        line.allocated -= taken;
        line.picked += taken;
        left -= taken;
        return taken;
      });
      pick.status = pick.lines.some((line) => line.allocated > 0) ? 'PARTIAL' : 'COMPLETED';
      return report(pick, 'picked', deltas);
    },
    ship(reference) {
      const pick = known(reference);
      const deltas = pick.lines.map((line) => line.picked - line.shipped);
      for (const line of pick.lines) line.shipped = line.picked;
      return report(pick, 'shipped', deltas);
    },
  };
}

function reserve(stock: Map<string, number>, asked: AskedLine): Line {
  const there = stock.get(asked.sku) ?? 0;
  const allocated = Math.min(there, asked.qty);
  stock.set(asked.sku, there - allocated);
  const { lineId, sku, qty } = asked;
  const short = qty - allocated;
  return { lineId, sku, requested: qty, allocated, picked: 0, shipped: 0, short, cancelled: 0 };
}

function referenceOf(picks: ReadonlyMap<string, NamedSnapshot>, pick: NamedSnapshot): string {
  return [...picks].find(([, known]) => known === pick)?.[0] ?? '';
}

interface Report {
  pick: NamedSnapshot;
  reference: string;
  counts: 'picked' | 'shipped';
  deltas: readonly number[];
  receivedAt: number;
}

function reported({ pick, reference, counts, deltas, receivedAt }: Report): PickReported {
  const status: PickStatus = pick.status;
  return {
    type: 'pick_reported',
    connection: 'wms',
    eventId: `${pick.pickId}-${pick.sequence}`,
    receivedAt,
    pickId: pick.pickId,
    reference,
    status,
    sequence: pick.sequence,
    counts,
    lines: pick.lines.map((line, index) => ({
      lineId: line.lineId,
      sku: line.sku,
      delta: deltas[index] ?? 0,
      cumulative: line[counts],
      short: line.short,
      cancelled: line.cancelled,
    })),
  };
}
