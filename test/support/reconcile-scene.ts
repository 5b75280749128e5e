import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { eventually, pause } from './eventually.ts';
import type { Json, Product } from './product.ts';

/** Longer than what settles at a time scale of 0.01 (1.2 s), and than a T2 of 1 s. */
export const SETTLED_MS = 1500;

export interface DriftScene {
  webhooks(mode: 'on' | 'off'): Promise<void>;
  order(id: string): Promise<Json>;
  pickOf(id: string): Promise<Json>;
  taskOf(id: string): Promise<Json>;
  tasksOf(id: string): Promise<Json[]>;
  crmOrder(id: string): Promise<Json>;
  /** An order whose pick is allocated and whose task shows it; webhooks are off after it. */
  allocated(qty?: number, sku?: string): Promise<string>;
  /** An order that has shipped and ended; webhooks are off after it. */
  ended(qty?: number): Promise<string>;
  /** Waits until no step of the order is to come any more. */
  calm(id: string): Promise<void>;
  reconcile(body: Json): Promise<Json>;
  /** Repairs one order; `CLASS action result` of each drift. */
  repair(id: string): Promise<string[]>;
  /** What one order's run finds, and nothing is done. */
  report(id: string): Promise<string[]>;
  /** The open question of an order. */
  action(id: string, reason: string): Promise<Json>;
  /** Writes into a process's database, which no API would do. */
  behindTheBack(file: string, sql: string, ...values: (string | number)[]): void;
  /** Takes away what keeps a database from what must not be. */
  undo(file: string, ddl: string): void;
}

export const newId = (): string => `ORD-${randomUUID().slice(0, 8)}`;

/** Drift caused for real: nothing reconciles but what a test asks for. */
export function createDriftScene(product: () => Product): DriftScene {
  const order = async (id: string) => (await product().api('GET', `/orders/${id}`)).body;
  const picksOf = async (id: string): Promise<Json[]> =>
    (await product().wms('GET', `/picks?order_id=${id}`)).body.items;
  const tasksOf = async (id: string): Promise<Json[]> =>
    (await product().tasks('GET', `/tasks?external_ref=${id}`)).body.items;
  const pickOf = async (id: string) => (await picksOf(id))[0];
  const taskOf = async (id: string) =>
    (await tasksOf(id)).find((task) => task.task_type === 'fulfillment_pick');
  const webhooks = async (mode: 'on' | 'off'): Promise<void> => {
    for (const system of [product().crm, product().tasks, product().wms]) {
      expect((await system('PUT', '/_sandbox/webhooks', { mode })).status).toBe(200);
    }
  };
  const allocated = async (qty = 2, sku = 'SKU-111'): Promise<string> => {
    const id = newId();
    await webhooks('on');
    await product().crm('POST', '/orders', { order_id: id, items: [{ sku, qty }] });
    await eventually(async () => (await order(id)).headline === 'ALLOCATED', 30_000);
    await eventually(async () => (await taskOf(id))?.metadata.pick_id !== undefined, 30_000);
    await webhooks('off');
    return id;
  };
  const reconcile = async (body: Json): Promise<Json> => {
    const started = await product().api('POST', '/reconciliation/runs', body);
    expect(started.status).toBe(202);
    return eventually(async () => {
      const path = `/reconciliation/runs/${started.body.run_id}`;
      const { body: run } = await product().api('GET', path);
      return run.finished_at === null ? undefined : run;
    }, 60_000);
  };
  const opened = (file: string, act: (sqlite: Database.Database) => unknown): void => {
    const sqlite = new Database(join(product().dataDir, file), { timeout: 5000 });
    try {
      sqlite.pragma('foreign_keys = OFF');
      act(sqlite);
    } finally {
      sqlite.close();
    }
  };
  const brief = (run: Json): string[] =>
    run.drifts.map((drift: Json) => `${drift.class} ${drift.action} ${drift.result}`);
  return {
    ...{ webhooks, order, pickOf, taskOf, tasksOf, allocated, reconcile },
    async calm(id) {
      await eventually(async () => {
        const before = (await order(id)).updated_at;
        await pause(2 * SETTLED_MS);
        return (await order(id)).updated_at === before;
      }, 60_000);
    },
    crmOrder: async (id) => (await product().crm('GET', `/orders/${id}`)).body,
    async ended(qty = 2) {
      const id = await allocated(qty);
      await webhooks('on');
      const { pick_id: pickId } = await pickOf(id);
      await product().wms('PATCH', `/picks/${pickId}`, { status: 'COMPLETED' });
      await product().wms('POST', '/shipments', { pick_id: pickId, carrier: 'UPS' });
      await eventually(async () => (await order(id)).stage === 'FULFILLED', 30_000);
      await webhooks('off');
      return id;
    },
    repair: async (id) => brief(await reconcile({ scope: { order_id: id } })),
    async report(id) {
      await pause(SETTLED_MS);
      return brief(await reconcile({ scope: { order_id: id }, mode: 'report' }));
    },
    action: (id, reason) =>
      eventually(async () => {
        const { actions } = await order(id);
        return actions.find((one: Json) => one.reason === reason && one.closed_at === null);
      }, 30_000),
    behindTheBack: (file, sql, ...values) =>
      opened(file, (sqlite) =>
        expect(sqlite.prepare(sql).run(...values).changes).toBeGreaterThan(0),
      ),
    undo: (file, ddl) => opened(file, (sqlite) => sqlite.exec(ddl)),
  };
}
