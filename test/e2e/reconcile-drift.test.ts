import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startProduct, type Json, type Product } from '../support/product.ts';

let product: Product;

/** Nothing reconciles but what a test asks for, and no webhook tells what it does. */
beforeAll(async () => {
  product = await startProduct({
    env: {
      CROSSDOCK_TIME_SCALE: '0.01',
      CROSSDOCK_RECON_SCHEDULES: 'off',
      CROSSDOCK_RECON_T2_MS: '100000',
      CROSSDOCK_RECON_UNDELIVERED_MS: '100000000',
    },
  });
});

afterAll(async () => {
  await product.stop();
});

async function webhooks(mode: 'on' | 'off'): Promise<void> {
  for (const system of [product.crm, product.tasks, product.wms]) {
    expect((await system('PUT', '/_sandbox/webhooks', { mode })).status).toBe(200);
  }
}

async function order(id: string): Promise<Json> {
  return (await product.api('GET', `/orders/${id}`)).body;
}

async function pickOf(id: string): Promise<Json> {
  return (await product.wms('GET', `/picks?order_id=${id}`)).body.items[0];
}

async function taskOf(id: string): Promise<Json> {
  return (await product.tasks('GET', `/tasks?external_ref=${id}`)).body.items[0];
}

/** An order whose pick is allocated and whose task shows it; webhooks are off after it. */
async function allocated(qty = 2): Promise<string> {
  const id = `ORD-${randomUUID().slice(0, 8)}`;
  await webhooks('on');
  await product.crm('POST', '/orders', { order_id: id, items: [{ sku: 'SKU-111', qty }] });
  await eventually(async () => (await order(id)).headline === 'ALLOCATED', 20_000);
  await eventually(async () => (await taskOf(id))?.metadata.pick_id !== undefined, 20_000);
  await webhooks('off');
  return id;
}

async function reconcile(body: Json): Promise<Json> {
  const started = await product.api('POST', '/reconciliation/runs', body);
  expect(started.status).toBe(202);
  return eventually(async () => {
    const { body: run } = await product.api('GET', `/reconciliation/runs/${started.body.run_id}`);
    return run.finished_at === null ? undefined : run;
  }, 30_000);
}

/** What one order's run finds, and nothing is done. */
async function report(id: string): Promise<string[]> {
  const run = await reconcile({ scope: { order_id: id }, mode: 'report' });
  return run.drifts.map((drift: Json) => `${drift.class} ${drift.action}`);
}

/** Writes into a system's database, which no API would do. */
function behindTheBack(file: string, sql: string, ...values: (string | number)[]): void {
  const sqlite = new Database(join(product.dataDir, file), { timeout: 5000 });
  try {
    sqlite.pragma('foreign_keys = OFF');
    expect(sqlite.prepare(sql).run(...values).changes).toBeGreaterThan(0);
  } finally {
    sqlite.close();
  }
}

describe('drift that is caused for real', () => {
  it('is none where all sides agree', async () => {
    expect(await report(await allocated())).toEqual([]);
  });

  it('D1: a pick is gone from the warehouse', async () => {
    const id = await allocated();
    const { pick_id: pickId } = await pickOf(id);
    for (const table of ['pick_lines', 'picks']) {
      behindTheBack('wms.db', `delete from ${table} where pick_id = ?`, pickId);
    }
    expect(await report(id)).toEqual(['D1 confirm']);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const run = await reconcile({ scope: { order_id: id } });
    expect(run.drifts).toMatchObject([{ class: 'D1', action: 'reconcile_asked', result: 'sent' }]);
  });

  it('D3: a pick under our reference that nobody here asked for', async () => {
    const id = await allocated();
    const asked = await product.wms('POST', '/picks', {
      request_id: `pick:${id}:9:1`,
      timestamp: new Date().toISOString(),
      source: 'crossdock',
      payload: {
        order_id: id,
        reference: `pick:${id}:9:1`,
        line_items: [{ line_id: `${id}-1`, sku: 'SKU-111', qty: 1 }],
      },
    });
    expect(asked.status).toBeLessThan(300);
    expect(await report(id)).toEqual(['D3 pick_reported']);
    await reconcile({ scope: { order_id: id } });
    const orphan = asked.body.pick_id;
    await eventually(async () => {
      const { picks } = await order(id);
      return picks.some((pick: Json) => pick.pick_id === orphan);
    });
  });

  it('D4: a second task of the order', async () => {
    const id = await allocated();
    const { task_id: _, created_at: _c, updated_at: _u, ...copy } = await taskOf(id);
    expect((await product.tasks('POST', '/tasks', copy)).status).toBe(201);
    expect(await report(id)).toEqual(['D4 reconcile_asked']);
  });

  it('D5: a pick goes on', async () => {
    const id = await allocated();
    const { pick_id: pickId } = await pickOf(id);
    await product.wms('PATCH', `/picks/${pickId}`, { status: 'ASSIGNED' });
    expect(await report(id)).toEqual(['D5 reconcile_asked']);
  });

  it('D6: a pick shows less than it told', async () => {
    const id = await allocated();
    const { pick_id: pickId } = await pickOf(id);
    await webhooks('on');
    await product.wms('PATCH', `/picks/${pickId}`, {
      status: 'PARTIAL',
      lines: [{ sku: 'SKU-111', picked: 1 }],
    });
    await eventually(async () => (await order(id)).lines[0].picked === 1, 20_000);
    await webhooks('off');
    behindTheBack(
      'wms.db',
      'update pick_lines set picked = picked - 1, allocated = allocated + 1 where pick_id = ?',
      pickId,
    );
    expect(await report(id)).toEqual(['D6 reconcile_asked']);
  });

  it('D8: a line of our books does not sum, and the next step writes it anew', async () => {
    const id = await allocated();
    behindTheBack(
      'books.db',
      `update orders set view = json_set(view, '$.lines[0].shipped', 7) where order_id = ?`,
      id,
    );
    const run = await reconcile({ scope: { order_id: id } });
    const found = run.drifts.map((drift: Json) => drift.class);
    expect(found).toContain('D8');
    await eventually(async () => (await order(id)).lines[0].shipped === 0);
    expect(await report(id)).toEqual([]);
  });

  it('D13: a person closes the task, and the order goes on', async () => {
    const id = await allocated();
    const { task_id: taskId } = await taskOf(id);
    await product.tasks('PATCH', `/tasks/${taskId}`, { status: 'COMPLETED' });
    const run = await reconcile({ scope: { order_id: id } });
    expect(run.drifts).toMatchObject([{ class: 'D13', action: 'task_reported', result: 'sent' }]);
    await eventually(async () => (await order(id)).task.status === 'COMPLETED');
    expect((await order(id)).closed_at).toBeNull();
  });

  it('D14: a field of ours in the task is edited', async () => {
    const id = await allocated();
    const { task_id: taskId } = await taskOf(id);
    await product.tasks('PATCH', `/tasks/${taskId}`, { priority: 'low' });
    expect(await report(id)).toEqual(['D14 reconcile_asked']);
  });

  it('D15: the task is deleted', async () => {
    const id = await allocated();
    const { task_id: taskId } = await taskOf(id);
    await product.tasks('DELETE', `/tasks/${taskId}`);
    expect(await report(id)).toEqual(['D15 confirm']);
  });

  it('D16: the CRM changes the order', async () => {
    const id = await allocated();
    await product.crm('PATCH', `/orders/${id}`, { items: [{ sku: 'SKU-111', qty: 3 }] });
    expect(await report(id)).toEqual(['D16 order_updated']);
    await reconcile({ scope: { order_id: id } });
    await eventually(async () => (await order(id)).lines[0].ordered === 3);
  });

  it('D17: the CRM cancels the order', async () => {
    const id = await allocated();
    await product.crm('POST', `/orders/${id}/cancel`, { reason: 'no more' });
    const [found] = await report(id);
    expect(found).toMatch(/^D17 /);
  });

  it('D18: the CRM forgets what it was told', async () => {
    const id = await allocated();
    behindTheBack('crm.db', 'update order_lines set cancelled = 1 where order_id = ?', id);
    expect(await report(id)).toEqual(['D18 reconcile_asked']);
  });

  it('D20: the CRM changes an order that has ended', async () => {
    const id = await allocated();
    await webhooks('on');
    const { pick_id: pickId } = await pickOf(id);
    await product.wms('PATCH', `/picks/${pickId}`, { status: 'COMPLETED' });
    await product.wms('POST', '/shipments', { pick_id: pickId, carrier: 'UPS' });
    await eventually(async () => (await order(id)).stage === 'FULFILLED', 20_000);
    await webhooks('off');
    await product.crm('PATCH', `/orders/${id}`, { items: [{ sku: 'SKU-111', qty: 9 }] });
    expect(await report(id)).toEqual(['D20 human']);
  });

  it('D21: a webhook of the warehouse could not be delivered', async () => {
    await allocated();
    behindTheBack('wms.db', `update deliveries set status = 'failed' where status = 'delivered'`);
    const run = await reconcile({ tier: 'T4', mode: 'report' });
    expect(run.drifts).toContainEqual(
      expect.objectContaining({ class: 'D21', action: 'redeliver', result: 'report_only' }),
    );
  });

  it('D23: the CRM holds a value that no rule maps', async () => {
    const id = `ORD-${randomUUID().slice(0, 8)}`;
    const customer = { account_priority: 'diamond' };
    const items = [{ sku: 'SKU-111', qty: 1 }];
    await product.crm('POST', '/orders', { order_id: id, customer, items });
    const run = await reconcile({ scope: { order_id: id } });
    expect(run.drifts).toMatchObject([{ class: 'D23', action: 'event_unmapped', result: 'sent' }]);
    await eventually(async () => (await order(id)).stage === 'NEEDS_ACTION', 20_000);
  });

  it('D24: a system has lost most of what it had', async () => {
    const first = await reconcile({ tier: 'T3', mode: 'report' });
    expect(first.status).toBe('completed');
    const tasks = (await product.tasks('GET', '/tasks?limit=500')).body.items.length;
    expect(tasks).toBeGreaterThanOrEqual(10);
    behindTheBack('tasks.db', 'delete from tasks where number > 2');
    const run = await reconcile({ tier: 'T3' });
    expect(run).toMatchObject({
      status: 'aborted',
      brakes: { listing_shrunk: { system: 'tasks', last: tasks } },
    });
    expect(run.drifts.every((drift: Json) => drift.result === 'aborted')).toBe(true);
  });
});
