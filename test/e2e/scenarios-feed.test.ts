import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Json } from '../support/product.ts';
import { expectBooksAgree } from '../support/scenario-books.ts';
import { newOrderId, scenarioStage } from '../support/scenario-stage.ts';

const stage = scenarioStage({ CROSSDOCK_TIME_SCALE: '0.01', CROSSDOCK_RECON_PAGE_ROWS: '100' });

async function webhooks(mode: 'on' | 'off'): Promise<void> {
  const { crm, wms, tasks } = stage.product();
  for (const system of [crm, wms, tasks]) {
    expect((await system('PUT', '/_sandbox/webhooks', { mode })).status).toBe(200);
  }
}

beforeEach(() => webhooks('off'));

async function reconcile(body: Json): Promise<Json> {
  const { api } = stage.product();
  const started = await api('POST', '/reconciliation/runs', body);
  expect(started.status).toBe(202);
  return eventually(async () => {
    const { body: run } = await api('GET', `/reconciliation/runs/${started.body.run_id}`);
    return run.finished_at === null ? undefined : run;
  }, 30_000);
}

/** Writes into a system's database, which no API would do. */
function behindTheBack(file: string, sql: string, ...values: (string | number)[]): void {
  const sqlite = new Database(join(stage.product().dataDir, file), { timeout: 5000 });
  try {
    sqlite.pragma('foreign_keys = OFF');
    expect(sqlite.prepare(sql).run(...values).changes).toBeGreaterThan(0);
  } finally {
    sqlite.close();
  }
}

describe('the feed of changes', () => {
  it('skips none of 1,000 rows of one instant, which fill pages to their edges', async () => {
    const { crm } = stage.product();
    const ids = Array.from({ length: 1000 }, newOrderId);
    for (let first = 0; first < ids.length; first += 50) {
      const made = ids
        .slice(first, first + 50)
        .map((id) => crm('POST', '/orders', { order_id: id, items: [{ sku: 'SKU-111', qty: 1 }] }));
      for (const { status } of await Promise.all(made)) expect(status).toBe(201);
    }
    behindTheBack('crm.db', 'update orders set updated_at = ?', Date.now() - 60_000);
    const run = await reconcile({ tier: 'T1', mode: 'report' });
    expect(run).toMatchObject({ status: 'completed', counts: { D16: 1000 } });
    const path = `/reconciliation/drifts?run_id=${run.run_id}&class=D16&limit=200`;
    const found = new Set<string>();
    for (let cursor = ''; ;) {
      const { body } = await stage.product().api('GET', `${path}${cursor}`);
      for (const drift of body.items) found.add(drift.order_id);
      if (body.next === null) break;
      cursor = `&cursor=${encodeURIComponent(body.next)}`;
    }
    expect(found).toEqual(new Set(ids));
    behindTheBack('crm.db', 'delete from order_lines');
    behindTheBack('crm.db', 'delete from orders');
  });

  it('sets a record aside that cannot be read, and the rest flows', async () => {
    const sku = await stage.newSku(10);
    await webhooks('on');
    const ids = [await stage.place([{ sku, qty: 2 }]), await stage.place([{ sku, qty: 2 }])];
    for (const id of ids) await stage.until(id, (order) => order.headline === 'ALLOCATED');
    await webhooks('off');
    const pickIds: string[] = [];
    for (const id of ids) {
      const [pick] = await stage.picks(id);
      await stage.report(pick.pick_id, { status: 'PARTIAL', lines: [{ sku, picked: 1 }] });
      pickIds.push(pick.pick_id);
    }
    const [poison = '', sound = ''] = pickIds;
    const spoil = 'update picks set priority = ? where pick_id = ?';
    behindTheBack('wms.db', spoil, 'whatever', poison);
    const classes: string[] = [];
    await eventually(async () => {
      const { drifts } = await reconcile({ tier: 'T1' });
      classes.push(...drifts.map((drift: Json) => drift.class));
      return (await stage.order(ids[1] ?? '')).lines[0].picked === 1;
    }, 20_000);
    expect(classes).toContain('D23');
    expect((await stage.order(ids[1] ?? '')).picks[0].pick_id).toBe(sound);
    behindTheBack('wms.db', spoil, 'normal', poison);
    await webhooks('on');
    for (const id of ids) {
      await reconcile({ scope: { order_id: id } });
      await stage.workUntilEnd(id);
      expect((await expectBooksAgree(stage, id)).lines).toMatchObject([{ shipped: 2 }]);
    }
  });

  it('of a warehouse whose clock runs 10 minutes ahead is warned of, and loses nothing', async () => {
    const sku = await stage.newSku(10);
    await webhooks('on');
    const id = await stage.place([{ sku, qty: 2 }]);
    const { picks } = await stage.until(id, (order) => order.headline === 'ALLOCATED');
    await eventually(async () => (await stage.tasks(id))[0]?.metadata.pick_id !== undefined);
    await webhooks('off');
    const pickId = picks[0].pick_id;
    await stage.report(pickId, { status: 'PARTIAL', lines: [{ sku, picked: 1 }] });
    behindTheBack(
      'wms.db',
      'update picks set updated_at = ? where pick_id = ?',
      Date.now() + 600_000,
      pickId,
    );
    const run = await reconcile({ tier: 'T1' });
    expect(run.drifts.map((drift: Json) => drift.class)).toContain('D24');
    await stage.until(id, (order) => order.lines[0].picked === 1);
    await stage.report(pickId, { status: 'COMPLETED' });
    await stage.ship(pickId);
    await eventually(async () => {
      await reconcile({ tier: 'T1' });
      return (await stage.order(id)).stage === 'FULFILLED';
    }, 20_000);
    await expectBooksAgree(stage, id);
  });
});

describe('a drift', () => {
  it('that webhook and reconciliation both bring is one effect', async () => {
    const sku = await stage.newSku(10);
    await webhooks('on');
    const id = await stage.place([{ sku, qty: 2 }]);
    const { picks } = await stage.until(id, (order) => order.headline === 'ALLOCATED');
    await stage.report(picks[0].pick_id, { status: 'PARTIAL', lines: [{ sku, picked: 1 }] });
    await Promise.all([
      stage.amend(id, { items: [{ sku, qty: 5 }] }),
      ...Array.from({ length: 3 }, () => reconcile({ scope: { order_id: id } })),
    ]);
    await stage.until(id, (order) => order.lines[0].allocated === 4);
    await reconcile({ scope: { order_id: id } });
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.picks).toHaveLength(2);
    expect(closed.lines).toMatchObject([{ ordered: 5, shipped: 5 }]);
  });
});
