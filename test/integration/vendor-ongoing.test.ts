import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attempt } from '../../src/connections/attempt.ts';
import { createUnknownOutcomes } from '../../src/connections/unknown-outcome.ts';
import type { Command } from '../../src/domain/commands.ts';
import { runGolden } from '../../src/mapping/golden.ts';
import { eventually } from '../support/eventually.ts';
import { shippedWiring } from '../support/shipped-wiring.ts';
import {
  connect,
  CONTEXT,
  requestOf,
  specOf,
  startReceiver,
  type CrossdockSide,
} from '../vendors/logisticswms/crossdock-side.ts';
import { OTHER_OWNER, OWNER, startOngoing, type Ongoing } from '../vendors/ongoing/stub.ts';
import type { NewWebhook, Webhook } from '../vendors/ongoing/webhooks.ts';

let vendor: Ongoing;
let env: Record<string, string>;
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  // A day of retries in a good second.
  vendor = await startOngoing({ timeScale: 0.000_02 });
  open.push(vendor);
  env = {
    CROSSDOCK_ONGOING_URL: vendor.url,
    CROSSDOCK_ONGOING_USER: vendor.user,
    CROSSDOCK_ONGOING_PASSWORD: vendor.password,
    CROSSDOCK_WEBHOOK_SECRET_ONGOING: 'a-webhook-secret',
  };
});

afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

function crossdock(): CrossdockSide {
  const side = connect('ongoing', env);
  open.push(side);
  return side;
}

async function receiver() {
  const one = await startReceiver('ongoing', env);
  open.push(one);
  return one;
}

const HEADER = { kind: 'header', name: 'X-Crossdock-Token', value: 'Bearer a-webhook-secret' };

function setUp(webhook: Pick<NewWebhook, 'url' | 'template'> & Partial<NewWebhook>): Webhook {
  const auth = HEADER as NewWebhook['auth'];
  return vendor.webhooks.create({ goodsOwnerId: OWNER, auth, retry: 'None', ...webhook });
}

const PICK = { reference: 'pick:ORD-1:1:1', pickId: '81001' };
const LOOK: Command = { kind: 'look_at_pick', key: 'look', ...PICK };
const CANCEL: Command = { kind: 'cancel_pick', key: 'c', ...PICK, lines: null, reason: 'changed' };

/** The first line of the pick that an attempt brought, and the pick's status. */
function shownBy(attempt: Attempt) {
  if (attempt.kind !== 'done' || !('pick' in attempt.outcome)) return attempt;
  const { pick } = attempt.outcome;
  return { status: pick.status, ...pick.lines[0] };
}

const puts = (): number => vendor.audit.filter(({ method }) => method === 'PUT').length;

describe('the mappings of Ongoing', () => {
  it('have golden cases for every rule, every absence and every row', () => {
    const report = runGolden(shippedWiring().bundle);
    const own = (file: string): boolean => /\/ongoing/.test(file);
    expect(report.failed.filter(({ file }) => own(file))).toEqual([]);
    expect(report.uncovered.filter(({ file }) => own(file))).toEqual([]);
  });

  it('say of each open field what the document says and what was chosen', () => {
    const { assumptions, can } = specOf('ongoing');
    expect(assumptions.length).toBeGreaterThan(10);
    expect(can).toMatchObject({ events: 'headers', cancel: 'whole', shipments: true });
  });
});

describe('an order at Ongoing', () => {
  it('is accepted whatever the stock, is read after it is made, and fills later', async () => {
    const { connector } = crossdock();
    const made = await connector.send(requestOf({ '00123': 5, NO: 2 }), CONTEXT);
    const line = { allocated: 0, picked: 0, shipped: 0, short: 0, cancelled: 0 };
    expect(made).toEqual({
      kind: 'done',
      outcome: {
        type: 'pick_accepted',
        pick: {
          ...{ pickId: '81001', status: 'CREATED', sequence: 0 },
          lines: [
            { lineId: 'ORD-1-1', sku: '00123', requested: 5, ...line },
            { lineId: 'ORD-1-2', sku: 'NO', requested: 2, ...line },
          ],
        },
      },
    });
    expect(vendor.orders.all).toMatchObject([
      {
        ...{ orderNumber: PICK.reference, goodsOwnerId: OWNER, goodsOwnerOrderId: 'ORD-1' },
        pickingPriority: 2,
        lines: [{ rowNumber: '1', externalOrderLineCode: 'ORD-1-1' }, { rowNumber: '2' }],
      },
    ]);
    vendor.receive('00123', 4);
    vendor.orders.allocate(81001);
    expect(shownBy(await connector.send(LOOK, CONTEXT))).toMatchObject({
      ...{ status: 'ASSIGNED', requested: 5, allocated: 4 },
    });
    vendor.orders.pick(81001, '1', 3);
    vendor.orders.send(81001);
    expect(shownBy(await connector.send(LOOK, CONTEXT))).toMatchObject({
      ...{ status: 'PARTIAL', allocated: 1, picked: 3, shipped: 3 },
    });
    vendor.orders.finish(81001);
    expect(shownBy(await connector.send(LOOK, CONTEXT))).toMatchObject({
      ...{ status: 'COMPLETED', allocated: 0, picked: 3, shipped: 3 },
    });
  });

  it('is one, however often it is put, also when it is released meanwhile', async () => {
    const { connector } = crossdock();
    vendor.receive('A', 5);
    const first = await connector.send(requestOf({ A: 4 }), CONTEXT);
    expect(await connector.send(requestOf({ A: 4 }), CONTEXT)).toEqual(first);
    vendor.orders.allocate(81001);
    const released = await connector.send(requestOf({ A: 4 }), CONTEXT);
    expect(shownBy(released)).toMatchObject({ status: 'ASSIGNED', allocated: 4 });
    expect(vendor.orders.all).toHaveLength(1);
  });

  it('whose answer was lost is found by its number, and is not put again', async () => {
    const { connector } = crossdock();
    const outcomes = createUnknownOutcomes(Date.now);
    const sending = { connector, command: requestOf({ A: 2 }), context: CONTEXT };
    vendor.loseAnswers({ method: 'PUT', path: '/api/v1/orders', times: 1 });
    const first = await outcomes.send({ ...sending, doubt: null });
    expect(first).toMatchObject({ attempt: { kind: 'retry', status: null } });
    const second = await outcomes.send({ ...sending, doubt: first.doubt });
    expect(second).toMatchObject({ attempt: { outcome: { type: 'pick_accepted' } } });
    expect(vendor.orders.all).toHaveLength(1);
    expect(puts()).toBe(1);
  });

  it('is cancelled whole until picking begins, and then no more', async () => {
    const { connector } = crossdock();
    vendor.receive('A', 9);
    await connector.send(requestOf({ A: 4 }), CONTEXT);
    vendor.orders.allocate(81001);
    const cancelled = await connector.send(CANCEL, CONTEXT);
    expect(cancelled).toMatchObject({ outcome: { result: 'ACCEPTED' } });
    expect(shownBy(cancelled)).toMatchObject({ status: 'CANCELLED', cancelled: 4 });
    await connector.send(requestOf({ A: 4 }, 'pick:ORD-1:2:1'), CONTEXT);
    vendor.orders.allocate(81002);
    vendor.orders.pick(81002, '1', 1);
    const late = { ...CANCEL, reference: 'pick:ORD-1:2:1', pickId: '81002' };
    const rejected = await connector.send(late, CONTEXT);
    expect(rejected).toMatchObject({ outcome: { result: 'REJECTED' } });
    expect(shownBy(rejected)).toMatchObject({ status: 'PARTIAL', picked: 1, cancelled: 0 });
  });

  it('has no line cancelled by a call, so a person is asked', async () => {
    const { connector } = crossdock();
    await connector.send(requestOf({ A: 4, B: 1 }), CONTEXT);
    const called = vendor.audit.length;
    const attempt = await connector.send({ ...CANCEL, lines: ['ORD-1-2'] }, CONTEXT);
    expect(attempt).toMatchObject({ outcome: { type: 'cancel_impossible' } });
    expect(vendor.audit).toHaveLength(called);
  });

  it('of a CRM that has no goods owner is sent to nobody', async () => {
    const order = { connection: 'crm-b', orderId: 'ORD-1' };
    const request = requestOf({ A: 1 }, 'pick:crm-b:ORD-1:1:1');
    const attempt = await crossdock().connector.send(request, { ...CONTEXT, order });
    expect(attempt).toMatchObject({ kind: 'refused', status: 0, cause: 'MAP_ENUM' });
    expect(vendor.audit).toEqual([]);
  });

  it('is refused to a wrong password', async () => {
    env['CROSSDOCK_ONGOING_PASSWORD'] = 'guessed';
    const attempt = await crossdock().connector.send(requestOf({ A: 1 }), CONTEXT);
    expect(attempt).toMatchObject({ kind: 'refused', status: 401 });
    expect(vendor.orders.all).toEqual([]);
  });
});

describe('webhooks of Ongoing', () => {
  it('of one goods owner and of all touch our picks, and those of others touch nobody', async () => {
    const taken = await receiver();
    setUp({ url: taken.url, template: 'OrderStatusChanged' });
    setUp({ url: taken.url, template: 'OrderStatusChanged', goodsOwnerId: 'all' });
    const { connector } = crossdock();
    vendor.receive('A', 9);
    vendor.receive('A', 9, OTHER_OWNER);
    await connector.send(requestOf({ A: 4 }), CONTEXT);
    vendor.orders.allocate(81001);
    const theirs = { rowNumber: '1', externalOrderLineCode: null, articleNumber: 'A' };
    vendor.orders.put({
      ...{ goodsOwnerId: OTHER_OWNER, orderNumber: '4711', goodsOwnerOrderId: null },
      ...{ pickingPriority: 5, orderLines: [{ ...theirs, numberOfItems: 1 }] },
    });
    vendor.orders.allocate(81002);
    await vendor.webhooks.settled();
    const touched = {
      to: 'order',
      order: { connection: 'crm', orderId: 'ORD-1' },
      input: { type: 'pick_touched', ...PICK },
    };
    const asks = taken.received.map((one) => ('asks' in one ? one.asks : one.refused));
    expect(asks).toHaveLength(3);
    expect(asks.filter((one) => one !== null)).toMatchObject([touched, touched]);
    const bodies = vendor.audit.flatMap(({ way, body }) => (way === 'out' ? [body] : []));
    expect(bodies).toMatchObject(
      Array.from({ length: 3 }, () => ({ goodsOwnerId: expect.anything() })),
    );
    expect(JSON.stringify(bodies)).not.toContain('NumberOfItems');
  });

  it('of stock ask for a look at the article', async () => {
    const taken = await receiver();
    setUp({ url: taken.url, template: 'ArticleStockChanged' });
    vendor.receive('00123', 4);
    await vendor.webhooks.settled();
    expect(taken.received).toMatchObject([{ asks: { to: 'stock', wms: 'ongoing', sku: '00123' } }]);
  });

  it('without our header, or with another secret in it, are refused', async () => {
    const taken = await receiver();
    const template = 'ArticleStockChanged';
    setUp({ url: taken.url, template, auth: { kind: 'none' } });
    setUp({ url: taken.url, template, auth: { kind: 'basic', user: 'u', password: 'p' } });
    setUp({
      ...{ url: taken.url, template },
      auth: { kind: 'header', name: 'X-Crossdock-Token', value: 'Bearer guessed' },
    });
    vendor.receive('A', 1);
    await vendor.webhooks.settled();
    expect(
      taken.received.map((one) => ('refused' in one ? one.refused : one.type)).toSorted(),
    ).toEqual([...['credentials-missing', 'credentials-missing', 'signature-mismatch']]);
  });

  it('that are tested by the button are taken and touch nobody', async () => {
    const taken = await receiver();
    for (const template of ['OrderPicked', 'ArticleStockChanged']) {
      vendor.webhooks.test(setUp({ url: taken.url, template }));
    }
    await vendor.webhooks.settled();
    expect(taken.received).toMatchObject([
      { type: 'OrderPicked', asks: null },
      { type: 'ArticleStockChanged', asks: { to: 'stock', sku: 'TEST' } },
    ]);
    expect(await crossdock().reader.stock('TEST')).toBe(0);
  });

  it('are sent once with the policy None, and for a day with One day', async () => {
    const taken = await receiver();
    taken.fail(true);
    const template = 'ArticleStockChanged';
    setUp({ url: taken.url, template, retry: 'None' });
    setUp({ url: taken.url, template, retry: 'One day' });
    vendor.receive('A', 1);
    const sent = () => vendor.audit.filter(({ way }) => way === 'out');
    await eventually(() => sent().length >= 4);
    taken.fail(false);
    await eventually(() => taken.received.length > 0);
    const ofNone = sent().filter(({ body }) => JSON.stringify(body).includes('"webhookId":1'));
    expect(ofNone).toMatchObject([{ status: 503 }]);
    expect(taken.received).toMatchObject([{ asks: { to: 'stock', sku: 'A' } }]);
  });

  it('are given up after a day', async () => {
    const taken = await receiver();
    taken.fail(true);
    setUp({ url: taken.url, template: 'ArticleStockChanged', retry: 'One day' });
    vendor.receive('A', 1);
    const attempts = () => vendor.audit.filter(({ way }) => way === 'out').length;
    // At once, after 1, 5, 15 and 30 minutes, and then every two hours.
    await eventually(() => attempts() === 16, 20_000);
    await vendor.webhooks.settled();
    expect(attempts()).toBe(16);
  });
});

describe('what is read beside commands', () => {
  it('counts the stock of our goods owner alone, and not what is allocated', async () => {
    vendor.receive('A', 5);
    vendor.receive('A', 50, OTHER_OWNER);
    const { connector, reader } = crossdock();
    await connector.send(requestOf({ A: 2 }), CONTEXT);
    expect(await reader.stock('A')).toBe(5);
    vendor.orders.allocate(81001);
    expect(await reader.stock('A')).toBe(3);
    expect(await reader.alive()).toMatchObject({ kind: 'answer', status: 200 });
  });

  it('lists every order once, along the links', async () => {
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
    expect(listed).toEqual(['81001', '81002', '81003', '81004', '81005']);
  });
});
