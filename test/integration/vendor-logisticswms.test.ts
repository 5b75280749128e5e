import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createUnknownOutcomes } from '../../src/connections/unknown-outcome.ts';
import { runGolden } from '../../src/mapping/golden.ts';
import { shippedWiring } from '../support/shipped-wiring.ts';
import {
  connect,
  CONTEXT,
  requestOf,
  specOf,
  startReceiver,
  type CrossdockSide,
} from '../vendors/logisticswms/crossdock-side.ts';
import { startLogisticsWms, type LogisticsWms } from '../vendors/logisticswms/stub.ts';

let vendor: LogisticsWms;
let env: Record<string, string>;
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  vendor = await startLogisticsWms();
  open.push(vendor);
  const { clientId, clientSecret } = vendor.clients.create();
  env = {
    CROSSDOCK_LOGISTICSWMS_URL: vendor.url,
    CROSSDOCK_LOGISTICSWMS_CLIENT_ID: clientId,
    CROSSDOCK_LOGISTICSWMS_CLIENT_SECRET: clientSecret,
    CROSSDOCK_WEBHOOK_SECRET_LOGISTICSWMS: 'crossdock:p:ss wörd',
  };
});

afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

function crossdock(): CrossdockSide {
  const side = connect('logisticswms', env);
  open.push(side);
  return side;
}

const OPERATIONS = ['order_created', 'order_updated', 'order_picked', 'stock_updated'];

async function receiver(password = 'p:ss wörd') {
  const one = await startReceiver('logisticswms', env);
  open.push(one);
  const targets = Object.fromEntries(OPERATIONS.map((operation) => [operation, one.url]));
  vendor.webhooks.configure({ targets, user: 'crossdock', password });
  return one;
}

const line = (lineId: string, sku: string, totals: object) => ({
  ...{ lineId, sku, allocated: 0, picked: 0, shipped: 0, short: 0, cancelled: 0 },
  ...totals,
});

describe('the mappings of LogisticsWMS', () => {
  it('have golden cases for every rule, every absence and every row', () => {
    const report = runGolden(shippedWiring().bundle);
    const own = (file: string): boolean => file.includes('logisticswms');
    expect(report.failed.filter(({ file }) => own(file))).toEqual([]);
    expect(report.uncovered.filter(({ file }) => own(file))).toEqual([]);
  });

  it('say of each open field what the document says and what was chosen', () => {
    const { assumptions, can } = specOf('logisticswms');
    expect(assumptions.length).toBeGreaterThan(10);
    expect(can).toMatchObject({ events: 'headers', cancel: 'none', shipments: false });
  });
});

describe('an order at LogisticsWMS', () => {
  it('is made with lines of its own numbers and our ids, and what it cannot reserve is ours', async () => {
    vendor.receive('00123', 3);
    vendor.receive('1e5', 9);
    const { connector } = crossdock();
    const attempt = await connector.send(requestOf({ '00123': 5, '1e5': 2 }), CONTEXT);
    expect(attempt).toEqual({
      kind: 'done',
      outcome: {
        type: 'pick_accepted',
        pick: {
          ...{ pickId: '10001', status: 'ASSIGNED', sequence: 0 },
          lines: [
            line('ORD-1-1', '00123', { requested: 5, allocated: 3, short: 2 }),
            line('ORD-1-2', '1e5', { requested: 2, allocated: 2 }),
          ],
        },
      },
    });
    expect(vendor.orders.all).toMatchObject([
      {
        ...{ order_code: 'pick:ORD-1:1:1', customer_order: 'ORD-1', priority: 'HIGH' },
        items: [{ line_number: 1, external_line_id: 'ORD-1-1' }, { line_number: 2 }],
      },
    ]);
  });

  it('is not made when there is nothing of it', async () => {
    const attempt = await crossdock().connector.send(requestOf({ NO: 1 }), CONTEXT);
    expect(attempt).toEqual({ kind: 'done', outcome: { type: 'pick_out_of_stock' } });
    expect(vendor.orders.all).toEqual([]);
  });

  it('whose answer was lost is found by its order code, and there is one', async () => {
    vendor.receive('A', 5);
    const { connector } = crossdock();
    const outcomes = createUnknownOutcomes(Date.now);
    const sending = { connector, command: requestOf({ A: 2 }), context: CONTEXT };
    vendor.loseAnswers({ method: 'POST', path: '/api/external/v1/orders', times: 1 });
    const first = await outcomes.send({ ...sending, doubt: null });
    expect(first).toMatchObject({ attempt: { kind: 'retry', status: null } });
    const second = await outcomes.send({ ...sending, doubt: first.doubt });
    expect(second).toMatchObject({ attempt: { outcome: { type: 'pick_accepted' } } });
    expect(vendor.orders.all).toHaveLength(1);
    const again = await connector.send(sending.command, CONTEXT);
    expect(again).toMatchObject({ outcome: { type: 'pick_accepted', pick: { pickId: '10001' } } });
    expect(vendor.orders.all).toHaveLength(1);
  });

  it('is seen as its floor leaves it: picked in part, short, and sent away', async () => {
    vendor.receive('A', 5);
    const { connector } = crossdock();
    await connector.send(requestOf({ A: 4 }), CONTEXT);
    const look = async () => {
      const attempt = await connector.send(
        { kind: 'look_at_pick', key: 'look', reference: 'pick:ORD-1:1:1', pickId: '10001' },
        CONTEXT,
      );
      return attempt.kind === 'done' && attempt.outcome.type === 'pick_seen'
        ? { status: attempt.outcome.pick.status, ...attempt.outcome.pick.lines[0] }
        : attempt;
    };
    vendor.orders.pick(10001, 1, 3);
    expect(await look()).toMatchObject({ status: 'PARTIAL', allocated: 1, picked: 3 });
    vendor.orders.short(10001, 1, 1);
    expect(await look()).toMatchObject({ status: 'COMPLETED', picked: 3, short: 1, shipped: 0 });
    vendor.orders.dispatch(10001);
    expect(await look()).toMatchObject({ status: 'COMPLETED', picked: 3, shipped: 0 });
  });

  it('cannot be cancelled by a call, so a person is asked', async () => {
    vendor.receive('A', 5);
    const { connector } = crossdock();
    await connector.send(requestOf({ A: 4 }), CONTEXT);
    const called = vendor.audit.length;
    const pick = { reference: 'pick:ORD-1:1:1', pickId: '10001', lines: null, reason: null };
    const attempt = await connector.send({ kind: 'cancel_pick', key: 'c', ...pick }, CONTEXT);
    expect(attempt).toMatchObject({ outcome: { type: 'cancel_impossible' } });
    expect(vendor.audit).toHaveLength(called);
  });

  it('is told when it becomes more pressing', async () => {
    vendor.receive('A', 5);
    const { connector } = crossdock();
    await connector.send(requestOf({ A: 4 }), CONTEXT);
    const pick = { reference: 'pick:ORD-1:1:1', pickId: '10001', priority: 'urgent' as const };
    const attempt = await connector.send({ kind: 'update_pick', key: 'u', ...pick }, CONTEXT);
    expect(attempt).toMatchObject({ outcome: { type: 'pick_seen' } });
    expect(vendor.orders.byId(10001).priority).toBe('EXPRESS');
  });
});

describe('the tokens of LogisticsWMS', () => {
  it('that end while 20 calls are in flight are renewed by one login, and nothing is done twice', async () => {
    vendor.receive('A', 100);
    const { connector, reader } = crossdock();
    await reader.stock('A');
    expect(vendor.clients.logins).toBe(1);
    vendor.clients.expireTokens();
    const attempts = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        connector.send(requestOf({ A: 1 }, `pick:ORD-${n}:1:1`), {
          ...CONTEXT,
          order: { connection: 'crm', orderId: `ORD-${n}` },
        }),
      ),
    );
    for (const attempt of attempts) {
      expect(attempt).toMatchObject({ outcome: { type: 'pick_accepted' } });
    }
    expect(vendor.audit.filter(({ status }) => status === 401).length).toBeGreaterThan(10);
    expect(vendor.clients.logins).toBe(2);
    expect(new Set(vendor.orders.all.map((order) => order.order_code)).size).toBe(20);
    expect(vendor.orders.all).toHaveLength(20);
  });

  it('are not given to a client that is disabled, deleted or has another secret', async () => {
    vendor.receive('A', 5);
    const clientId = env['CROSSDOCK_LOGISTICSWMS_CLIENT_ID'] ?? '';
    const other = vendor.clients.create();
    const refused = { kind: 'refused', status: 401, cause: 'credentials refused' };
    vendor.clients.enable(clientId, false);
    expect(await crossdock().connector.send(requestOf({ A: 1 }), CONTEXT)).toMatchObject(refused);
    vendor.clients.enable(clientId, true);
    const secret = vendor.clients.regenerate(clientId);
    const attempt = await crossdock().connector.send(requestOf({ A: 1 }), CONTEXT);
    expect(attempt).toMatchObject(refused);
    expect(JSON.stringify(attempt)).not.toContain(env['CROSSDOCK_LOGISTICSWMS_CLIENT_SECRET']);
    expect(vendor.orders.all).toEqual([]);
    vendor.clients.remove(other.clientId);
    env['CROSSDOCK_LOGISTICSWMS_CLIENT_SECRET'] = secret;
    const mended = await crossdock().connector.send(requestOf({ A: 1 }), CONTEXT);
    expect(mended).toMatchObject({ outcome: { type: 'pick_accepted' } });
  });

  it('are not asked for while it is down: nothing was sent', async () => {
    const { connector } = crossdock();
    await vendor.goDown();
    const down = await connector.send(requestOf({ A: 1 }), CONTEXT);
    expect(down).toMatchObject({ kind: 'unreachable' });
    await vendor.comeBack();
    vendor.receive('A', 5);
    const up = await connector.send(requestOf({ A: 1 }), CONTEXT);
    expect(up).toMatchObject({ outcome: { type: 'pick_accepted' } });
  });
});

describe('webhooks of LogisticsWMS', () => {
  it('of our orders touch their picks, and those of others touch nobody', async () => {
    const taken = await receiver();
    vendor.receive('A', 5);
    await crossdock().connector.send(requestOf({ A: 4 }), CONTEXT);
    vendor.orders.pick(10001, 1, 1);
    const theirs = { line_number: 1, external_line_id: null, product_code: 'A', quantity: 1 };
    const head = { order_code: 'WEB-4711', customer_order: 'SHOP-1', priority: 'LOW' };
    vendor.orders.create({ ...head, items: [theirs] });
    await vendor.webhooks.settled();
    const touched = {
      to: 'order',
      order: { connection: 'crm', orderId: 'ORD-1' },
      input: { type: 'pick_touched', pickId: '10001', reference: 'pick:ORD-1:1:1' },
    };
    expect(taken.received).toMatchObject([
      { type: 'stock_updated', asks: { to: 'stock', wms: 'logisticswms', sku: 'A' } },
      { type: 'order_created', asks: touched },
      { type: 'order_updated', asks: touched },
      { type: 'order_created', asks: null },
    ]);
  });

  it('with another password are refused', async () => {
    const taken = await receiver('guessed');
    vendor.receive('A', 5);
    await vendor.webhooks.settled();
    expect(taken.received).toEqual([{ refused: 'signature-mismatch' }]);
    expect(vendor.audit.at(-1)).toMatchObject({ way: 'out', status: 401 });
  });
});

describe('what is read beside commands', () => {
  it('sums the stock of a product over its warehouses', async () => {
    vendor.receive('A', 5, 'SUR-1');
    vendor.receive('A', 2, 'SUR-2');
    vendor.receive('B', 9);
    const { reader } = crossdock();
    expect(await reader.stock('A')).toBe(7);
    expect(await reader.stock('C')).toBe(0);
    expect(await reader.alive()).toMatchObject({ kind: 'answer', status: 200 });
  });

  it('lists every order once, page by page', async () => {
    vendor.receive('A', 50);
    const { connector, reader } = crossdock();
    for (let n = 1; n <= 5; n += 1) {
      await connector.send(requestOf({ A: 1 }, `pick:ORD-1:${n}:1`), CONTEXT);
    }
    const listed: string[] = [];
    let cursor: string | undefined;
    for (;;) {
      const page = await reader.list('list_picks', { sinceMs: 0, limit: 2, cursor });
      if ('unread' in page) throw new Error(page.unread.error);
      listed.push(...page.records.map((one) => (one.ok ? one.value.pick_id : one.error)));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(listed).toEqual(['10001', '10002', '10003', '10004', '10005']);
  });
});
