import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, pause } from '../support/eventually.ts';
import { startProduct, type Json, type Product } from '../support/product.ts';
import { createDriftScene, newId, SETTLED_MS } from '../support/reconcile-scene.ts';

let product: Product;
const scene = createDriftScene(() => product);
const { order, pickOf, allocated, behindTheBack, reconcile } = scene;

beforeAll(async () => {
  product = await startProduct({
    env: {
      CROSSDOCK_TIME_SCALE: '0.01',
      CROSSDOCK_RECON_SCHEDULES: 'off',
      CROSSDOCK_RECON_UNDELIVERED_MS: '100000000',
      CROSSDOCK_SILENCE_FIRST_MS: '1000000000',
      CROSSDOCK_SILENCE_MAX_MS: '1000000000',
    },
  });
});

afterAll(async () => {
  await product.stop();
});

const HOUR_MS = 3_600_000;

/** Drifts of a class that a run of T4 finds. */
async function audited(name: string, mode: 'repair' | 'report' = 'repair'): Promise<Json[]> {
  const run = await reconcile({ tier: 'T4', mode });
  expect(run.status).toBe('completed');
  expect(run.counts[name] ?? 0).toBe(
    run.drifts.filter((drift: Json) => drift.class === name).length,
  );
  return run.drifts.filter((drift: Json) => drift.class === name);
}

async function stockOf(sku: string): Promise<Json> {
  return (await product.wms('GET', `/inventory?sku=${sku}`)).body;
}

describe('our own books', () => {
  it('D8: a line that does not sum is written anew by the next step of its order', async () => {
    const id = await allocated();
    await scene.calm(id);
    const sql = `update orders set view = json_set(view, '$.lines[0].shipped', 7) where order_id = ?`;
    behindTheBack('books.db', sql, id);
    expect(await audited('D8')).toMatchObject([
      { order_id: id, action: 'reconcile_asked', result: 'sent', we_say: `${id}-1: ordered 2` },
    ]);
    await eventually(async () => (await order(id)).lines[0].shipped === 0, 30_000);
    expect(await audited('D8')).toEqual([]);
  });

  it('D19: an order that stands still is asked once, and is then for a person', async () => {
    const id = await allocated();
    const stands = (): void =>
      behindTheBack(
        'books.db',
        'update orders set updated_at = ? where order_id = ?',
        Date.now() - HOUR_MS,
        id,
      );
    await scene.calm(id);
    stands();
    expect(await audited('D19')).toMatchObject([
      { order_id: id, action: 'reconcile_asked', result: 'sent' },
    ]);
    const said = (entry: Json): boolean => entry.kind === 'look' && entry.summary.includes('D19');
    await eventually(async () => (await order(id)).timeline.some(said), 30_000);
    await scene.calm(id);
    stands();
    expect(await audited('D19')).toMatchObject([
      { order_id: id, action: 'human', result: 'flapping' },
    ]);
  });

  it('D23: what is in quarantine is counted', async () => {
    const answered = await product.webhook('wms', {
      event_id: `evt-${newId()}`,
      event_type: 'PICK.PARTIAL',
      event_version: '1.0',
      timestamp: new Date().toISOString(),
      source: 'wms',
      payload: { nothing: 'as agreed' },
    });
    expect(answered.status).toBe(422);
    const found = await audited('D23');
    expect(found).toContainEqual(
      expect.objectContaining({ action: 'human', result: 'reported', order_id: null }),
    );
  });

  it('D7b: another body under an id that is known is counted', async () => {
    const envelope = {
      event_id: `evt-${newId()}`,
      event_type: 'TASK.ASSIGNED',
      event_version: '1.0',
      timestamp: new Date().toISOString(),
      source: 'tasks',
      payload: { task_id: 'T-1', external_ref: { type: 'order', id: 'ORD-x' } },
    };
    expect((await product.webhook('tasks', envelope)).status).toBe(202);
    const payload = { ...envelope.payload, task_id: 'T-2' };
    expect((await product.webhook('tasks', { ...envelope, payload })).status).toBe(422);
    expect(await audited('D7b')).toMatchObject([{ action: 'human', result: 'reported' }]);
  });
});

describe('the books of the warehouse', () => {
  it('D9: a counter that is not its ledger is rebuilt, and only reported when so asked', async () => {
    const before = (await stockOf('SKU-333')).totals;
    behindTheBack('wms.db', `update stock set on_hand = on_hand + 5 where sku = 'SKU-333'`);
    expect(await audited('D9', 'report')).toMatchObject([
      { action: 'rebuild', result: 'report_only' },
    ]);
    expect((await stockOf('SKU-333')).totals.on_hand).toBe(before.on_hand + 5);
    expect(await audited('D9')).toMatchObject([{ action: 'rebuild', result: 'repaired' }]);
    expect((await stockOf('SKU-333')).totals).toEqual(before);
    expect(await audited('D9')).toEqual([]);
  });

  it('D10: the reservation of a closed pick is released', async () => {
    const id = await allocated();
    const { pick_id: pickId } = await pickOf(id);
    const { reserved } = (await stockOf('SKU-111')).totals;
    behindTheBack(
      'wms.db',
      `update picks set status = 'CANCELLED', outcome = 'cancelled' where pick_id = ?`,
      pickId,
    );
    expect(await audited('D10')).toMatchObject([{ action: 'rebuild', result: 'repaired' }]);
    expect((await stockOf('SKU-111')).totals.reserved).toBe(reserved - 2);
  });

  it('D11: an open line gets its reservation back', async () => {
    const id = await allocated();
    const { pick_id: pickId } = await pickOf(id);
    behindTheBack('wms.db', 'delete from draws where pick_line like ?', `${pickId}/%`);
    expect(await audited('D11')).toMatchObject([{ action: 'rebuild', result: 'repaired' }]);
    const done = await product.wms('PATCH', `/picks/${pickId}`, { status: 'COMPLETED' });
    expect(done.status).toBe(200);
  });

  it('D21: a webhook that was given up is sent again', async () => {
    const id = await allocated();
    const { pick_id: pickId } = await pickOf(id);
    await product.wms('PATCH', `/picks/${pickId}`, { status: 'ASSIGNED' });
    await scene.webhooks('on');
    behindTheBack(
      'wms.db',
      `update deliveries set status = 'failed' where event_id = (select event_id from deliveries order by rowid desc limit 1)`,
    );
    const [found] = await audited('D21');
    expect(found).toMatchObject({ action: 'redeliver', result: 'sent' });
    await eventually(async () => {
      const failed = await product.wms('GET', '/webhook-deliveries?status=failed');
      return failed.body.items.length === 0;
    }, 30_000);
    await scene.webhooks('off');
  });
});

describe('D24', () => {
  it('a record from the future is set aside, and what goes on beside it is not', async () => {
    const id = await allocated();
    const other = await allocated();
    const later = Date.now() + HOUR_MS;
    behindTheBack('crm.db', 'update orders set updated_at = ? where order_id = ?', later, other);
    await product.crm('PATCH', `/orders/${id}`, { items: [{ sku: 'SKU-111', qty: 3 }] });
    await pause(SETTLED_MS);
    const run = await reconcile({ tier: 'T1' });
    expect(run.drifts).toContainEqual(
      expect.objectContaining({ class: 'D24', action: 'human', result: 'reported' }),
    );
    expect(run.brakes).toHaveProperty('clock_skew_crm');
    await eventually(async () => {
      await reconcile({ tier: 'T1' });
      return (await order(id)).lines[0].ordered === 3;
    }, 60_000);
  });

  it('a system that has lost most of what it had ends the run, and nothing is done', async () => {
    for (let made = 0; made < 4; made += 1) await allocated(1);
    await pause(SETTLED_MS);
    const first = await reconcile({ tier: 'T3', mode: 'report' });
    expect(first.status).toBe('completed');
    const tasks = (await product.tasks('GET', '/tasks?limit=500')).body.items.length;
    expect(tasks).toBeGreaterThanOrEqual(10);
    behindTheBack('tasks.db', 'delete from tasks where number > 2');
    const run = await reconcile({ tier: 'T3' });
    expect(run).toMatchObject({
      status: 'aborted',
      brakes: { listing_shrunk: { connection: 'tasks', last: tasks } },
    });
    expect(run.drifts.every((drift: Json) => drift.result === 'aborted')).toBe(true);
  });
});
