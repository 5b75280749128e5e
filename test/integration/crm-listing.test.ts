import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase, type Sqlite } from '../../src/db/open.ts';
import { createDelivery } from '../../src/delivery/delivery.ts';
import { defaultDeliveryPolicy } from '../../src/delivery/policy.ts';
import { createLogger } from '../../src/logger.ts';
import { createRehearsal } from '../../src/rehearsal/rehearsal.ts';
import { defaultRehearsalSettings } from '../../src/rehearsal/settings.ts';
import { createCrmApp } from '../../src/sandbox/crm/app.tsx';
import * as schema from '../../src/sandbox/crm/schema.ts';
import { defaultSandboxSettings } from '../../src/sandbox/settings.ts';

const SAME = '2026-01-17T12:00:00.000Z';
const ORDERS = 1000;

let folder: string;
let sqlite: Sqlite;
let app: Hono;
let clock = Date.parse(SAME);

/** A CRM whose clock stands still, so that all its orders have the same time of change. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crossdock-'));
  const migrations = 'src/sandbox/crm/migrations';
  const file = join(folder, 'crm.db');
  sqlite = openDatabase(schema, { file, migrations, synchronous: 'NORMAL' }).sqlite;
  const log = createLogger('crm', 'silent');
  const delivery = createDelivery({
    ...{ sqlite, log, webhookId: 'crm', url: 'http://127.0.0.1:9', secret: 'a-secret' },
    ...{ policy: defaultDeliveryPolicy, timeScale: 1 },
  });
  const rehearsal = createRehearsal({ sqlite, delivery, settings: defaultRehearsalSettings });
  const settings = defaultSandboxSettings;
  app = createCrmApp({ sqlite, delivery, rehearsal, log, settings, now: () => clock });
  await Promise.all(Array.from({ length: ORDERS }, (_, n) => create(`ORD-${n}`)));
});
afterAll(() => {
  sqlite.close();
  rmSync(folder, { recursive: true });
});

async function create(orderId: string): Promise<void> {
  const body = JSON.stringify({ order_id: orderId, items: [{ sku: 'SKU-111', qty: 1 }] });
  expect((await app.request('/orders', { method: 'POST', body })).status).toBe(201);
}

interface Page {
  items: { order_id: string }[];
  next: string | null;
}

async function walk(query: string, between?: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  let cursor = '';
  for (;;) {
    const answer = await app.request(`/orders?${query}${cursor}`);
    const page = (await answer.json()) as Page;
    if (cursor === '') await between?.();
    seen.push(...page.items.map((order) => order.order_id));
    if (page.next === null) return seen;
    cursor = `&cursor=${page.next}`;
  }
}

it('shows each of a thousand orders with the same time of change once, wherever a page ends', async () => {
  for (const query of ['limit=93', `limit=93&since=${SAME}`, `limit=500&since=${SAME}`]) {
    const seen = await walk(query);
    expect([query, seen.length, new Set(seen).size]).toEqual([query, ORDERS, ORDERS]);
  }
  expect(await walk('limit=93&since=2026-01-17T12:00:00.001Z')).toEqual([]);
});

it('shows an order again that changes behind the reader, and loses none', async () => {
  const [first = ''] = await walk('limit=93');
  const seen = await walk(`limit=93&since=${SAME}`, () => {
    clock += 1;
    const body = JSON.stringify({ customer: { name: 'B' } });
    return Promise.resolve(app.request(`/orders/${first}`, { method: 'PATCH', body }));
  });
  expect([seen.length, new Set(seen).size, seen.at(-1)]).toEqual([ORDERS + 1, ORDERS, first]);
});
