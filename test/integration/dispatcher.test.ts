import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DispatchSettings } from '../../src/config/api.ts';
import { AppError } from '../../src/errors.ts';
import { Dispatcher, type DispatcherOptions } from '../../src/inbox/dispatcher.ts';
import { openSqliteInbox, type SqliteInbox } from '../../src/inbox/sqlite-store.ts';
import type { InboxStore } from '../../src/inbox/store.ts';
import type { OrderBatch, OrderSignals } from '../../src/temporal/order-signals.ts';
import { newEvent } from '../conformance/inbox-store.ts';
import { shippedReading, shippedWiring } from '../support/shipped-wiring.ts';

const SETTINGS: DispatchSettings = {
  callsMax: 4,
  callTimeoutMs: 300,
  leaseMs: 1000,
  signalEventsMax: 100,
  signalBytesMax: 100_000,
  pollMs: 50,
  retryInitialMs: 20,
  retryMaxMs: 60,
};

const LINGER_MS = 250;

/** Remembers every call; `behave` makes it fail, hang or be slow. */
class RecordingSignals implements OrderSignals {
  readonly calls: { order: string; events: string[]; at: number }[] = [];
  readonly stock: { wms: string; skus: string[] }[] = [];
  inFlight = 0;
  inFlightMax = 0;
  behave: (batch: OrderBatch) => Promise<'delivered' | 'late'> = async () => 'delivered';

  async deliver(batch: OrderBatch): Promise<'delivered' | 'late'> {
    this.inFlight += 1;
    this.inFlightMax = Math.max(this.inFlightMax, this.inFlight);
    const events = batch.inputs.map((input) => input.eventId);
    this.calls.push({ order: batch.order.orderId, events, at: Date.now() });
    try {
      return await this.behave(batch);
    } finally {
      this.inFlight -= 1;
    }
  }

  async stockRose(wms: string, skus: string[]): Promise<void> {
    this.stock.push({ wms, skus });
  }

  eventsOf(order: string): string[] {
    return this.calls.filter((call) => call.order === order).flatMap((call) => call.events);
  }
}

const away = () => new AppError('unavailable', 'Temporal cannot be reached.');
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let dir: string;
let store: SqliteInbox;
let signals: RecordingSignals;
const dispatchers: Dispatcher[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crossdock-dispatcher-'));
  store = openStore();
  signals = new RecordingSignals();
});

afterEach(async () => {
  await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.stop(1000)));
  await store.close();
  await rm(dir, { recursive: true });
});

function openStore(): SqliteInbox {
  return openSqliteInbox({
    file: join(dir, 'inbox.db'),
    commitBatchMax: 64,
    commitQueueMax: 2000,
    quarantineMax: 100,
    lingerMs: LINGER_MS,
  });
}

function start(overrides: Partial<DispatcherOptions> = {}): Dispatcher {
  const dispatcher = new Dispatcher({
    store,
    signals,
    isClosed: () => false,
    isEcho: () => false,
    normalise: shippedReading.normalise,
    settings: SETTINGS,
    log: pino({ level: 'silent' }),
    onHandedOver: () => undefined,
    onSettled: () => undefined,
    ...overrides,
  });
  dispatchers.push(dispatcher);
  dispatcher.start();
  return dispatcher;
}

function orderEvent(eventId: string, orderId: string) {
  const body = Buffer.from(
    JSON.stringify({
      event_id: eventId,
      event_type: 'ORDER.CREATED',
      timestamp: new Date().toISOString(),
      source: 'test',
      payload: { order_id: orderId, items: [{ sku: 'A', qty: 1 }] },
    }),
  );
  return newEvent(eventId, { body, lane: `crm/${orderId}`, receivedAt: Date.now() });
}

function pickEvent(eventId: string, orderId: string, eventType: string) {
  const body = Buffer.from(
    JSON.stringify({
      event_id: eventId,
      event_type: eventType,
      timestamp: new Date().toISOString(),
      source: 'test',
      payload: {
        pick_id: 'P',
        order_id: orderId,
        status: 'ASSIGNED',
        sequence: 1,
        occurred_at: new Date().toISOString(),
        lines: [],
      },
    }),
  );
  return newEvent(eventId, {
    body,
    connection: 'wms',
    kind: 'wms',
    eventType,
    lane: `crm/${orderId}`,
    confirms: eventType === 'PICK.ASSIGNED',
    receivedAt: Date.now(),
  });
}

async function until(what: () => boolean | Promise<boolean>, timeoutMs = 5000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await what())) {
    if (Date.now() > deadline)
      throw new Error(`Did not come true within ${timeoutMs} ms: ${what.toString()}`);
    await sleep(5);
  }
}

const drained = async () => (await store.backlog()).count === 0;

/** Compiled before the first event, as the api has it. */
beforeAll(() => {
  shippedWiring();
});

describe('handing over', () => {
  test('all that an order has waiting travels in one call, in order of arrival', async () => {
    await store.append([
      orderEvent('a1', 'A'),
      orderEvent('b1', 'B'),
      pickEvent('a2', 'A', 'PICK.PARTIAL'),
      pickEvent('a3', 'A', 'PICK.COMPLETED'),
    ]);
    start();
    await until(drained);
    expect(signals.calls.map(({ order, events }) => [order, events])).toEqual([
      ['A', ['a1', 'a2', 'a3']],
      ['B', ['b1']],
    ]);
    expect(await store.get('crm', 'a1')).toMatchObject({ status: 'dispatched' });
  });

  test('a wake after a commit is enough, without waiting for the poll', async () => {
    const dispatcher = start({ settings: { ...SETTINGS, pollMs: 60_000 } });
    await sleep(50);
    await store.append([orderEvent('a1', 'A')]);
    const at = Date.now();
    dispatcher.wake();
    await until(drained);
    expect(Date.now() - at).toBeLessThan(1000);
  });

  test('no more calls are in flight than allowed', async () => {
    signals.behave = async () => {
      await sleep(5);
      return 'delivered';
    };
    await store.append(Array.from({ length: 60 }, (_, n) => orderEvent(`e${n}`, `O${n}`)));
    start();
    await until(drained);
    expect(signals.calls).toHaveLength(60);
    expect(signals.inFlightMax).toBe(SETTINGS.callsMax);
  });

  test('rows are settled only after the call returned', async () => {
    let release = (): void => undefined;
    signals.behave = () =>
      new Promise((resolve) => {
        release = () => resolve('delivered');
      });
    await store.append([orderEvent('a1', 'A')]);
    start();
    await until(() => signals.calls.length === 1);
    expect(await store.get('crm', 'a1')).toMatchObject({ status: 'accepted' });
    release();
    await until(drained);
  });

  test('what comes during a call goes with the next one', async () => {
    signals.behave = async () => {
      await sleep(50);
      return 'delivered';
    };
    await store.append([orderEvent('a1', 'A')]);
    const dispatcher = start();
    await until(() => signals.calls.length === 1);
    await store.append([pickEvent('a2', 'A', 'PICK.PARTIAL')]);
    await store.append([pickEvent('a3', 'A', 'PICK.COMPLETED')]);
    dispatcher.wake();
    await until(drained);
    expect(signals.calls.map((call) => call.events)).toEqual([['a1'], ['a2', 'a3']]);
    expect(signals.inFlightMax).toBe(1);
  });

  test('an order that the books or Temporal call ended makes its events late', async () => {
    await store.append([orderEvent('a1', 'A'), orderEvent('b1', 'B')]);
    signals.behave = async () => 'late';
    start({ isClosed: (order) => order.orderId === 'A' });
    await until(drained);
    expect(signals.calls.map((call) => call.order)).toEqual(['B']);
    expect(await store.get('crm', 'a1')).toMatchObject({ status: 'late' });
    expect(await store.get('crm', 'b1')).toMatchObject({ status: 'late' });
  });

  test('an event that only repeats what the books hold is settled without a call', async () => {
    await store.append([pickEvent('a1', 'A', 'PICK.CREATED'), orderEvent('b1', 'B')]);
    start({ isEcho: (order) => order.orderId === 'A' });
    await until(drained);
    expect(signals.calls.map((call) => call.order)).toEqual(['B']);
    expect(await store.get('wms', 'a1')).toMatchObject({ status: 'ignored' });
  });

  test('alerts of a warehouse wake its allocator once per batch, each SKU named once', async () => {
    const alert = (n: number, sku: string) =>
      newEvent(`w${n}`, {
        connection: 'wms',
        kind: 'wms',
        eventType: 'INVENTORY.ALERT',
        lane: '~stock/wms',
        body: Buffer.from(
          JSON.stringify({
            event_id: `w${n}`,
            event_type: 'INVENTORY.ALERT',
            timestamp: new Date().toISOString(),
            source: 'wms',
            payload: { sku, location: 'L', available: 2, previous: 0, cause: 'receive' },
          }),
        ),
      });
    await store.append([alert(1, 'A'), alert(2, 'B'), alert(3, 'A')]);
    start();
    await until(drained);
    expect(signals.stock).toEqual([{ wms: 'wms', skus: ['A', 'B'] }]);
    expect(await store.get('wms', 'w3')).toMatchObject({ status: 'dispatched' });
  });
});

describe('linger', () => {
  test('an event that only confirms travels with the next one of its order', async () => {
    const dispatcher = start();
    await store.append([pickEvent('c1', 'A', 'PICK.ASSIGNED')]);
    dispatcher.wake();
    await sleep(80);
    expect(signals.calls).toEqual([]);
    await store.append([pickEvent('a2', 'A', 'PICK.PARTIAL')]);
    dispatcher.wake();
    await until(drained);
    expect(signals.calls.map((call) => call.events)).toEqual([['c1', 'a2']]);
  });

  test('alone it goes when its time is up', async () => {
    const at = Date.now();
    await store.append([pickEvent('c1', 'A', 'PICK.ASSIGNED')]);
    start();
    await until(drained);
    expect(signals.calls[0]?.at ?? 0).toBeGreaterThanOrEqual(at + LINGER_MS - 5);
  });
});

describe('poison', () => {
  test('an event that our normaliser throws on stalls neither its order nor the others', async () => {
    await store.append([
      orderEvent('a1', 'A'),
      orderEvent('bad', 'A'),
      orderEvent('a2', 'A'),
      orderEvent('b1', 'B'),
    ]);
    start({
      normalise: (event) => {
        if (event.eventId === 'bad') throw new Error('no rule for it');
        return shippedReading.normalise(event);
      },
    });
    await until(drained);
    expect(signals.eventsOf('A')).toEqual(['a1', 'a2']);
    expect(signals.eventsOf('B')).toEqual(['b1']);
    expect(await store.get('crm', 'bad')).toMatchObject({ status: 'quarantined' });
    expect(await store.listQuarantine({ limit: 5 })).toMatchObject([
      { eventId: 'bad', cause: 'unprocessable', detail: 'no rule for it' },
    ]);
  });

  test('a call that Temporal refuses is tried again later and stalls no other order', async () => {
    let refusals = 0;
    signals.behave = async ({ order }) => {
      if (order.orderId !== 'A' || refusals >= 3) return 'delivered';
      refusals += 1;
      throw new Error('invalid argument');
    };
    await store.append([orderEvent('a1', 'A'), orderEvent('b1', 'B')]);
    const dispatcher = start();
    await until(async () => (await store.get('crm', 'b1'))?.status === 'dispatched');
    expect(await store.get('crm', 'a1')).toMatchObject({ status: 'accepted' });
    expect(dispatcher.awaySince()).toBeNull();
    await until(drained);
    expect(await store.get('crm', 'a1')).toMatchObject({ status: 'dispatched', attempts: 3 });
  });
});

describe('while Temporal is away', () => {
  test('the backlog waits under backoff, one call feels its way, and drains in order', async () => {
    let isAway = true;
    signals.behave = async () => {
      if (isAway) throw away();
      return 'delivered';
    };
    for (let n = 0; n < 30; n += 1) {
      await store.append([orderEvent(`e${n}`, `O${n % 10}`)]);
    }
    const dispatcher = start();
    await until(() => dispatcher.awaySince() !== null);
    const callsAtFirst = signals.calls.length;
    signals.inFlightMax = 0;
    await sleep(300);
    expect(signals.inFlightMax).toBe(1);
    // At 20, 40, 60, 60 ... ms less jitter, 300 ms hold no more than a dozen.
    expect(signals.calls.length - callsAtFirst).toBeLessThan(13);
    expect((await store.backlog()).count).toBe(30);
    isAway = false;
    signals.calls.length = 0;
    await until(drained);
    expect(dispatcher.awaySince()).toBeNull();
    for (let order = 0; order < 10; order += 1) {
      expect(signals.eventsOf(`O${order}`)).toEqual([0, 10, 20].map((n) => `e${n + order}`));
    }
  });

  test('wakes by new events do not shorten the backoff', async () => {
    signals.behave = async () => {
      throw away();
    };
    await store.append([orderEvent('a1', 'A')]);
    const dispatcher = start({
      settings: { ...SETTINGS, retryInitialMs: 1000, retryMaxMs: 1000 },
    });
    await until(() => dispatcher.awaySince() !== null);
    for (let n = 0; n < 20; n += 1) {
      dispatcher.wake();
      await sleep(5);
    }
    expect(signals.calls).toHaveLength(1);
  });

  test('a call that hangs is given up, tried again and not lost', async () => {
    let hangs = true;
    signals.behave = () =>
      hangs ? new Promise(() => undefined) : Promise.resolve('delivered' as const);
    await store.append([orderEvent('a1', 'A')]);
    const dispatcher = start();
    await until(() => dispatcher.awaySince() !== null);
    hangs = false;
    await until(drained);
    expect(signals.eventsOf('A')).toEqual(['a1', 'a1']);
  });

  test('a store that fails for a while is asked again', async () => {
    let fails = 3;
    const flaky: InboxStore = {
      ...store,
      claim: async (request) => {
        if (fails > 0) {
          fails -= 1;
          throw new Error('disk full');
        }
        return store.claim(request);
      },
    };
    await store.append([orderEvent('a1', 'A')]);
    start({ store: flaky });
    await until(drained);
    expect(signals.eventsOf('A')).toEqual(['a1']);
  });
});

describe('two dispatchers over one database', () => {
  test('never hand an event over twice within a lease, and keep each order in order', async () => {
    const second = openStore();
    signals.behave = async () => {
      await sleep(Math.random() * 10);
      return 'delivered';
    };
    start();
    start({ store: second });
    for (let n = 0; n < 200; n += 1) {
      await store.append([orderEvent(`e${n}`, `O${n % 7}`)]);
      dispatchers[n % 2]?.wake();
    }
    await until(drained);
    const all = signals.calls.flatMap((call) => call.events);
    expect(all).toHaveLength(200);
    expect(new Set(all).size).toBe(200);
    for (let order = 0; order < 7; order += 1) {
      const numbers = signals.eventsOf(`O${order}`).map((id) => Number(id.slice(1)));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
    await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.stop(1000)));
    await second.close();
  });

  test('the events of one that died come back when its lease ends', async () => {
    await store.append([orderEvent('a1', 'A')]);
    const now = Date.now();
    await store.claim({
      owner: 'dead',
      now,
      leaseMs: 300,
      lanesMax: 1,
      eventsMax: 10,
      bytesMax: 1000,
    });
    start();
    await until(drained);
    expect(signals.calls[0]?.at ?? 0).toBeGreaterThanOrEqual(now + 300);
  });
});

test('stop lets calls in flight end and claims nothing more', async () => {
  signals.behave = async () => {
    await sleep(100);
    return 'delivered';
  };
  await store.append([orderEvent('a1', 'A')]);
  const dispatcher = start();
  await until(() => signals.calls.length === 1);
  await store.append([orderEvent('b1', 'B')]);
  await dispatcher.stop(2000);
  expect(await store.get('crm', 'a1')).toMatchObject({ status: 'dispatched' });
  expect(await store.get('crm', 'b1')).toMatchObject({ status: 'accepted' });
});
