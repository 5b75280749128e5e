import { describe, expect, test } from 'vitest';
import { readShipped as readEvent } from '../support/shipped-wiring.ts';

const FACT = { connection: 'crm', eventId: 'evt_1', receivedAt: 1000 };
const CRM = { connection: 'crm', kind: 'crm' as const };

/** The body of seed 4, ids filled in. */
const SEED = {
  event_id: 'evt_01F8X2A9',
  event_type: 'ORDER.CREATED',
  event_version: '1.0',
  timestamp: '2026-01-17T14:32:00Z',
  source: 'crm.prod',
  payload: {
    order_id: 'ORD-20260117-001',
    customer: { id: 'CUST-123', name: 'Acme Co', account_priority: 'gold' },
    items: [
      { sku: 'SKU-111', qty: 2 },
      { sku: 'SKU-222', qty: 1 },
    ],
    fulfillment: { method: 'standard', requested_date: '2026-01-20' },
    total: 1450.0,
  },
};

function read(body: unknown, origin: Parameters<typeof readEvent>[0] = CRM) {
  const result = readEvent(origin, body);
  if (!result.ok) throw result.error;
  return result.event;
}

function inputOf(eventType: string, payload: unknown) {
  const normalised = read({ ...SEED, event_type: eventType, payload }).normalise(FACT);
  return normalised?.to === 'order' ? normalised.input : null;
}

test('the order of the seed becomes its order of two lines with derived ids', () => {
  const event = read(SEED);
  expect(event).toMatchObject({
    eventId: 'evt_01F8X2A9',
    source: 'crm.prod',
    lane: 'crm/ORD-20260117-001',
    confirms: false,
  });
  expect(event.normalise(FACT)).toEqual({
    to: 'order',
    order: { connection: 'crm', orderId: 'ORD-20260117-001' },
    input: {
      type: 'order_created',
      ...FACT,
      version: 1,
      priority: 'high',
      promisedAt: Date.parse('2026-01-20T23:59:00Z'),
      lines: [
        { lineId: 'ORD-20260117-001-1', sku: 'SKU-111', qty: 2 },
        { lineId: 'ORD-20260117-001-2', sku: 'SKU-222', qty: 1 },
      ],
    },
  });
});

describe('the customer decides the priority', () => {
  test.each([
    ['platinum', 'urgent'],
    ['gold', 'high'],
    ['silver', 'normal'],
    ['bronze', 'low'],
    [undefined, 'normal'],
  ])('%s is %s', (asked, priority) => {
    const customer = asked === undefined ? {} : { account_priority: asked };
    expect(inputOf('ORDER.CREATED', { ...SEED.payload, customer })).toMatchObject({ priority });
  });

  test.each(['Gold', 'vip', ''])(
    '%j is a mapping error that does not repeat the value',
    (asked) => {
      const customer = { account_priority: asked };
      const input = inputOf('ORDER.CREATED', { ...SEED.payload, customer });
      expect(input).toMatchObject({ type: 'event_unmapped', code: 'MAP_ENUM', ...FACT });
      expect(JSON.stringify(input)).toContain('customer.account_priority');
      if (asked !== '') expect(JSON.stringify(input)).not.toContain(asked);
    },
  );
});

test('an instant is promised as it is, a missing date not at all', () => {
  const fulfillment = { requested_date: '2026-01-20T10:00:00+02:00' };
  expect(inputOf('ORDER.CREATED', { ...SEED.payload, fulfillment })).toMatchObject({
    promisedAt: Date.parse('2026-01-20T08:00:00Z'),
  });
  expect(inputOf('ORDER.CREATED', { ...SEED.payload, fulfillment: {} })).toMatchObject({
    promisedAt: null,
  });
});

test('line ids of the CRM are kept, and one given twice is a mapping error', () => {
  const items = [
    { line_id: 'L1', sku: 'A', qty: 1 },
    { sku: 'B', qty: 2 },
  ];
  expect(inputOf('ORDER.CREATED', { order_id: 'O', items })).toMatchObject({
    lines: [{ lineId: 'L1' }, { lineId: 'O-2' }],
  });
  const twice = [...items, { line_id: 'L1', sku: 'C', qty: 1 }];
  expect(inputOf('ORDER.CREATED', { order_id: 'O', items: twice })).toMatchObject({
    type: 'event_unmapped',
    code: 'MAP_CARDINALITY',
  });
});

test('an update without a version carries the time it was sent instead', () => {
  expect(inputOf('ORDER.UPDATED', SEED.payload)).toMatchObject({
    type: 'order_updated',
    version: null,
    sentAt: Date.parse(SEED.timestamp),
  });
  expect(inputOf('ORDER.UPDATED', { ...SEED.payload, version: 4 })).toMatchObject({ version: 4 });
});

test('a cancel names the whole order or its lines', () => {
  expect(inputOf('ORDER.CANCELLED', { order_id: 'O' })).toMatchObject({
    type: 'order_cancelled',
    version: null,
    reason: null,
    lines: null,
  });
  expect(
    inputOf('ORDER.CANCELLED', { order_id: 'O', version: 2, reason: 'r', lines: ['L1'] }),
  ).toMatchObject({ version: 2, reason: 'r', lines: ['L1'] });
});

test('orders of another CRM stand in lanes of their own', () => {
  const origin = { connection: 'crm-eu', kind: 'crm' as const };
  expect(read(SEED, origin).lane).toBe('crm-eu/ORD-20260117-001');
  const fact = { ...FACT, connection: 'crm-eu' };
  expect(read(SEED, origin).normalise(fact)).toMatchObject({
    order: { connection: 'crm-eu', orderId: 'ORD-20260117-001' },
  });
});

test('an event type that its kind of connection does not send is acted on by nobody', () => {
  for (const [kind, eventType] of [
    ['crm', 'ORDER.ARCHIVED'],
    ['crm', 'PICK.COMPLETED'],
    ['wms', 'ORDER.CREATED'],
    ['tasks', 'ORDER.CANCELLED'],
  ] as const) {
    const event = read({ ...SEED, event_type: eventType }, { connection: kind, kind });
    expect(event.lane).toBeNull();
    expect(event.normalise(FACT)).toBeNull();
  }
});

test('a body that does not fit names each field by its pointer', () => {
  const result = readEvent(CRM, {
    ...SEED,
    source: 7,
    payload: { ...SEED.payload, items: [{ sku: 'A', qty: -1 }] },
  });
  expect(result.ok).toBe(false);
  if (!result.ok) {
    expect(result.error.issues.map((issue) => issue.path.join('/')).sort()).toEqual([
      'payload/items/0/qty',
      'source',
    ]);
  }
});

test.each([null, 7, 'text', [], {}])('%j is no event', (body) => {
  expect(readEvent(CRM, body).ok).toBe(false);
});
