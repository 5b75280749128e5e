import { pause } from './eventually.ts';
import type { Json } from './product.ts';
import { expectedAt } from './random-crm.ts';
import { hasEnded, unshipped } from './random-floor.ts';
import { allItems, moveStock, mustAnswer, tryCall, type Trial } from './random-trial.ts';
import { describeOpen } from './random-describe.ts';
import { clearSky } from './random-weather.ts';

const PLENTY = 100;
const PAUSE_MS = 300;

/** Stage of an order that Crossdock has not heard of. */
const UNKNOWN = 'UNKNOWN';

/**
 * The world calms down: enough stock, a floor that works, dead letters sent through again. Ends when
 * every order has ended; fails with what the others wait for.
 */
export async function calmDown(trial: Trial, withinMs: number): Promise<void> {
  await clearSky(trial);
  const until = Date.now() + withinMs;
  for (;;) {
    await fillStock(trial);
    await workAll(trial);
    await replayAll(trial);
    const underWay = await eventsUnderWay(trial);
    const open = await openOrders(trial);
    if (open.length === 0 && underWay === 0) return;
    if (Date.now() > until) throw new Error(await describeOpen(trial, { open, underWay }));
    await pause(PAUSE_MS);
  }
}

async function fillStock(trial: Trial): Promise<void> {
  for (const sku of trial.skus) {
    const { body } = await mustAnswer(() => trial.product.wms('GET', `/inventory?sku=${sku}`), 200);
    if (body.totals.available < PLENTY) {
      await moveStock(trial, { kind: 'receive', sku, location: 'zone-B', qty: 2 * PLENTY });
    }
  }
}

/** The floor ends every pick; what the customer wants no more goes back where the WMS allows it. */
async function workAll(trial: Trial): Promise<void> {
  const { wms } = trial.product;
  const picks = await allItems((path) => wms('GET', path), '/picks?limit=500');
  for (const pick of picks) {
    if (!trial.wishes.has(pick.order_id)) continue;
    if (!hasEnded(pick)) await endPick(trial, pick);
    else if (pick.lines.some((line: Json) => unshipped(line) > 0)) await emptyPick(trial, pick);
  }
}

async function endPick(trial: Trial, pick: Json): Promise<void> {
  const { wms } = trial.product;
  const path = `/picks/${pick.pick_id}`;
  const lines = pick.lines
    .filter((line: Json) => line.allocated > 0)
    .map((line: Json) => ({ line_id: line.line_id, picked: line.allocated }));
  await tryCall(() => wms('PATCH', path, lines.length > 0 ? { lines } : { short_close: true }));
  await tryCall(() => wms('PATCH', path, { short_close: true }));
}

async function emptyPick(trial: Trial, pick: Json): Promise<void> {
  const { wms } = trial.product;
  const wish = trial.wishes.get(pick.order_id);
  const expected = wish === undefined ? undefined : expectedAt(wish, Infinity);
  const back = pick.lines.filter(
    (line: Json) => unshipped(line) > 0 && expected?.get(line.line_id)?.wanted === 0,
  );
  for (const line of back) {
    const lines = [{ line_id: line.line_id, qty: unshipped(line) }];
    await tryCall(() => wms('POST', `/picks/${pick.pick_id}/putback`, { lines }));
  }
  await tryCall(() => wms('POST', '/shipments', { pick_id: pick.pick_id, carrier: 'UPS' }));
}

async function replayAll(trial: Trial): Promise<void> {
  const { api } = trial.product;
  const letters = await allItems((path) => api('GET', path), '/dead-letters?limit=200');
  for (const letter of letters)
    await tryCall(() => api('POST', `/dead-letters/${letter.id}/replay`));
}

/** What is under way to an order that has closed may still open it again. */
async function eventsUnderWay(trial: Trial): Promise<number> {
  const { api } = trial.product;
  const waiting = ['accepted', 'dispatched'].map((status) =>
    allItems((path) => api('GET', path), `/events?status=${status}&limit=200`),
  );
  return (await Promise.all(waiting)).flat().length;
}

async function openOrders(trial: Trial): Promise<Json[]> {
  const { api } = trial.product;
  const known = await allItems((path) => api('GET', path), '/orders?limit=200');
  const byId = new Map(known.map((order) => [order.order_id, order]));
  return trial.orderIds
    .map((id) => byId.get(id) ?? { order_id: id, stage: UNKNOWN, closed_at: null })
    .filter((order) => order.closed_at === null && !neverBegan(trial, order));
}

/** Emptied before reconciliation first read it: nothing was ever asked of anybody. */
function neverBegan(trial: Trial, order: Json): boolean {
  const isEmpty = trial.wishes.get(order.order_id)?.items.length === 0;
  return trial.silent && isEmpty && order.stage === UNKNOWN;
}
