import { createServer } from 'node:http';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BookedOrder } from '../../src/books/reconcile-book.ts';
import { createHttpClient } from '../../src/connections/http.ts';
import type { Outside } from '../../src/reconcile/outside.ts';
import { withReadAhead } from '../../src/reconcile/read-ahead.ts';
import { createRemoteReader } from '../../src/reconcile/read-remote.ts';
import { advance, agreed } from '../support/reconcile-agreed.ts';
import { createReconcileStage, MINUTE, START } from '../support/reconcile-stage.ts';
import { shippedWiring } from '../support/shipped-wiring.ts';

function unparsed(order: BookedOrder): BookedOrder {
  return Object.defineProperty({ ...order }, 'view', {
    get() {
      throw new Error(`the view of ${order.address.orderId} was parsed`);
    },
  });
}

describe('a full run', () => {
  it.each(['T2', 'T3'] as const)('%s parses no order that agrees', async (kind) => {
    const stage = createReconcileStage();
    agreed(stage, 7);
    const { book } = stage.deps;
    stage.deps.book = {
      ...book,
      orders: (keys) =>
        new Map([...book.orders(keys)].map(([key, order]) => [key, unparsed(order)])),
      walk: (place, until, limit) => book.walk(place, until, limit).map(unparsed),
    };
    const { run, drifts } = await stage.run({ kind });
    expect(drifts).toEqual([]);
    expect(run).toMatchObject({ status: 'completed', openOrders: 7, openVerified: 7 });
  });

  it('finds the one order that differs among those that agree', async () => {
    const stage = createReconcileStage();
    agreed(stage, 7);
    advance(stage, 'O5', START - 10 * MINUTE);
    const { drifts } = await stage.run({ kind: 'T3' });
    expect(drifts.map((drift) => `${drift.class} ${drift.orderId}`)).toEqual(['D5 O5']);
  });

  it('sees what was written into our books behind the back of every step', async () => {
    const stage = createReconcileStage();
    agreed(stage, 3);
    await stage.run({ kind: 'T3' });
    stage.sqlite
      .prepare(`update orders set view = json_set(view, '$.lines[0].picked', 1) where order_id = ?`)
      .run('O2');
    const { drifts } = await stage.run({ kind: 'T3' });
    expect(drifts.map((drift) => `${drift.class} ${drift.orderId}`)).toEqual(['D18 O2']);
  });
});

describe('reading ahead', () => {
  it('has sent its request before the page at hand is looked at', async () => {
    const reader = withReadAhead(await remoteOverHttp(), Date.now);
    // A client that has just answered takes the next call on a connection of its own.
    for (let call = 0; call < CONNECTIONS; call += 1) await reader.list('crm', { limit: 1 });
    const sent: unknown[] = [];
    const note = (message: unknown): number => sent.push(message);
    subscribe('undici:client:sendHeaders', note);
    onTestFinished(() => void unsubscribe('undici:client:sendHeaders', note));
    await reader.ahead('crm', { limit: 1, cursor: 'next' });
    expect(sent).toHaveLength(1);
    const page = await reader.list('crm', { limit: 1, cursor: 'next' });
    expect(page).toMatchObject({ records: [], next: null });
    expect(sent).toHaveLength(1);
  });
});

const CONNECTIONS = 2;

async function remoteOverHttp() {
  const server = createServer((_, response) => response.end('{"items":[],"next":null}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const client = createHttpClient({
    baseUrl: `http://127.0.0.1:${port ?? 0}`,
    headers: {},
    connectTimeoutMs: 5000,
    answerBytesMax: 1024,
    connectionsMax: CONNECTIONS,
  });
  onTestFinished(async () => {
    await client.close();
    server.close();
  });
  const { bundle, connections } = shippedWiring();
  const spec = connections.get('crm');
  if (spec === undefined) throw new Error('the shipped mappings have no CRM');
  const outside: Outside = {
    today: () => ({ bundle: 'B', connections: [{ spec, address: '' }] }),
    vendor: () => Promise.resolve({ spec, maps: bundle, http: client }),
  };
  return createRemoteReader({ outside, timeoutMs: 5000 });
}
