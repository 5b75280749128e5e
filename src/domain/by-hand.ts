import { cancelWish } from './books.ts';
import type { OrderState } from './order.ts';
import { isTerminal, type PickRequest } from './pick.ts';
import { cancellableUnits, excessOf } from './shares.ts';

/** The WMS has no call by which these lines of a pick could be cancelled: a person has to arrange it. */
export function leaveToPerson(request: PickRequest, lines: string[], detail: string): void {
  const left = request.byHand?.lines ?? [];
  request.byHand = { lines: [...new Set([...left, ...lines])], detail };
}

/** The WMS was asked after all, and has answered for these lines. */
export function takeFromPerson(request: PickRequest, lines: readonly string[]): void {
  if (request.byHand === null) return;
  const left = request.byHand.lines.filter((lineId) => !lines.includes(lineId));
  request.byHand = left.length === 0 ? null : { ...request.byHand, lines: left };
}

/** Lines and units of a pick that only a person can have cancelled, as long as it can be done. */
export function leftToPerson(
  state: OrderState,
  request: PickRequest,
): { lineIds: string[]; units: number } {
  const { byHand } = request;
  const lineIds: string[] = [];
  let units = 0;
  if (byHand === null || isTerminal(request)) return { lineIds, units };
  for (const line of request.lines) {
    if (!byHand.lines.includes(line.lineId)) continue;
    const own = state.lines.find(({ lineId }) => lineId === line.lineId);
    const wish = Math.max(excessOf(line), own === undefined ? 0 : cancelWish(own));
    const qty = Math.min(cancellableUnits(line), wish);
    if (qty <= 0) continue;
    lineIds.push(line.lineId);
    units += qty;
  }
  return { lineIds, units };
}
