import { planAllocation, type Place } from '../domain/allocation.ts';
import { sumOf } from '../domain/take.ts';
import type { PickLine } from '../domain/pick-line.ts';
import { moveLine, type PickChange } from '../pick-change.ts';

export interface FillRequest {
  line: PickLine;
  qty: number;
  location?: string | undefined;
  lot?: string | undefined;
  except?: readonly Place[] | undefined;
}

/** Reserves units of available stock for a line, as many as there are; returns how many. */
export function fillLine(change: PickChange, request: FillRequest): number {
  const { line, qty, location, except } = request;
  const { work, pick } = change;
  const plan = planAllocation({
    rows: work.writer.rowsOf(line.sku),
    qty,
    now: work.now,
    policy: work.stores.products.findProduct(line.sku)?.policy ?? 'fifo',
    preferences: pick.preferences,
    lot: request.lot ?? line.lot,
    ...{ location, except },
  });
  for (const draw of plan) moveLine(change, line, { kind: 'reserve', ...draw });
  return sumOf(plan);
}
