import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, pause } from '../support/eventually.ts';
import { startProduct, type Json, type Product } from '../support/product.ts';

/** 7,200 s of outage are 14.4 s at this scale, shared by the three ways to be down. */
const TIME_SCALE = 0.002;
const PHASE_MS = (7_200_000 * TIME_SCALE) / 3;

const ORDERS_BEFORE = 6;
const ORDERS_PER_PHASE = 8;

let product: Product;

beforeAll(async () => {
  product = await startProduct({
    env: {
      CROSSDOCK_TIME_SCALE: String(TIME_SCALE),
      CROSSDOCK_FIRST_CALL_TIMEOUT_MS: '1000',
      CROSSDOCK_CALL_TIMEOUT_MS: '1000',
      CROSSDOCK_CIRCUIT_READ_TIMEOUT_MS: '1000',
      CROSSDOCK_RESTART_DELAY_MS: String(PHASE_MS),
      CROSSDOCK_RESTART_DELAY_MAX_MS: String(PHASE_MS),
      // The circuit alone is to bring every order through, without reconciliation.
      CROSSDOCK_RECON_SCHEDULES: 'off',
    },
  });
});

afterAll(async () => {
  await product.stop();
});

async function place(): Promise<string> {
  const id = `ORD-${randomUUID().slice(0, 8)}`;
  const placed = await product.crm('POST', '/orders', {
    order_id: id,
    items: [{ sku: 'SKU-111', qty: 1 }],
  });
  expect(placed.status).toBeLessThan(300);
  return id;
}

const order = async (id: string): Promise<Json> => (await product.api('GET', `/orders/${id}`)).body;

async function picksOf(id: string): Promise<Json[]> {
  return (await product.wms('GET', `/picks?order_id=${id}`)).body.items;
}

async function fault(input: Record<string, unknown>): Promise<void> {
  const set = await product.wms('POST', '/_sandbox/faults', input);
  expect(set.status).toBe(201);
}

async function deadLetters(): Promise<Json[]> {
  return (await product.api('GET', '/dead-letters?limit=100')).body.items;
}

/** Orders come in over a phase of the outage. */
async function ordersThroughPhase(): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < ORDERS_PER_PHASE; n += 1) {
    ids.push(await place());
    await pause(PHASE_MS / ORDERS_PER_PHASE);
  }
  return ids;
}

/** Kills the warehouse twice, as the supervisor brings it back at once the first time. */
async function ordersWhileKilled(): Promise<string[]> {
  const first = product.now().pids['wms'];
  product.kill('wms');
  await eventually(() => {
    const { wms } = product.now().pids;
    return wms !== undefined && wms !== first;
  }, 20_000);
  product.kill('wms');
  return ordersThroughPhase();
}

/** The floor picks and ships everything that it is told to. */
async function floorWorks(ids: string[]): Promise<void> {
  await eventually(async () => {
    const open: string[] = [];
    for (const id of ids) if ((await order(id)).stage !== 'FULFILLED') open.push(id);
    for (const id of open) {
      for (const { pick_id: pickId, status } of await picksOf(id)) {
        if (status === 'COMPLETED' || status === 'CANCELLED') continue;
        await product.wms('PATCH', `/picks/${pickId}`, { status: 'COMPLETED' });
        await product.wms('POST', '/shipments', { pick_id: pickId, carrier: 'UPS' });
      }
    }
    return open.length === 0;
  }, 60_000);
}

/** The sums of the deltas that the CRM was told, gapless, are what it shows. */
async function expectCrmSums(id: string): Promise<void> {
  const shown = (await product.crm('GET', `/orders/${id}`)).body;
  const events: Json[] = (await product.crm('GET', `/orders/${id}/events?limit=200`)).body.items;
  expect(events.map(({ payload }) => payload.sequence)).toEqual(events.map((_, n) => n + 1));
  const sum = (bucket: string): number =>
    events
      .flatMap(({ payload }) => payload.lines as Json[])
      .filter((line) => line.bucket === bucket)
      .reduce((units: number, line) => units + line.delta, 0);
  for (const bucket of ['picked', 'shipped', 'backordered', 'cancelled']) {
    expect(shown.lines[0][bucket], `${id} ${bucket}`).toBe(sum(bucket));
  }
  expect(shown).toMatchObject({ status: 'FULFILLED', lines: [{ shipped: 1, cancelled: 0 }] });
}

describe('two hours without the warehouse', () => {
  it('lose and double nothing, and leave no dead letter', async () => {
    const under: string[] = [];
    for (let n = 0; n < ORDERS_BEFORE; n += 1) under.push(await place());
    await eventually(async () => {
      const seen = await Promise.all(under.map(order));
      return seen.every(({ headline }) => headline === 'ALLOCATED');
    }, 30_000);

    const all = { method: '*', path: '*', times: 1_000_000 };
    await fault({ ...all, kind: 'status', status: 503 });
    const cancelled = under[0] ?? '';
    await product.crm('POST', `/orders/${cancelled}/cancel`, { reason: 'while it is down' });
    const refused = await ordersThroughPhase();
    expect(await deadLetters()).toEqual([]);

    await product.wms('DELETE', '/_sandbox/faults');
    await fault({ ...all, kind: 'hang' });
    const hung = await ordersThroughPhase();
    expect(await deadLetters()).toEqual([]);
    const killed = await ordersWhileKilled();

    await eventually(async () => {
      const cleared = await product.wms('DELETE', '/_sandbox/faults').catch(() => undefined);
      return cleared !== undefined && cleared.status < 300;
    }, 30_000);
    const kept = [...under.slice(1), ...refused, ...hung, ...killed];
    await floorWorks(kept);
    await eventually(async () => (await order(cancelled)).stage === 'CANCELLED', 30_000);

    for (const id of kept) {
      expect(await picksOf(id), id).toHaveLength(1);
      await expectCrmSums(id);
    }
    const stock = (await product.wms('GET', '/inventory?sku=SKU-111')).body.totals;
    expect(stock).toMatchObject({ on_hand: 100 - kept.length, reserved: 0, picked: 0 });
    expect(await deadLetters()).toEqual([]);
    expect(product.stderr()).toContain('circuit.opened');
    expect(product.stderr()).toContain('circuit.closed');
  });
});
