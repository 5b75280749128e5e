import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadApiConfig } from '../../src/config/api.ts';
import { pruneOnce } from '../../src/inbox/prune-job.ts';
import { openSqliteInbox } from '../../src/inbox/sqlite-store.ts';
import type { InboxStore } from '../../src/inbox/store.ts';
import { newEvent, T0 } from '../conformance/inbox-store.ts';
import { ENV } from '../support/signed-webhooks-server.ts';

const DAY_MS = 86_400_000;

async function withInbox(run: (store: InboxStore) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'crossdock-prune-'));
  const store = openSqliteInbox({ file: join(dir, 'inbox.db'), ...settings });
  await run(store);
  await store.close();
  await rm(dir, { recursive: true });
}

const { inbox: settings } = loadApiConfig(ENV);

function prune(store: InboxStore, now: number, onStep: () => void = () => undefined) {
  return pruneOnce({
    store,
    settings: { ...settings, pruneBatchMax: 10 },
    now: () => now,
    pause: async () => {
      onStep();
      return 'go-on';
    },
  });
}

const names = async (store: InboxStore) =>
  (await store.list({ order: 'oldest', limit: 1000 })).items.map((event) => event.eventId);

test('orders are remembered 35 days, tasks and warehouse events 7', async () => {
  await withInbox(async (store) => {
    const settled = { lane: null, receivedAt: T0 };
    await store.append([
      newEvent('order', settled),
      newEvent('task', { ...settled, connection: 'tasks', kind: 'tasks' }),
      newEvent('pick', { ...settled, connection: 'wms', kind: 'wms' }),
    ]);
    await prune(store, T0 + 7 * DAY_MS);
    expect(await names(store)).toEqual(['order', 'task', 'pick']);
    await prune(store, T0 + 7 * DAY_MS + 1);
    expect(await names(store)).toEqual(['order']);
    await prune(store, T0 + 35 * DAY_MS);
    expect(await names(store)).toEqual(['order']);
    await prune(store, T0 + 35 * DAY_MS + 1);
    expect(await names(store)).toEqual([]);
  });
});

test('a forgotten id is a first delivery again, one still remembered is not', async () => {
  await withInbox(async (store) => {
    await store.append([newEvent('e1', { lane: null })]);
    await prune(store, T0 + 34 * DAY_MS);
    expect(await store.append([newEvent('e1')])).toMatchObject([{ outcome: 'duplicate' }]);
    await prune(store, T0 + 36 * DAY_MS);
    expect(await store.append([newEvent('e1')])).toMatchObject([{ outcome: 'first' }]);
  });
});

test('a pass goes through all rows in bounded steps, and ends early when asked to', async () => {
  await withInbox(async (store) => {
    await store.append(Array.from({ length: 95 }, (_, n) => newEvent(`e${n}`, { lane: null })));
    let steps = 0;
    const removed = await pruneOnce({
      store,
      settings: { ...settings, pruneBatchMax: 10 },
      now: () => T0 + 40 * DAY_MS,
      pause: async () => {
        steps += 1;
        return steps < 3 ? 'go-on' : 'stop';
      },
    });
    expect(removed).toBe(30);
    expect(await prune(store, T0 + 40 * DAY_MS)).toBe(65);
  });
});
