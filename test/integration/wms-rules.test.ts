import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/contracts/inventory.ts';
import type { Pick } from '../../src/contracts/picks.ts';
import { eventually } from '../support/eventually.ts';
import { auditStock } from '../support/wms-audit.ts';
import { startReceiver, type WebhookReceiver } from '../support/wms-receiver.ts';
import {
  createStage,
  fresh,
  pickRequest,
  type CancelAnswer,
  type Problem,
  type WmsTarget,
} from '../support/wms-stage.ts';
import { inProcessTarget } from '../support/wms-target.ts';

const SECRET = 'a-webhook-secret';

let target: WmsTarget & { dataDir: string };
let receiver: WebhookReceiver;
const stage = createStage({ target: () => target, receiver: () => receiver });
const { get, post, patch, stocked, receive, createdPick, totals, pickNow, eventsOf, alertsOf } =
  stage;

beforeAll(async () => {
  receiver = await startReceiver(SECRET);
  target = await inProcessTarget({ webhookUrl: receiver.url, webhookSecret: SECRET });
});
afterAll(async () => {
  await target.stop();
  await receiver.close();
});
afterEach(() => {
  const sqlite = new Database(join(target.dataDir, 'wms.db'), { readonly: true });
  expect(auditStock(sqlite)).toEqual([]);
  sqlite.close();
});

/** A pick, or why there is none. */
type Answered = Pick & Partial<Omit<Problem, keyof Pick>>;

const ship = (pickId: string) => post('/shipments', { pick_id: pickId, carrier: 'dhl' });

describe('a cancel', () => {
  it('in the middle of the work answers line by line what it took and what it kept', async () => {
    const sku = await stocked({ 'zone-A': 20 });
    const { pick_id: id } = await createdPick([
      { sku, qty: 2, line_id: 'whole' },
      { sku, qty: 4, line_id: 'part' },
      { sku, qty: 3, line_id: 'none' },
    ]);
    await patch(`/picks/${id}`, {
      status: 'IN_PROGRESS',
      lines: [
        { line_id: 'whole', picked: 2 },
        { line_id: 'part', picked: 1, short: 1 },
      ],
    });
    const lines = ['whole', 'part', 'none', 'none'];
    const answer = await post<CancelAnswer>(`/picks/${id}/cancel`, { lines, reason: 'customer' });
    expect(answer.body).toMatchObject({ result: 'PARTIALLY_ACCEPTED', reason: 'customer' });
    expect(answer.body.lines).toEqual([
      { line_id: 'whole', cancelled: 0, kept: 2, reason: expect.stringContaining('picked') },
      { line_id: 'part', cancelled: 3, kept: 1, reason: expect.stringContaining('picked') },
      { line_id: 'none', cancelled: 3, kept: 0 },
    ]);
    expect(answer.body.pick).toMatchObject({ status: 'COMPLETED', outcome: 'SHORT' });
    expect((await eventsOf(id, 3)).at(-1)).toMatchObject({
      ...{ type: 'PICK.COMPLETED', sequence: 3 },
      lines: [
        { line_id: 'whole', delta: 0, cumulative: 2, cancelled: 0 },
        { line_id: 'part', delta: 0, cumulative: 1, cancelled: 3 },
        { line_id: 'none', delta: 0, cumulative: 0, cancelled: 3 },
      ],
    });
  });

  it('of two of three lines lets the third go on', async () => {
    const sku = await stocked({ 'zone-A': 9 });
    const { pick_id: id } = await createdPick(
      ['L1', 'L2', 'L3'].map((line_id) => ({ sku, qty: 2, line_id })),
    );
    await patch(`/picks/${id}`, { lines: [{ line_id: 'L3', picked: 1 }] });
    const answer = await post<CancelAnswer>(`/picks/${id}/cancel`, { lines: ['L1', 'L2'] });
    expect(answer.body).toMatchObject({ result: 'ACCEPTED', pick: { status: 'IN_PROGRESS' } });
    expect(await totals(sku)).toMatchObject({ reserved: 1, picked: 1, available: 7 });
    const refused = await patch<Problem>(`/picks/${id}`, { lines: [{ line_id: 'L1', picked: 1 }] });
    expect(refused.status).toBe(422);
    const done = await patch<Pick>(`/picks/${id}`, { status: 'COMPLETED' });
    expect(done.body).toMatchObject({ status: 'COMPLETED', outcome: 'SHORT' });
  });

  it('after picking is refused with the reason, before and after the shipment', async () => {
    const sku = await stocked({ 'zone-A': 4 });
    const { pick_id: id } = await createdPick([{ sku, qty: 4, line_id: 'L1' }]);
    await patch(`/picks/${id}`, { status: 'COMPLETED' });
    const picked = await post<CancelAnswer>(`/picks/${id}/cancel`, {});
    expect(picked.body).toMatchObject({
      ...{ result: 'REJECTED', reason: expect.stringContaining('COMPLETED') },
      lines: [
        { line_id: 'L1', cancelled: 0, kept: 4, reason: expect.stringContaining('put back') },
      ],
      pick: { status: 'COMPLETED' },
    });
    await ship(id);
    const shipped = await post<CancelAnswer>(`/picks/${id}/cancel`, { lines: ['L1'] });
    expect(shipped.body.lines).toMatchObject([{ kept: 4, reason: 'Already shipped.' }]);
    const back = await post<Problem>(`/picks/${id}/putback`, {
      lines: [{ line_id: 'L1', qty: 1 }],
    });
    expect(back.status).toBe(422);
  });

  it('after picking lets the units be put back, and only then are they anybody’s', async () => {
    const sku = await stocked({ 'zone-A': 4 });
    const { pick_id: id } = await createdPick([{ sku, qty: 4, line_id: 'L1' }]);
    await patch(`/picks/${id}`, { status: 'COMPLETED' });
    const line = { line_id: 'L1', qty: 3 };
    expect((await post(`/picks/${id}/putback`, { lines: [line] })).status).toBe(409);
    await post(`/picks/${id}/cancel`, { lines: ['L1'] });
    expect((await post('/picks', pickRequest([{ sku, qty: 1 }]))).status).toBe(409);
    const key = fresh('key');
    expect((await post(`/picks/${id}/putback`, { lines: [line] }, key)).status).toBe(200);
    const again = await post<Pick>(`/picks/${id}/putback`, { lines: [line] }, key);
    expect(again.body).toMatchObject({ status: 'COMPLETED', lines: [{ picked: 1, cancelled: 3 }] });
    await eventually(() => alertsOf(sku).some(({ cause }) => cause === 'putback'), 10_000);
    expect((await ship(id)).status).toBe(201);
    expect(await totals(sku)).toEqual({
      ...{ on_hand: 3, reserved: 0, picked: 0, held: 0, available: 3 },
    });
  });

  it('of units that are short on the floor cancels these too', async () => {
    const sku = await stocked({ 'zone-A': 3 });
    const { pick_id: id } = await createdPick([{ sku, qty: 3, line_id: 'L1' }]);
    await patch(`/picks/${id}`, { lines: [{ line_id: 'L1', short: 2 }] });
    const answer = await post<CancelAnswer>(`/picks/${id}/cancel`, {});
    expect(answer.body).toMatchObject({
      ...{ result: 'ACCEPTED', lines: [{ cancelled: 3, kept: 0 }] },
      pick: { status: 'CANCELLED', outcome: 'cancelled', lines: [{ short: 0, cancelled: 3 }] },
    });
    expect(await totals(sku)).toMatchObject({ held: 2, reserved: 0, available: 1 });
    const second = await post<CancelAnswer>(`/picks/${id}/cancel`, {});
    expect(second.body).toMatchObject({ result: 'REJECTED', lines: [{ cancelled: 0, kept: 0 }] });
  });
});

describe('two orders that ship complete', () => {
  it('each of two SKUs with stock for one: one is whole, one waits, nothing is half held', async () => {
    const a = await stocked({ 'zone-A': 1 });
    const b = await stocked({ 'zone-A': 1 });
    const both = [
      { sku: a, qty: 1 },
      { sku: b, qty: 1 },
    ];
    const ask = (items: typeof both) =>
      post<Answered>('/picks', pickRequest(items, { policy: 'all_or_nothing' }));
    const answers = await Promise.all([ask(both), ask(both.toReversed())]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({
      ...{ suggested_resolution: 'backorder', lines: [{ available: 0 }, { available: 0 }] },
    });
    for (const sku of [a, b]) expect((await totals(sku)).reserved).toBe(1);
    const whole = answers.find(({ status }) => status === 200)?.body.pick_id;
    await post(`/picks/${whole}/cancel`, {});
    expect((await ask(both)).status).toBe(200);
  });

  it('do not take the one SKU that is there when the other is not', async () => {
    const a = await stocked({ 'zone-A': 5 });
    const b = await stocked({});
    const items = [
      { sku: a, qty: 1 },
      { sku: b, qty: 1 },
    ];
    expect((await post('/picks', pickRequest(items, { policy: 'all_or_nothing' }))).status).toBe(
      409,
    );
    expect(await totals(a)).toMatchObject({ reserved: 0, available: 5 });
    expect((await post('/picks', pickRequest(items))).status).toBe(202);
  });
});

describe('a count after a short', () => {
  const count = (sku: string, qty: number, kind = 'count') =>
    post('/inventory/movements', { kind, sku, location: 'zone-A', qty, reason: 'after a short' });

  it('that confirms the loss lowers what is on hand, and costs nobody a reservation', async () => {
    const sku = await stocked({ 'zone-A': 5 });
    const { pick_id: id } = await createdPick([{ sku, qty: 3 }]);
    const other = await createdPick([{ sku, qty: 2 }], { priority: 'low' });
    await patch(`/picks/${id}`, { status: 'COMPLETED', lines: [{ sku, picked: 1, short: 2 }] });
    expect((await count(sku, -2)).status).toBe(201);
    expect(await totals(sku)).toEqual({
      ...{ on_hand: 3, reserved: 2, picked: 1, held: 0, available: 0 },
    });
    expect(await pickNow(other.pick_id)).toEqual(other);
  });

  it('that finds more missing takes it from the least urgent, and of these from the youngest', async () => {
    const sku = await stocked({ 'zone-A': 7 });
    const { pick_id: short } = await createdPick([{ sku, qty: 1 }], { priority: 'urgent' });
    const { pick_id: urgent } = await createdPick([{ sku, qty: 2 }], { priority: 'urgent' });
    const { pick_id: old } = await createdPick([{ sku, qty: 2 }], { priority: 'low' });
    const { pick_id: young } = await createdPick([{ sku, qty: 2 }], { priority: 'low' });
    await patch(`/picks/${short}`, { lines: [{ sku, short: 1 }], short_close: true });
    expect((await count(sku, -4)).status).toBe(201);
    const allocated = async (id: string) => (await pickNow(id)).lines[0]?.allocated;
    expect([await allocated(urgent), await allocated(old), await allocated(young)]).toEqual([
      2, 1, 0,
    ]);
    expect((await eventsOf(young, 2)).at(-1)).toMatchObject({
      ...{ type: 'PICK.PARTIAL', lines: [{ short: 2, reason: 'allocation_lost' }] },
    });
    expect((await count(sku, -99)).status).toBe(409);
  });

  it('that finds the goods gives them to the pick that waits, and tells of the rest', async () => {
    const sku = await stocked({ 'zone-A': 5 });
    const { pick_id: id } = await createdPick([{ sku, qty: 2 }]);
    const { pick_id: closed } = await createdPick([{ sku, qty: 3 }]);
    await patch(`/picks/${id}`, { status: 'PARTIAL', lines: [{ sku, short: 2 }] });
    await patch(`/picks/${closed}`, { short_close: true });
    expect(await totals(sku)).toMatchObject({ held: 5, available: 0 });
    expect((await count(sku, 3, 'unhold')).status).toBe(201);
    expect(await pickNow(id)).toMatchObject({ status: 'IN_PROGRESS', lines: [{ allocated: 2 }] });
    expect(await totals(sku)).toMatchObject({ held: 2, reserved: 2, available: 1 });
    await eventually(() => alertsOf(sku).some(({ cause }) => cause === 'unhold'), 10_000);
    expect(alertsOf(sku).at(-1)).toMatchObject({ previous: 0, available: 1, cause: 'unhold' });
    expect((await patch<Pick>(`/picks/${id}`, { status: 'COMPLETED' })).body.outcome).toBe('FULL');
  });
});

describe('a lot that expires between reservation and picking', () => {
  const LIFE_MS = 400;

  /** Two units of a lot that soon expires, and so many of one that does not. */
  async function perishable(lasting: number, life = LIFE_MS): Promise<string> {
    const sku = await stocked({}, { reservation_policy: 'fefo' });
    const soon = new Date(Date.now() + life).toISOString();
    const lots = [
      { lot: 'soon', qty: 2, expires_at: soon },
      { lot: 'later', qty: lasting, expires_at: '2999-01-01T00:00:00Z' },
    ];
    for (const lot of lots.filter(({ qty }) => qty > 0)) {
      const body = { kind: 'receive', sku, location: 'zone-A', ...lot };
      expect((await post('/inventory/movements', body)).status).toBe(201);
    }
    return sku;
  }
  const rowOf = async (sku: string, lot: string) =>
    (await get<Inventory>(`/inventory?sku=${sku}`)).body.items.find((item) => item.lot === lot);

  it('is given another lot, the most urgent pick first, and the rest is short', async () => {
    const sku = await perishable(1);
    const { pick_id: low } = await createdPick([{ sku, qty: 1 }], { priority: 'low' });
    const { pick_id: urgent } = await createdPick([{ sku, qty: 1 }], { priority: 'urgent' });
    expect(await rowOf(sku, 'soon')).toMatchObject({ reserved: 2 });
    await eventually(async () => (await rowOf(sku, 'soon'))?.held === 2, 10_000);
    expect(await rowOf(sku, 'soon')).toMatchObject({ reserved: 0, available: 0 });
    expect(await pickNow(urgent)).toMatchObject({ status: 'CREATED', lines: [{ allocated: 1 }] });
    expect(await pickNow(low)).toMatchObject({ status: 'PARTIAL', lines: [{ allocated: 0 }] });
    expect((await eventsOf(low, 2)).at(-1)?.lines[0]).toMatchObject({
      short: 1,
      reason: 'expired',
    });
    await patch(`/picks/${urgent}`, { status: 'COMPLETED' });
    await ship(urgent);
    expect(await rowOf(sku, 'soon')).toMatchObject({ on_hand: 2, picked: 0 });
    await receive({ sku, location: 'zone-B', qty: 1 });
    expect(await pickNow(low)).toMatchObject({ status: 'IN_PROGRESS', lines: [{ allocated: 1 }] });
  });

  it('is neither given to a new pick nor told as available, also when it arrives expired', async () => {
    const sku = await stocked({});
    const expired = { lot: 'old', expires_at: '2020-01-01T00:00:00Z' };
    const body = { kind: 'receive', sku, location: 'zone-A', qty: 3, ...expired };
    expect((await post('/inventory/movements', body)).status).toBe(201);
    expect(await totals(sku)).toMatchObject({ on_hand: 3, held: 3, available: 0 });
    const refused = await post<Problem>('/picks', pickRequest([{ sku, qty: 1 }]));
    expect([refused.status, refused.body.lines?.[0]?.available]).toEqual([409, 0]);
    const out = { kind: 'scrap', sku, location: 'zone-A', qty: 3, lot: 'old' };
    expect((await post('/inventory/movements', out)).status).toBe(201);
    expect((await totals(sku)).on_hand).toBe(0);
  });

  it('is dropped by the very report that would have picked it', async () => {
    await target.stop();
    const rare = { CROSSDOCK_WMS_EXPIRY_EVERY_MS: '100000000' };
    target = await inProcessTarget({ webhookUrl: receiver.url, webhookSecret: SECRET }, rare);
    const sku = await perishable(1);
    const { pick_id: whole } = await createdPick([{ sku, qty: 1 }]);
    const { pick_id: part } = await createdPick([{ sku, qty: 1 }]);
    const spare = await perishable(0);
    const expired = Date.now() + LIFE_MS;
    await eventually(() => Date.now() > expired, 5000);
    const refused = await post<Problem>('/picks', pickRequest([{ sku: spare, qty: 1 }]));
    expect([refused.status, refused.body.lines?.[0]?.available]).toEqual([409, 0]);
    const named = await patch<Problem>(`/picks/${whole}`, {
      lines: [{ sku, picked: 1, lot: 'soon' }],
    });
    expect([named.status, named.body.type]).toEqual([
      409,
      expect.stringMatching(/insufficient-stock$/),
    ]);
    const other = await patch<Pick>(`/picks/${whole}`, { status: 'COMPLETED' });
    expect(other.body).toMatchObject({ outcome: 'FULL', lines: [{ picked: 1 }] });
    const none = await patch<Pick>(`/picks/${part}`, { status: 'COMPLETED' });
    expect(none.body).toMatchObject({ status: 'CANCELLED', outcome: 'no_stock' });
    expect(await rowOf(sku, 'soon')).toMatchObject({ held: 2, picked: 0 });
    expect(await rowOf(sku, 'later')).toMatchObject({ picked: 1 });
  });
});

describe('an over-pick', () => {
  it('stays within the tolerance of its product over all reports, and its surplus goes back first', async () => {
    const sku = await stocked({ 'zone-A': 20 });
    const { pick_id: id } = await createdPick([{ sku, qty: 5, line_id: 'L1' }]);
    const report = (picked: number) =>
      patch<Answered>(`/picks/${id}`, { lines: [{ sku, picked }] });
    expect((await report(6)).status).toBe(422);
    await patch(`/products/${sku}`, { over_pick_tolerance: 2 });
    expect((await report(6)).status).toBe(200);
    expect((await report(2)).status).toBe(422);
    expect((await report(1)).body.lines[0]).toMatchObject({ requested: 5, picked: 7 });
    await patch(`/picks/${id}`, { status: 'COMPLETED' });
    await post(`/picks/${id}/cancel`, { lines: ['L1'] });
    const back = await post<Pick>(`/picks/${id}/putback`, { lines: [{ line_id: 'L1', qty: 3 }] });
    expect(back.body.lines[0]).toMatchObject({ picked: 4, cancelled: 1 });
  });
});

describe('the priority of a pick', () => {
  it('can change while it is open, and moves it in the queue for stock', async () => {
    const sku = await stocked({ 'zone-A': 2 });
    const first = await createdPick([{ sku, qty: 1 }], { priority: 'high' });
    const second = await createdPick([{ sku, qty: 1 }], { priority: 'low' });
    for (const { pick_id } of [first, second]) {
      await patch(`/picks/${pick_id}`, { lines: [{ sku, short: 1 }] });
    }
    const changed = await patch<Pick>(`/picks/${second.pick_id}`, { priority: 'urgent' });
    expect(changed.body).toMatchObject({ priority: 'urgent', sequence: 2, status: 'PARTIAL' });
    await receive({ sku, location: 'zone-B', qty: 1 });
    expect((await pickNow(second.pick_id)).lines[0]?.allocated).toBe(1);
    expect((await pickNow(first.pick_id)).lines[0]?.allocated).toBe(0);
    await patch(`/picks/${second.pick_id}`, { status: 'COMPLETED' });
    expect((await patch(`/picks/${second.pick_id}`, { priority: 'low' })).status).toBe(409);
  });
});
