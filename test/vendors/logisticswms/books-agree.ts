import { expect } from 'vitest';
import { eventually, pause } from '../../support/eventually.ts';
import type { Json } from '../../support/product.ts';
import { WAIT_MS, type ScenarioStage } from '../../support/scenario-stage.ts';

/** A line of an order as the vendor's own books have it. */
export interface VendorLine {
  pick_id: string;
  line_id: string | null;
  sku: string;
  requested: number;
  allocated: number;
  picked: number;
  shipped: number;
  cancelled: number;
}

const LOOK_EVERY_MS = 50;

/**
 * Holds the books of the CRM, of Crossdock and of a vendor against each other until they agree;
 * fails with the last difference when they never do.
 */
export async function expectBooksAgreeWith(
  stage: ScenarioStage,
  id: string,
  theirs: () => VendorLine[],
): Promise<Json> {
  let last: unknown;
  try {
    return await eventually(async () => {
      try {
        return await compare(stage, id, theirs());
      } catch (error) {
        last = error;
        await pause(LOOK_EVERY_MS);
        return undefined;
      }
    }, WAIT_MS);
  } catch (timeout) {
    throw last ?? timeout;
  }
}

async function compare(stage: ScenarioStage, id: string, theirs: VendorLine[]): Promise<Json> {
  const [ours, crm] = await Promise.all([stage.order(id), stage.crmOrder(id)]);
  expect(ours.flags).not.toContain('DRIFT');
  expect(sorted(ours.picks.flatMap(linesOf))).toEqual(sorted(theirs));
  for (const line of ours.lines) {
    const { open, requested, allocated, picked, shipped, backordered, cancelled } = line;
    const units = [open, requested, allocated, picked, shipped, backordered, cancelled];
    expect(units.reduce((sum, qty) => sum + qty, line.substituted_out)).toBe(line.ordered);
    const own = theirs.filter((one) => one.line_id === line.line_id);
    const sum = (of: (one: VendorLine) => number): number =>
      own.reduce((all, one) => all + of(one), 0);
    expect(allocated).toBe(sum((one) => one.allocated));
    expect(picked + shipped).toBe(sum((one) => one.picked));
    expect(shipped).toBe(sum((one) => one.shipped));
  }
  const told = ({ line_id, picked, shipped, backordered, cancelled }: Json): Json => ({
    ...{ line_id, picked, shipped, backordered, cancelled },
  });
  const byLine = (lines: Json[]): Json[] =>
    lines.map(told).toSorted((a, b) => (a.line_id < b.line_id ? -1 : 1));
  expect(byLine(crm.lines)).toEqual(byLine(ours.lines));
  return ours;
}

function linesOf({ pick_id, lines }: Json): VendorLine[] {
  return lines.map(
    ({ line_id, sku, requested, allocated, picked, shipped, cancelled }: VendorLine) => ({
      ...{ pick_id, line_id, sku, requested, allocated, picked, shipped, cancelled },
    }),
  );
}

function sorted(lines: VendorLine[]): VendorLine[] {
  const name = (line: VendorLine): string => `${line.pick_id} ${line.line_id ?? ''}`;
  return lines.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}

/** Waits for the question that only a person can answer. */
export function actionOf(stage: ScenarioStage, id: string, reason: string): Promise<Json> {
  return eventually(async () => {
    const { items } = (await stage.product().api('GET', `/actions?order_id=${id}`)).body;
    return items.find((action: Json) => action.reason === reason && action.status === 'OPEN');
  }, WAIT_MS);
}
