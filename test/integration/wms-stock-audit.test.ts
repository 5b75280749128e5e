import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pick } from '../../src/contracts/picks.ts';
import { StockAuditSchema as CallersSchema } from '../../src/reconcile/remote.ts';
import { eventually } from '../support/eventually.ts';
import { auditStock } from '../support/wms-audit.ts';
import { startReceiver, type WebhookReceiver } from '../support/wms-receiver.ts';
import { createStage, fresh, pickRequest, type WmsTarget } from '../support/wms-stage.ts';
import { inProcessTarget } from '../support/wms-target.ts';

interface Finding {
  class: string;
  sku?: string;
  location?: string;
  pick_id?: string;
  we_say: string;
  they_say: string;
  repaired: boolean;
}

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

/** Writes into the database past the service, as no call of it could. */
function behindTheBack(sql: string, ...values: (string | number)[]): void {
  const sqlite = new Database(join(target.dataDir, 'wms.db'), { timeout: 5000 });
  try {
    sqlite.pragma('foreign_keys = OFF');
    expect(sqlite.prepare(sql).run(...values).changes).toBeGreaterThan(0);
  } finally {
    sqlite.close();
  }
}

function broken(): string[] {
  const sqlite = new Database(join(target.dataDir, 'wms.db'), { readonly: true });
  try {
    return auditStock(sqlite);
  } finally {
    sqlite.close();
  }
}

async function audit(body: { repair?: boolean } = {}, key?: string | null): Promise<Finding[]> {
  const answer = await post<unknown>('/audit/stock', body, key);
  expect(answer.status).toBe(200);
  const { checked, findings } = CallersSchema.parse(answer.body);
  expect(checked).toBeGreaterThan(0);
  return findings as Finding[];
}

/** Asks for a report and then for the repair, after which nothing may be left. */
async function found(): Promise<Finding[]> {
  const reported = await audit();
  expect(reported.every((finding) => !finding.repaired)).toBe(true);
  expect(await audit()).toEqual(reported);
  const repaired = await audit({ repair: true });
  expect(repaired).toEqual(reported.map((finding) => ({ ...finding, repaired: true })));
  expect(await audit({ repair: true })).toEqual([]);
  expect(broken()).toEqual([]);
  return repaired;
}

const classes = (findings: Finding[]) => findings.map((finding) => finding.class).toSorted();

describe('an audit of the stock', () => {
  it('finds nothing where all books agree, whatever has happened to picks', async () => {
    const sku = await stocked({ 'zone-A': 9, 'zone-B': 3 }, { over_pick_tolerance: 1 });
    const { pick_id: partial } = await createdPick([{ sku, qty: 5 }]);
    await patch(`/picks/${partial}`, { lines: [{ sku, picked: 2, short: 1 }] });
    const { pick_id: shipped } = await createdPick([{ sku, qty: 2, line_id: 'L1' }]);
    await patch(`/picks/${shipped}`, { status: 'COMPLETED', lines: [{ sku, picked: 3 }] });
    await post('/shipments', { pick_id: shipped, carrier: 'dhl', lines: [{ sku, qty: 1 }] });
    await post(`/picks/${shipped}/cancel`, {});
    await post(`/picks/${shipped}/putback`, { lines: [{ line_id: 'L1', qty: 1 }] });
    expect(await audit()).toEqual([]);
    expect(await audit({ repair: true })).toEqual([]);
    expect(broken()).toEqual([]);
  });

  it('takes no body for a report, and gives a repeat under a key the first answer', async () => {
    const sku = await stocked({ 'zone-A': 3 });
    behindTheBack('update stock set on_hand = 5 where sku = ?', sku);
    const bare = await stage.call({ method: 'POST', path: '/api/v1/audit/stock' });
    expect(bare.status).toBe(200);
    const first = await audit({ repair: true }, 'the-key');
    expect(first).toMatchObject([{ class: 'D9', sku, repaired: true }]);
    behindTheBack('update stock set on_hand = 9 where sku = ?', sku);
    expect(await audit({ repair: true }, 'the-key')).toEqual(first);
    expect((await totals(sku)).on_hand).toBe(9);
    await found();
    expect((await post('/audit/stock', { repair: 'yes' })).status).toBe(422);
    expect((await post('/audit/stock', { repair: false }, 'the-key')).status).toBe(409);
  });

  it('is described in the document', async () => {
    const document = (await stage.call<{ paths: object }>({ path: '/openapi.json' })).body;
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/v1/audit/stock', '/api/v1/audit/corrections']),
    );
  });

  it('that comes several times at once mends once', async () => {
    const sku = await stocked({ 'zone-A': 3 });
    behindTheBack('update stock set on_hand = 7 where sku = ?', sku);
    const answers = await Promise.all([1, 2, 3].map(() => audit({ repair: true })));
    expect(answers.flat()).toMatchObject([{ class: 'D9', sku }]);
    expect(broken()).toEqual([]);
  });
});

describe('D9: a counter that is not the fold of the ledger', () => {
  it('is rebuilt, its difference is recorded, and others are told of what is available', async () => {
    const sku = await stocked({ 'zone-A': 8 });
    behindTheBack('update stock set on_hand = 12, held = 1 where sku = ?', sku);
    expect(await found()).toEqual([
      {
        ...{ class: 'D9', sku, location: 'zone-A', lot: null, repaired: true },
        we_say: 'the counter: on_hand 12, held 1',
        they_say: 'the ledger: on_hand 8, held 0',
      },
    ]);
    expect(await totals(sku)).toMatchObject({ on_hand: 8, held: 0, available: 8 });
    await eventually(() => alertsOf(sku).length === 2, 10_000);
    expect(alertsOf(sku)).toContainEqual(
      expect.objectContaining({ location: 'zone-A', previous: 11, available: 8, cause: 'audit' }),
    );
    const page = await get<{ items: Record<string, unknown>[] }>('/audit/corrections?limit=500');
    expect(page.body.items.filter((item) => item['sku'] === sku)).toMatchObject([
      {
        ...{ class: 'D9', location: 'zone-A', lot: null, pick_id: null },
        before: { on_hand: 12, held: 1, reserved: 0, picked: 0 },
        after: { on_hand: 8, held: 0, reserved: 0, picked: 0 },
      },
    ]);
    expect(() => behindTheBack('update corrections set class = ?', 'D11')).toThrow('append-only');
    expect(() => behindTheBack('delete from corrections')).toThrow('append-only');
  });

  it('that hid goods gives them to the pick that is short of them', async () => {
    const sku = await stocked({ 'zone-A': 2, 'zone-B': 2 });
    behindTheBack(`update stock set held = 2 where sku = ? and location = 'zone-B'`, sku);
    const { pick_id: id } = await createdPick([{ sku, qty: 2 }]);
    await patch(`/picks/${id}`, { lines: [{ sku, short: 1 }] });
    expect((await pickNow(id)).status).toBe('PARTIAL');
    expect(classes(await found())).toEqual(['D9']);
    expect(await pickNow(id)).toMatchObject({ status: 'IN_PROGRESS', lines: [{ allocated: 2 }] });
  });

  it('is inserted when its row is gone, and emptied when the ledger knows nothing of it', async () => {
    const sku = await stocked({ 'zone-A': 4 });
    behindTheBack('delete from stock where sku = ?', sku);
    const other = await stocked({});
    behindTheBack(
      `insert into stock values (?, 'zone-B', '', 3, 0, 0, 0, 0, 0)`.replace('(?', '(?'),
      other,
    );
    expect(classes(await found())).toEqual(['D9', 'D9']);
    expect(await totals(sku)).toMatchObject({ on_hand: 4, available: 4 });
    expect(await totals(other)).toMatchObject({ on_hand: 0, available: 0 });
  });

  it('that promised goods which are not there takes them from the least urgent pick', async () => {
    const sku = await stocked({ 'zone-A': 2 });
    behindTheBack('update stock set on_hand = 6 where sku = ?', sku);
    const urgent = await createdPick([{ sku, qty: 2 }], { priority: 'urgent' });
    const low = await createdPick([{ sku, qty: 3 }], { priority: 'low' });
    const { pick_id: young } = await createdPick([{ sku, qty: 1 }], { priority: 'low' });
    expect(classes(await found())).toEqual(['D9']);
    expect((await pickNow(young)).lines[0]?.allocated).toBe(0);
    expect((await pickNow(urgent.pick_id)).lines[0]?.allocated).toBe(2);
    expect(await pickNow(low.pick_id)).toMatchObject({
      status: 'PARTIAL',
      lines: [{ allocated: 0 }],
    });
    expect((await eventsOf(low.pick_id, 2)).at(-1)?.lines[0]).toMatchObject({
      ...{ short: 3, reason: 'allocation_lost' },
    });
  });

  it('that lost reservations to others leaves the units with the more urgent', async () => {
    const sku = await stocked({ 'zone-A': 2 });
    const first = await createdPick([{ sku, qty: 2 }], { priority: 'urgent' });
    behindTheBack('delete from draws where sku = ?', sku);
    behindTheBack('update stock set reserved = 0 where sku = ?', sku);
    const second = await createdPick([{ sku, qty: 2 }], { priority: 'low' });
    const repaired = await audit({ repair: true });
    expect(classes(repaired)).toEqual(['D11', 'D9']);
    expect(repaired.every((finding) => finding.repaired)).toBe(true);
    expect(broken()).toEqual([]);
    expect((await pickNow(first.pick_id)).lines[0]?.allocated).toBe(2);
    expect(await pickNow(second.pick_id)).toMatchObject({ lines: [{ allocated: 0 }] });
  });

  it('is left to a count when phantom goods are picked already, and other keys are mended', async () => {
    const sku = await stocked({ 'zone-A': 2 });
    const other = await stocked({ 'zone-A': 2 });
    behindTheBack('update stock set on_hand = 5 where sku = ?', sku);
    behindTheBack('update stock set on_hand = 5 where sku = ?', other);
    const { pick_id: id } = await createdPick([{ sku, qty: 4 }]);
    await patch(`/picks/${id}`, { status: 'COMPLETED' });
    const repaired = await audit({ repair: true });
    expect(repaired).toMatchObject([
      { class: 'D9', sku, repaired: false },
      { class: 'D9', sku: other, repaired: true },
    ]);
    expect(await audit()).toMatchObject([{ class: 'D9', sku, repaired: false }]);
    await receive({ sku, location: 'zone-A', qty: 2 });
    expect(classes(await found())).toEqual(['D9']);
  });

  it('of a pick line is set to what the ledger has picked', async () => {
    const sku = await stocked({ 'zone-A': 4 });
    const { pick_id: id } = await createdPick([{ sku, qty: 3 }]);
    await patch(`/picks/${id}`, { lines: [{ sku, picked: 2 }] });
    behindTheBack(
      'update pick_lines set picked = picked - 1, allocated = allocated + 1 where pick_id = ?',
      id,
    );
    expect(await found()).toMatchObject([{ class: 'D9', pick_id: id }]);
    expect((await pickNow(id)).lines[0]).toMatchObject({ picked: 2, allocated: 1 });
    expect(await totals(sku)).toMatchObject({ picked: 2, reserved: 1, available: 1 });
  });
});

describe('D10: a reservation that nobody may hold', () => {
  it('of a pick that was closed is released, and the pick says so', async () => {
    const sku = await stocked({ 'zone-A': 4 });
    const { pick_id: id } = await createdPick([{ sku, qty: 3 }]);
    behindTheBack(
      `update picks set status = 'CANCELLED', outcome = 'cancelled' where pick_id = ?`,
      id,
    );
    expect(await found()).toMatchObject([{ class: 'D10', sku, pick_id: id }]);
    expect(await totals(sku)).toMatchObject({ reserved: 0, available: 4 });
    expect(await pickNow(id)).toMatchObject({
      ...{ status: 'CANCELLED', lines: [{ allocated: 0, cancelled: 3 }] },
    });
    expect((await eventsOf(id, 2)).at(-1)).toMatchObject({
      ...{ type: 'PICK.CANCELLED', lines: [{ cancelled: 3, reason: 'audit' }] },
    });
    const ledger = await get<{ items: { kind: string; pick_id: string }[] }>(
      `/inventory/movements?sku=${sku}`,
    );
    expect(ledger.body.items.at(-1)).toMatchObject({ kind: 'release', pick_id: id });
    await eventually(() => alertsOf(sku).some(({ available }) => available === 4), 10_000);
  });

  it('of a pick that was completed leaves its rest short', async () => {
    const sku = await stocked({ 'zone-A': 4 });
    const { pick_id: id } = await createdPick([{ sku, qty: 3 }]);
    await patch(`/picks/${id}`, { lines: [{ sku, picked: 2 }] });
    behindTheBack(`update picks set status = 'COMPLETED', outcome = 'FULL' where pick_id = ?`, id);
    expect(classes(await found())).toEqual(['D10']);
    expect(await pickNow(id)).toMatchObject({
      ...{ status: 'COMPLETED', outcome: 'SHORT', lines: [{ picked: 2, allocated: 0, short: 1 }] },
    });
  });

  it('that the ledger does not know is struck out without a movement', async () => {
    const sku = await stocked({ 'zone-A': 4 });
    const { pick_id: id } = await createdPick([{ sku, qty: 3 }]);
    await patch(`/picks/${id}`, { status: 'COMPLETED' });
    behindTheBack('update draws set reserved = 1 where sku = ?', sku);
    behindTheBack('update stock set reserved = 1 where sku = ?', sku);
    expect(classes(await found())).toEqual(['D10', 'D9']);
    expect(await totals(sku)).toMatchObject({ picked: 3, reserved: 0, available: 1 });
    const open = await createdPick([{ sku, qty: 1 }]);
    behindTheBack('update draws set reserved = 2 where pick_line like ?', `${open.pick_id}/%`);
    expect(await found()).toMatchObject([{ class: 'D10', pick_id: open.pick_id }]);
  });

  it.each([
    ['its draws left behind', ['pick_lines', 'picks']],
    ['nothing left of it', ['draws', 'pick_lines', 'picks']],
  ])('of a pick that is gone, %s, is released, and its key makes another', async (_, tables) => {
    const sku = await stocked({ 'zone-A': 4 });
    const request = pickRequest([{ sku, qty: 3 }]);
    const key = fresh('key');
    const { pick_id: id } = (await post<Pick>('/picks', request, key)).body;
    for (const table of tables) {
      const column = table === 'draws' ? 'pick_line like' : 'pick_id =';
      behindTheBack(`delete from ${table} where ${column} ?`, table === 'draws' ? `${id}/%` : id);
    }
    expect(await found()).toMatchObject([{ class: 'D10', sku, pick_id: id }]);
    expect(await totals(sku)).toMatchObject({ reserved: 0, available: 4 });
    const again = await post<Pick>('/picks', request, key);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, null]);
    expect(again.body.pick_id).not.toBe(id);
    expect((await post<Pick>('/picks', request, key)).body).toEqual(again.body);
    const named = await post('/picks', pickRequest([{ sku, qty: 1 }], { pick_id: id }));
    expect(named.status).toBe(409);
  });

  it('gives way before any other reservation when the counters promised too much', async () => {
    const sku = await stocked({ 'zone-A': 3 });
    const gone = await createdPick([{ sku, qty: 3 }], { priority: 'urgent' });
    for (const table of ['pick_lines', 'picks']) {
      behindTheBack(`delete from ${table} where pick_id = ?`, gone.pick_id);
    }
    behindTheBack('update stock set reserved = 0 where sku = ?', sku);
    const alive = await createdPick([{ sku, qty: 3 }], { priority: 'low' });
    const repaired = await audit({ repair: true });
    expect(classes(repaired)).toEqual(['D10', 'D9']);
    expect(broken()).toEqual([]);
    expect(await pickNow(alive.pick_id)).toEqual(alive);
  });

  it('beyond what an open line asks for goes back', async () => {
    const sku = await stocked({ 'zone-A': 4 });
    const { pick_id: id } = await createdPick([{ sku, qty: 3 }]);
    behindTheBack('update pick_lines set allocated = 1, cancelled = 2 where pick_id = ?', id);
    expect(classes(await found())).toEqual(['D10']);
    expect(await totals(sku)).toMatchObject({ reserved: 1, available: 3 });
    expect((await pickNow(id)).lines[0]).toMatchObject({ allocated: 1, cancelled: 2 });
  });
});

describe('D11: an open pick line without its reservation', () => {
  it('has it back where the ledger has it, and nobody need hear of it', async () => {
    const sku = await stocked({ 'zone-A': 3 });
    const pick: Pick = await createdPick([{ sku, qty: 2 }]);
    behindTheBack('delete from draws where sku = ?', sku);
    expect(await found()).toMatchObject([{ class: 'D11', sku, pick_id: pick.pick_id }]);
    expect(await pickNow(pick.pick_id)).toEqual(pick);
    expect((await patch(`/picks/${pick.pick_id}`, { status: 'COMPLETED' })).status).toBe(200);
  });

  it('gets other units when its own are gone from the ledger too', async () => {
    const sku = await stocked({ 'zone-A': 2, 'zone-B': 2 });
    const { pick_id: id } = await createdPick([{ sku, qty: 2 }]);
    unreserve(sku, id, 2);
    expect(classes(await found())).toEqual(['D11']);
    expect((await pickNow(id)).lines[0]).toMatchObject({ allocated: 2, short: 0 });
    expect(await totals(sku)).toMatchObject({ reserved: 2, available: 2 });
  });

  it('is short on the floor when there are none', async () => {
    const sku = await stocked({ 'zone-A': 2 });
    const { pick_id: id } = await createdPick([{ sku, qty: 2, line_id: 'L1' }]);
    unreserve(sku, id, 2);
    const { pick_id: other } = await createdPick([{ sku, qty: 1 }]);
    expect(classes(await found())).toEqual(['D11']);
    expect(await pickNow(id)).toMatchObject({ status: 'PARTIAL', lines: [{ allocated: 1 }] });
    expect((await eventsOf(id, 2)).at(-1)).toMatchObject({
      ...{ type: 'PICK.PARTIAL', lines: [{ line_id: 'L1', short: 1, reason: 'audit' }] },
    });
    await post(`/picks/${other}/cancel`, {});
    expect(await pickNow(id)).toMatchObject({ status: 'IN_PROGRESS', lines: [{ allocated: 2 }] });
  });

  /** A release in the ledger that the pick line knows nothing of. */
  function unreserve(sku: string, pickId: string, qty: number): void {
    behindTheBack(
      `insert into movements (at, kind, sku, location, lot, qty, d_on_hand, d_reserved, d_picked,
         d_held, d_counting, cause_id, pick_line)
       select 1, 'release', sku, location, lot, reserved, 0, -reserved, 0, 0, 0, 'raw', pick_line
       from draws where sku = ? and reserved = ?`,
      sku,
      qty,
    );
    behindTheBack(
      'update stock set reserved = reserved - ? where sku = ? and reserved > 0',
      qty,
      sku,
    );
    behindTheBack('update draws set reserved = 0 where pick_line like ?', `${pickId}/%`);
  }
});
