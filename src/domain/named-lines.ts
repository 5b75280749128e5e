import { newLine, type Line } from './books.ts';
import type { AskedLine } from './inputs.ts';
import type { OrderState } from './order.ts';
import { unitsUnnamed } from './versions.ts';

/** The units that a list names, by the line of ours that each item means; new lines are added. */
export function unitsByLine(
  state: OrderState,
  asked: readonly AskedLine[],
): ReadonlyMap<string, number> {
  const skus = new Map(state.lines.map((line) => [line.lineId, line.sku]));
  const isSame = ({ lineId, sku }: AskedLine): boolean => skus.get(lineId) === sku;
  const units = new Map<string, number>();
  const add = (lineId: string, qty: number): void => {
    units.set(lineId, (units.get(lineId) ?? 0) + qty);
  };
  for (const item of asked) if (isSame(item)) add(item.lineId, item.qty);
  for (const item of asked) {
    if (isSame(item)) continue;
    const line = lineFor(state, item, units) ?? addLine(state, item);
    add(line.lineId, item.qty);
  }
  return units;
}

/**
 * Units never change their SKU: a line id that now names another SKU, as ids by position do when a
 * line before them goes, is the line of that SKU which the list has not named yet, or a new one.
 */
function lineFor(
  state: OrderState,
  { lineId, sku }: AskedLine,
  named: ReadonlyMap<string, number>,
): Line | undefined {
  const same = state.lines.find((line) => line.lineId === lineId);
  if (same === undefined || same.sku === sku) return same;
  return (
    state.lines.find((line) => line.lineId === `${lineId}:${sku}`) ??
    state.lines.find((line) => line.sku === sku && !named.has(line.lineId))
  );
}

function addLine(state: OrderState, { lineId, sku }: AskedLine): Line {
  const taken = state.lines.some((line) => line.lineId === lineId);
  const line = newLine(taken ? `${lineId}:${sku}` : lineId, sku);
  line.asked = state.versions.map((version) => unitsUnnamed(version, line));
  state.lines.push(line);
  state.crm.told[line.lineId] ??= { picked: 0, shipped: 0, backordered: 0, cancelled: 0 };
  return line;
}
