import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, pause } from '../support/eventually.ts';
import { startProduct, type Json, type Product } from '../support/product.ts';

let product: Product;

beforeAll(async () => {
  product = await startProduct({
    env: { CROSSDOCK_TIME_SCALE: '0.01', CROSSDOCK_RECON_T2_MS: '600000' },
  });
  for (const system of [product.crm, product.tasks, product.wms]) {
    const off = await system('PUT', '/_sandbox/webhooks', { mode: 'off' });
    expect(off.status).toBe(200);
  }
});

afterAll(async () => {
  await product.stop();
});

const newId = (): string => `ORD-${randomUUID().slice(0, 8)}`;

async function order(id: string): Promise<Json> {
  return (await product.api('GET', `/orders/${id}`)).body;
}

async function picksOf(id: string): Promise<Json[]> {
  return (await product.wms('GET', `/picks?order_id=${id}`)).body.items;
}

async function tasksOf(id: string): Promise<Json[]> {
  return (await product.tasks('GET', `/tasks?external_ref=${id}`)).body.items;
}

async function makeOrder(items: { sku: string; qty: number }[]): Promise<string> {
  const id = newId();
  const made = await product.crm('POST', '/orders', { order_id: id, items });
  expect(made.status).toBe(201);
  return id;
}

/** One look of a person on the floor: what can be picked is picked, what is picked is shipped. */
async function workTheFloor(id: string): Promise<void> {
  for (const pick of await picksOf(id)) {
    if (pick.status === 'CREATED') {
      await product.wms('PATCH', `/picks/${pick.pick_id}`, { status: 'COMPLETED' });
      await product.wms('POST', '/shipments', { pick_id: pick.pick_id, carrier: 'UPS' });
    }
  }
}

/** Runs reconciliation and waits for its report. */
async function reconcile(body: Json): Promise<Json> {
  const started = await product.api('POST', '/reconciliation/runs', body);
  expect(started.status).toBe(202);
  return eventually(async () => {
    const { body: run } = await product.api('GET', `/reconciliation/runs/${started.body.run_id}`);
    return run.finished_at === null ? undefined : run;
  }, 30_000);
}

async function quietOrder(): Promise<string> {
  const id = await makeOrder([{ sku: 'SKU-111', qty: 2 }]);
  await eventually(async () => (await order(id)).headline === 'ALLOCATED', 30_000);
  await eventually(async () => (await tasksOf(id))[0]?.metadata.pick_id !== undefined, 10_000);
  return id;
}

describe('without a single webhook', () => {
  it('every order reaches its end by reconciliation alone', async () => {
    const ids = await Promise.all(
      Array.from({ length: 8 }, () =>
        makeOrder([
          { sku: 'SKU-111', qty: 1 },
          { sku: 'SKU-222', qty: 1 },
        ]),
      ),
    );
    const short = await makeOrder([{ sku: 'SKU-EMPTY', qty: 2 }]);
    await eventually(async () => (await order(short)).stage === 'WAITING', 60_000);
    await product.wms('POST', '/inventory/movements', {
      kind: 'receive',
      sku: 'SKU-EMPTY',
      location: 'zone-A',
      qty: 2,
    });
    await eventually(async () => {
      const stages = await Promise.all(
        [...ids, short].map(async (id) => {
          await workTheFloor(id);
          return (await order(id)).stage;
        }),
      );
      await pause(200);
      return stages.every((stage) => stage === 'FULFILLED');
    }, 120_000);
    for (const id of [...ids, short]) {
      const seen = (await product.crm('GET', `/orders/${id}`)).body;
      expect(seen.status).toBe('FULFILLED');
      expect(seen.lines.every((line: Json) => line.shipped === line.ordered)).toBe(true);
      expect(await tasksOf(id)).toMatchObject([{ status: 'COMPLETED' }]);
    }
    const drifts: Json[] = (await product.api('GET', '/reconciliation/drifts?class=D16')).body
      .items;
    const taken = drifts.filter((drift) => drift.action === 'order_created');
    expect(new Set(taken.map((drift) => drift.order_id))).toEqual(new Set([...ids, short]));
  });

  it('a raise of the CRM is taken up', async () => {
    const id = await quietOrder();
    await product.crm('PATCH', `/orders/${id}`, { items: [{ sku: 'SKU-111', qty: 5 }] });
    await eventually(async () => (await order(id)).lines[0].ordered === 5, 30_000);
    await eventually(async () => {
      await workTheFloor(id);
      return (await order(id)).stage === 'FULFILLED';
    }, 60_000);
    const [line] = (await product.crm('GET', `/orders/${id}`)).body.lines;
    expect(line).toMatchObject({ ordered: 5, shipped: 5 });
  });
});

describe('a change that no webhook told', () => {
  it('that lowers one line, removes another and adds a third ends as the CRM wants it', async () => {
    const id = await makeOrder([
      { sku: 'SKU-111', qty: 3 },
      { sku: 'SKU-222', qty: 1 },
    ]);
    await eventually(async () => (await order(id)).headline === 'ALLOCATED', 30_000);
    const changed = await product.crm('PATCH', `/orders/${id}`, {
      items: [
        { line_id: `${id}-1`, sku: 'SKU-111', qty: 1 },
        { line_id: `${id}-3`, sku: 'SKU-333', qty: 1 },
      ],
    });
    expect(changed.status).toBe(200);
    await eventually(async () => {
      const { lines } = await order(id);
      return lines[0].allocated === 1 && lines[1].cancelled === 1 && lines[2]?.allocated === 1;
    }, 60_000);
    await eventually(async () => {
      await workTheFloor(id);
      return (await order(id)).stage === 'FULFILLED';
    }, 120_000);
    const shipped = (lines: Json[]): number[] => lines.map((line) => line.shipped);
    expect(shipped((await order(id)).lines)).toEqual([1, 0, 1]);
    const { lines } = (await product.crm('GET', `/orders/${id}`)).body;
    const told = new Map(lines.map((line: Json) => [line.line_id, line.shipped]));
    expect([told.get(`${id}-1`), told.get(`${id}-3`)]).toEqual([1, 1]);
  });
});

describe('a cancel that no webhook told', () => {
  it('of one line, and then of all, ends as the CRM wants it', async () => {
    const id = await makeOrder([
      { sku: 'SKU-111', qty: 2 },
      { sku: 'SKU-222', qty: 1 },
    ]);
    await eventually(async () => (await order(id)).headline === 'ALLOCATED', 30_000);
    const cancelled = await product.crm('POST', `/orders/${id}/cancel`, { lines: [`${id}-2`] });
    expect(cancelled.status).toBe(200);
    await eventually(async () => (await order(id)).lines[1]?.cancelled === 1, 30_000);
    expect((await order(id)).lines[0]).toMatchObject({ cancelled: 0, allocated: 2 });
    await product.crm('POST', `/orders/${id}/cancel`, { reason: 'no more' });
    await eventually(async () => (await order(id)).stage === 'CANCELLED', 30_000);
    expect((await picksOf(id))[0].status).toBe('CANCELLED');
    expect((await product.crm('GET', `/orders/${id}`)).body.status).toBe('CANCELLED');
  });
});

describe('what a run reports', () => {
  it('a pick that went on unseen is D5, and report-only changes nothing', async () => {
    const id = await quietOrder();
    await pause(3000);
    const [pick] = await picksOf(id);
    await product.wms('PATCH', `/picks/${pick.pick_id}`, {
      status: 'PARTIAL',
      lines: [{ sku: 'SKU-111', picked: 1 }],
    });
    const report = await reconcile({ scope: { order_id: id }, mode: 'report' });
    expect(report).toMatchObject({ status: 'completed', mode: 'report', counts: { D5: 1 } });
    expect(report.drifts).toMatchObject([
      { class: 'D5', order_id: id, action: 'reconcile_asked', result: 'report_only' },
    ]);
    expect(report.drifts[0].we_say).toContain('allocated 2');
    expect(report.drifts[0].they_say).toContain('picked 1');
    const repaired = await reconcile({ scope: { order_id: id } });
    expect(repaired.drifts.every((drift: Json) => drift.result === 'sent')).toBe(true);
    await eventually(async () => (await order(id)).lines[0].picked === 1, 10_000);
    const clean = await reconcile({ scope: { order_id: id } });
    expect(clean).toMatchObject({ counts: {}, brakes: {}, drifts: [] });
  });

  it('a task that somebody deleted is first suspected, then missing', async () => {
    const id = await quietOrder();
    const [task] = await tasksOf(id);
    expect((await product.tasks('DELETE', `/tasks/${task.task_id}`)).status).toBe(204);
    const first = await reconcile({ scope: { order_id: id } });
    expect(first.drifts).toMatchObject([
      { class: 'D15', action: 'confirm', result: 'unconfirmed' },
    ]);
    const confirmed = await eventually(async () => {
      const seen = (await product.api('GET', `/reconciliation/drifts?class=D15&order_id=${id}`))
        .body.items;
      return seen.find((drift: Json) => drift.result === 'sent');
    }, 120_000);
    expect(confirmed).toMatchObject({ action: 'reconcile_asked' });
  });

  it('shows its figures', async () => {
    const metrics = await fetch(product.ready.urls['metrics'] ?? '');
    const text = await metrics.text();
    expect(text).toMatch(/crossdock_reconciliation_drifts\{class="D16"\} \d+/);
    expect(text).toMatch(/crossdock_reconciliation_watermark_lag_seconds\{stream="wms:changed"\}/);
    expect(text).toMatch(/crossdock_reconciliation_miss_ratio [\d.]+/);
    expect(text).toMatch(/crossdock_reconciliation_coverage_ratio [\d.]+/);
  });
});
