import type { Tape } from './domain-tape.ts';
import {
  closeShort,
  endIfResolved,
  isOpen,
  type StockedLine,
  type StockedPick,
  type Warehouse,
} from './domain-warehouse.ts';

/** Units of one line of a pick. */
export interface Handled {
  pick: StockedPick;
  line: StockedLine;
  qty: number;
}

export function pickUnits(warehouse: Warehouse, { pick, line, qty }: Handled): void {
  warehouse.change(pick, 'picked', () => {
    const units = Math.min(qty, line.allocated);
    line.allocated -= units;
    line.picked += units;
    if (units > 0 && pick.status !== 'PARTIAL') pick.status = 'IN_PROGRESS';
  });
}

/** Units beyond the request, found in the bin. */
export function pickOver(warehouse: Warehouse, { pick, line, qty }: Handled): void {
  warehouse.change(pick, 'picked', () => {
    line.over += qty;
    line.picked += qty;
    pick.status = 'IN_PROGRESS';
  });
}

/** Units that are not where they should be; another bin may have some, else the pick is PARTIAL. */
export function shortUnits(warehouse: Warehouse, { pick, line, qty }: Handled): void {
  warehouse.change(pick, 'picked', () => {
    const units = Math.min(qty, line.allocated);
    line.allocated -= units;
    line.unfilled += units;
    warehouse.fill(line);
    if (line.unfilled > 0) pick.status = 'PARTIAL';
  });
}

/** Ends the pick: what is allocated is picked, the rest is closed short. */
export function completePick(warehouse: Warehouse, pick: StockedPick): void {
  warehouse.change(pick, 'picked', () => {
    for (const line of pick.lines) {
      line.picked += line.allocated;
      line.allocated = 0;
      closeShort(line);
    }
    endIfResolved(pick);
  });
}

/** Somebody in the warehouse ends a pick of which nothing was picked. */
export function dropPick(warehouse: Warehouse, pick: StockedPick): void {
  if (pick.lines.some((line) => line.picked > 0)) return;
  warehouse.change(pick, 'picked', () => {
    for (const line of pick.lines) {
      closeShort(line);
      warehouse.release(line);
    }
    pick.status = 'CANCELLED';
  });
}

export function shipUnits(warehouse: Warehouse, { pick, line, qty }: Handled): void {
  if (!warehouse.ships) return;
  warehouse.change(pick, 'shipped', () => {
    line.shipped += Math.min(qty, line.picked - line.shipped);
  });
}

/**
 * Picked units of a cancelled line go back to their bin. Of a pick that has ended they are gone
 * where nobody ships them by a call.
 */
export function putBack(warehouse: Warehouse, { pick, line, qty }: Handled): void {
  if (!line.cancelAsked || (!warehouse.ships && !isOpen(pick))) return;
  warehouse.change(pick, 'picked', () => {
    const units = Math.min(qty, line.picked - line.shipped);
    const over = Math.min(units, line.over);
    line.picked -= units;
    line.over -= over;
    line.cancelled += units - over;
    warehouse.available.set(line.sku, warehouse.stock(line.sku) + units);
  });
}

type FloorWork = (warehouse: Warehouse, handled: Handled) => void;

const FLOOR_WORK: readonly FloorWork[] = [
  pickUnits,
  pickUnits,
  shortUnits,
  shipUnits,
  (warehouse, { pick }) => completePick(warehouse, pick),
  putBack,
  (warehouse, { pick }) => {
    warehouse.change(pick, 'picked', () => {
      if (pick.status === 'CREATED') pick.status = 'ASSIGNED';
    });
  },
  (warehouse, { pick }) => dropPick(warehouse, pick),
];

/** Work that an ended pick still allows. */
const AFTER_WORK: readonly FloorWork[] = [shipUnits, putBack, shipUnits];

export function workOnFloor(warehouse: Warehouse, tape: Tape): void {
  const pick = warehouse.picks[tape.choose(warehouse.picks.length)];
  if (pick === undefined) return;
  const line = pick.lines[tape.choose(pick.lines.length)];
  if (line === undefined) return;
  const kinds = isOpen(pick) ? FLOOR_WORK : AFTER_WORK;
  kinds[tape.choose(kinds.length)]?.(warehouse, { pick, line, qty: 1 + tape.choose(4) });
}

/** The floor does all that is left to do. */
export function finishFloor(warehouse: Warehouse): void {
  for (const pick of warehouse.picks) {
    if (isOpen(pick)) completePick(warehouse, pick);
    for (const line of pick.lines) shipUnits(warehouse, { pick, line, qty: line.picked });
  }
}
