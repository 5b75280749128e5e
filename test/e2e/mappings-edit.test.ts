import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processEnv } from '../../src/config/env.ts';
import { eventually } from '../support/eventually.ts';
import { copyMappings, isBuiltIn } from '../support/mappings-copy.ts';
import { startProduct, type Json, type Product } from '../support/product.ts';

/** More are asked for by environment: 500 take minutes. */
const ORDERS = Number(processEnv()['CROSSDOCK_TEST_ORDERS'] ?? 25);
const WAIT_MS = 60_000 + ORDERS * 500;

const copy = copyMappings(isBuiltIn);
let product: Product;

beforeAll(async () => {
  product = await startProduct({
    env: {
      CROSSDOCK_TIME_SCALE: '0.1',
      CROSSDOCK_MAPPINGS_DIR: copy.directory,
      CROSSDOCK_MAPPINGS_WATCH_MS: '100',
      CROSSDOCK_MAPPINGS_CHANGED_SHARE_MAX: '1',
    },
  });
  await product.wms(
    'POST',
    '/inventory/movements',
    { kind: 'receive', sku: 'SKU-111', location: 'zone-A', qty: ORDERS * 4 },
    { 'idempotency-key': randomUUID() },
  );
});

afterAll(async () => {
  await product.stop();
});

async function makeOrders(name: string): Promise<string[]> {
  const ids = Array.from({ length: ORDERS }, (_, index) => `${name}-${index + 1}`);
  for (const order_id of ids) {
    const made = await product.crm('POST', '/orders', {
      order_id,
      items: [{ sku: 'SKU-111', qty: 1 }],
    });
    expect(made.status).toBe(201);
  }
  await Promise.all(ids.map((id) => eventually(async () => (await picksOf(id))[0], WAIT_MS)));
  return ids;
}

async function picksOf(id: string): Promise<Json[]> {
  return (await product.wms('GET', `/picks?order_id=${id}`)).body.items;
}

async function order(id: string): Promise<Json> {
  return (await product.api('GET', `/orders/${id}`)).body;
}

async function finish(ids: readonly string[]): Promise<Json[]> {
  for (const id of ids) {
    for (const pick of await picksOf(id)) {
      await product.wms('PATCH', `/picks/${pick.pick_id}`, { status: 'COMPLETED' });
      await product.wms('POST', '/shipments', { pick_id: pick.pick_id, carrier: 'UPS' });
    }
  }
  return Promise.all(
    ids.map((id) =>
      eventually(async () => {
        const seen = await order(id);
        return seen.stage === 'FULFILLED' ? seen : undefined;
      }, WAIT_MS),
    ),
  );
}

async function active(): Promise<string> {
  return (await product.api('GET', '/mappings')).body.active.bundle;
}

it(
  'orders under way end in the words that they began with, new ones begin with the new, and nothing drifts',
  async () => {
    const before = await active();
    const old = await makeOrders('OLD');
    copy.edit('rules/crm/event.yaml', 'const: crossdock', 'const: crossdock-2');
    copy.edit('rules/tasks/update.yaml', '{to: status, from: status}', NEW_RULES);
    await eventually(async () => (await active()) !== before, 10_000);
    const after = await active();
    const young = await makeOrders('NEW');
    const [ended, begun] = [await finish(old), await finish(young)];
    expect(new Set(ended.map((one) => one.mapping_bundle))).toEqual(new Set([before]));
    expect(new Set(begun.map((one) => one.mapping_bundle))).toEqual(new Set([after]));
    expect(await sourcesOf(old)).toEqual(new Set(['crossdock']));
    expect(await sourcesOf(young)).toEqual(new Set(['crossdock-2']));
    expect(await wordsOf(old)).toEqual(new Set([undefined]));
    expect(await wordsOf(young)).toEqual(new Set(['new']));
    expect(await driftsOfARun()).toEqual([]);
  },
  WAIT_MS * 4,
);

const NEW_RULES = `{to: status, from: status}
  - {to: metadata.words, const: new}`;

async function sourcesOf(ids: readonly string[]): Promise<Set<string>> {
  const sources = new Set<string>();
  for (const id of ids) {
    const { body } = await product.crm('GET', `/orders/${id}/events?limit=200`);
    for (const event of body.items) sources.add(event.source);
  }
  return sources;
}

async function wordsOf(ids: readonly string[]): Promise<Set<unknown>> {
  const words = new Set<unknown>();
  for (const id of ids) {
    const { body } = await product.tasks('GET', `/tasks?external_ref=${id}`);
    for (const task of body.items) words.add(task.metadata.words);
  }
  return words;
}

async function driftsOfARun(): Promise<Json[]> {
  const started = await product.api('POST', '/reconciliation/runs', { mode: 'report' });
  const run = await eventually(async () => {
    const { body } = await product.api('GET', `/reconciliation/runs/${started.body.run_id}`);
    return body.finished_at === null ? undefined : body;
  }, WAIT_MS);
  return run.drifts;
}
