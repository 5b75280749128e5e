import { expect } from 'vitest';
import { eventually, pause } from './eventually.ts';
import type { Json } from './product.ts';
import { WAIT_MS, type ScenarioStage } from './scenario-stage.ts';

const LOOK_EVERY_MS = 50;

/**
 * Holds the books of the CRM, of Crossdock and of the warehouse against each other, unit by unit:
 * waits until they agree, and fails with the last difference when they never do.
 */
export async function expectBooksAgree(
  stage: ScenarioStage,
  id: string,
  withinMs = WAIT_MS,
): Promise<Json> {
  let last: unknown;
  try {
    return await eventually(async () => {
      try {
        return await compareBooks(stage, id);
      } catch (error) {
        last = error;
        await pause(LOOK_EVERY_MS);
        return undefined;
      }
    }, withinMs);
  } catch (timeout) {
    throw last ?? timeout;
  }
}

async function compareBooks(stage: ScenarioStage, id: string): Promise<Json> {
  const [ours, picks, crm, events, tasks] = await Promise.all([
    stage.order(id),
    stage.picks(id),
    stage.crmOrder(id),
    stage.crmEvents(id),
    stage.tasks(id),
  ]);
  expect(ours.flags).not.toContain('DRIFT');
  for (const line of ours.lines) expectConserved(line);
  expectPicks(ours, picks);
  expectCrm(ours, crm);
  expectDeltas(crm, events);
  expectTask(ours, picks, tasks);
  await expectStock(stage, ours);
  return ours;
}

/** L1 of fulfilment 3.2. */
function expectConserved(line: Json): void {
  const { open, requested, allocated, picked, shipped, backordered, cancelled } = line;
  const units = [open, requested, allocated, picked, shipped, backordered, cancelled];
  const sum = [...units, line.substituted_out].reduce((total, qty) => total + qty, 0);
  expect(sum, `units of ${line.line_id}`).toBe(line.ordered);
  expect(Math.min(...units, line.substituted_out)).toBeGreaterThanOrEqual(0);
}

/** Every pick of the warehouse stands in our books as it is there, and no line draws on others. */
function expectPicks(ours: Json, picks: Json[]): void {
  const face = ({ pick_id, status, lines }: Json): Json => ({
    ...{ pick_id, status },
    lines: byLine(lines).map(
      ({ line_id, sku, requested, allocated, picked, shipped, ...rest }) => ({
        ...{ line_id, sku, requested, allocated, picked, shipped },
        ...{ short: rest.short, cancelled: rest.cancelled },
      }),
    ),
  });
  const sorted = (list: Json[]): Json[] =>
    list.map(face).toSorted((a, b) => (a.pick_id < b.pick_id ? -1 : 1));
  expect(sorted(ours.picks)).toEqual(sorted(picks));
  for (const line of ours.lines) {
    const own = picks.flatMap((pick) => pick.lines).filter((l) => l.line_id === line.line_id);
    const sum = (of: (l: Json) => number): number => own.reduce((total, l) => total + of(l), 0);
    expect(line.allocated, `allocated of ${line.line_id}`).toBe(sum((l) => l.allocated));
    expect(line.shipped + line.picked + line.over, `picked of ${line.line_id}`).toBe(
      sum((l) => l.picked),
    );
  }
}

function expectCrm(ours: Json, crm: Json): void {
  // The CRM hears a new headline with the next units that move, so only the last one must stand.
  if (TASK_STATUS[ours.stage] !== undefined) expect(crm.status).toBe(ours.headline);
  const face = (line: Json): Json => ({
    line_id: line.line_id,
    sku: line.sku,
    picked: line.picked,
    shipped: line.shipped,
    backordered: line.backordered,
    cancelled: line.cancelled,
  });
  expect(byLine(crm.lines).map(face)).toEqual(byLine(ours.lines).map(face));
}

/** What the CRM was told, delta by delta without a gap, leads to what it shows. */
function expectDeltas(crm: Json, events: Json[]): void {
  expect(events.map((event) => event.payload.sequence)).toEqual(events.map((_, i) => i + 1));
  const sums = new Map<string, number>();
  for (const { lines } of events.map((event) => event.payload)) {
    for (const { line_id: lineId, bucket, delta, cumulative } of lines) {
      const sum = (sums.get(`${lineId}/${bucket}`) ?? 0) + delta;
      expect(cumulative).toBe(sum);
      sums.set(`${lineId}/${bucket}`, sum);
    }
  }
  for (const line of crm.lines) {
    for (const bucket of ['picked', 'shipped', 'backordered', 'cancelled']) {
      expect(line[bucket]).toBe(sums.get(`${line.line_id}/${bucket}`) ?? 0);
    }
  }
}

const TASK_STATUS: Record<string, string> = {
  FULFILLED: 'COMPLETED',
  CLOSED_SHORT: 'COMPLETED',
  CANCELLED: 'CANCELLED',
};

/** One task of the order; it shows every pick and backorder, and ends as the order ends. */
function expectTask(ours: Json, picks: Json[], tasks: Json[]): void {
  const [task, ...others] = tasks.filter((found) => found.task_type === 'fulfillment_pick');
  expect(others).toEqual([]);
  expect(task.priority).toBe(ours.priority);
  const shown = (ids: string[] | undefined): string[] => (ids ?? []).toSorted();
  expect(shown(task.metadata.pick_ids)).toEqual(shown(picks.map((pick) => pick.pick_id)));
  expect(shown(task.metadata.backorder_ids)).toEqual(
    shown(ours.backorders.map((b: Json) => b.backorder_id)),
  );
  const ended = TASK_STATUS[ours.stage];
  if (ended !== undefined) expect(task.status).toBe(ended);
}

/** The counters of each SKU of the order equal the sums over all picks that draw on it (X4). */
async function expectStock(stage: ScenarioStage, ours: Json): Promise<void> {
  const skus = new Set<string>(ours.lines.map((line: Json) => line.sku));
  const { items, next } = (await stage.product().wms('GET', '/picks?limit=500')).body;
  expect(next).toBeNull();
  const lines: Json[] = items.flatMap((pick: Json) => pick.lines);
  for (const sku of skus) {
    const own = lines.filter((line) => line.sku === sku);
    const totals = await stage.totals(sku);
    const sum = (of: (line: Json) => number): number => own.reduce((all, l) => all + of(l), 0);
    expect(totals.reserved, `reserved of ${sku}`).toBe(sum((line) => line.allocated));
    expect(totals.picked, `picked of ${sku}`).toBe(sum((line) => line.picked - line.shipped));
    expect(totals.available).toBe(totals.on_hand - totals.reserved - totals.picked - totals.held);
    expect(totals.available).toBeGreaterThanOrEqual(0);
  }
}

function byLine(lines: Json[]): Json[] {
  return lines.toSorted((a, b) => (a.line_id < b.line_id ? -1 : 1));
}
