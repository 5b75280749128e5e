import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { shippedWiring } from '../support/shipped-wiring.ts';
import { conformsAsWms, type WmsTarget } from '../support/vendor-conformance.ts';
import { startCannonWms, type CannonWms } from '../vendors/cannonwms/stub.ts';
import {
  connect,
  look,
  ORDER,
  pickOf,
  pickRequest,
  proxyTo,
  REFERENCE,
  send,
  specNamed,
  TIMEOUT_MS,
  type Connected,
} from '../vendors/connect.ts';

const UNLIMITED = { perSecond: 1000, burst: 1000 };

conformsAsWms('CannonWMS', async (): Promise<WmsTarget> => {
  const vendor = await startCannonWms({ rate: UNLIMITED });
  const { warehouse } = vendor;
  warehouse.receive('SKU-111', 100);
  warehouse.receive('SKU-111-B', 40);
  const authorization = `Bearer ${vendor.issueKey('read-write')}`;
  const stub = await proxyTo(`${vendor.url}/v1`, { authorization });
  return {
    spec: specNamed(shippedWiring(), 'cannonwms'),
    bundle: shippedWiring().bundle,
    stub: {
      ...stub,
      close: async () => {
        await stub.close();
        await vendor.close();
      },
    },
    ...{ sku: 'SKU-111', emptySku: 'SKU-EMPTY', unmapped: null },
    picksUnder: (wanted) => warehouse.orders.filter(({ reference }) => reference === wanted).length,
    finish(pickId) {
      const order = warehouse.orders.find(({ id }) => id === pickId);
      for (const { line, reserved: qty } of order?.lines ?? []) {
        warehouse.pick({ reference: order?.reference ?? '', line, qty });
      }
    },
    stockOf: { 'SKU-111': 100, 'SKU-111-B': 40, 'SKU-NONE': 0 },
  };
});

describe('an order at CannonWMS', () => {
  let vendor: CannonWms;
  let cannon: Connected;
  const lines = [
    { lineId: 'ORD-1-1', sku: '1e5', qty: 5 },
    { lineId: 'ORD-1-2', sku: 'NO', qty: 2 },
  ];

  const connectWith = (key: string, url = vendor.url): Connected =>
    connect(shippedWiring(), 'cannonwms', {
      CROSSDOCK_CANNONWMS_URL: url,
      CROSSDOCK_CANNONWMS_KEY: key,
    });

  async function start(options: Parameters<typeof startCannonWms>[0] = {}): Promise<void> {
    vendor = await startCannonWms({ rate: UNLIMITED, ...options });
    vendor.warehouse.receive('1e5', 9);
    vendor.warehouse.receive('NO', 9);
    cannon = connectWith(vendor.issueKey('read-write'));
  }

  beforeEach(() => start());
  afterEach(async () => {
    await cannon.connector.close();
    await vendor.close();
  });

  test('is named by the answer and then read', async () => {
    const pick = pickOf(await send(cannon, pickRequest(lines)));
    expect(pick).toMatchObject({
      pickId: 'ord_1',
      status: 'IN_PROGRESS',
      lines: [
        { lineId: 'ORD-1-1', sku: '1e5', requested: 5, allocated: 5 },
        { lineId: 'ORD-1-2', sku: 'NO', requested: 2, allocated: 2 },
      ],
    });
    expect(vendor.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/orders',
      'GET /v1/orders/ord_1',
    ]);
    expect(JSON.parse(vendor.requests[0]?.body ?? '')).toEqual({
      external: { reference: REFERENCE, order: 'ORD-1' },
      service: { level: 'expedited' },
      fulfilment: { start_tour: true, unreserved: 'drop' },
      lines: [
        { external_line: 'ORD-1-1', item: { sku: '1e5' }, units: 5 },
        { external_line: 'ORD-1-2', item: { sku: 'NO' }, units: 2 },
      ],
    });
  });

  test('keeps units that were not found open until its tour is finished', async () => {
    const { warehouse } = vendor;
    const { pickId } = pickOf(await send(cannon, pickRequest(lines)));
    warehouse.pick({ reference: REFERENCE, line: 2, qty: 2 });
    warehouse.pick({ reference: REFERENCE, line: 1, qty: 1 });
    warehouse.miss({ reference: REFERENCE, line: 1, qty: 4 });
    const touring = pickOf(await look(cannon, pickId));
    expect(touring).toMatchObject({
      status: 'PARTIAL',
      lines: [{ requested: 5, allocated: 0, picked: 1, short: 0 }, { picked: 2 }],
    });
    warehouse.find({ reference: REFERENCE, line: 1, qty: 1 });
    warehouse.finishTour(REFERENCE);
    warehouse.ship(REFERENCE);
    const shipped = pickOf(await look(cannon, pickId));
    expect(shipped).toMatchObject({
      status: 'COMPLETED',
      lines: [{ picked: 2, shipped: 2, short: 3 }, { shipped: 2 }],
    });
    expect(warehouse.stock.row('1e5')).toEqual({ onHand: 4, reserved: 0, staged: 0 });
  });

  test('is cancelled by line, and of what is picked nothing', async () => {
    const { pickId } = pickOf(await send(cannon, pickRequest(lines)));
    const cancel = { kind: 'cancel_pick', key: 'c', reference: REFERENCE, pickId } as const;
    const some = await send(cannon, { ...cancel, lines: ['ORD-1-2'], reason: 'no more' });
    expect(some).toMatchObject({
      outcome: { result: 'ACCEPTED', pick: { lines: [{ allocated: 5 }, { cancelled: 2 }] } },
    });
    vendor.warehouse.pick({ reference: REFERENCE, line: 1, qty: 3 });
    const rest = await send(cannon, { ...cancel, lines: null, reason: null });
    expect(rest).toMatchObject({
      outcome: {
        result: 'PARTIALLY_ACCEPTED',
        pick: { status: 'COMPLETED', lines: [{ picked: 3, cancelled: 2 }, { cancelled: 2 }] },
      },
    });
    const late = await send(cannon, { ...cancel, lines: null, reason: null });
    expect(late).toMatchObject({ outcome: { type: 'cancel_answered', result: 'REJECTED' } });
  });

  test('whose answer was lost is found once the index has it', async () => {
    await vendor.close();
    await start({ searchLagMs: 300 });
    const request = pickRequest(lines);
    const context = { order: ORDER, timeoutMs: TIMEOUT_MS };
    vendor.loseAnswers({ method: 'POST', path: '/v1/orders', times: 1 });
    expect(await send(cannon, request)).toMatchObject({ kind: 'retry', status: null });
    expect(await cannon.connector.find?.(request, context)).toBeNull();
    const found = await eventually(
      async () => (await cannon.connector.find?.(request, context)) ?? undefined,
    );
    expect(pickOf(found).pickId).toBe('ord_1');
    expect(cannon.connector.capability?.search).toEqual({ lagMs: 5000 });
  });

  test('is pressed on in its own words, which are read back', async () => {
    const { pickId } = pickOf(await send(cannon, pickRequest(lines)));
    const change = { kind: 'update_pick', key: 'u', reference: REFERENCE, pickId } as const;
    pickOf(await send(cannon, { ...change, priority: 'urgent' }));
    expect(vendor.warehouse.orders[0]?.level).toBe('rush');
    const one = await cannon.reader.get('look_at_pick', { pick_id: pickId });
    expect(one).toMatchObject({ found: { priority: 'urgent', order_id: 'ORD-1' } });
  });

  test('beyond the rate of our key is worth another attempt when the vendor says', async () => {
    await vendor.close();
    await start({ rate: { perSecond: 0.5, burst: 2 } });
    const other = connectWith(vendor.issueKey('read-write'));
    await cannon.reader.alive();
    await cannon.reader.alive();
    const limited = await send(cannon, pickRequest(lines));
    expect(limited).toMatchObject({ kind: 'retry', status: 429, retryAfter: '2' });
    expect(vendor.warehouse.orders).toEqual([]);
    pickOf(await send(other, pickRequest(lines)));
    await other.connector.close();
  });

  test('needs a key that may write and is not revoked, whatever becomes of the others', async () => {
    const [reading, revoked] = [vendor.issueKey('read'), vendor.issueKey('read-write')];
    vendor.revokeKey(revoked);
    for (const [key, status] of [
      [reading, 403],
      [revoked, 401],
    ] as const) {
      const other = connectWith(key);
      expect(await send(other, pickRequest(lines))).toMatchObject({ kind: 'refused', status });
      await other.connector.close();
    }
    pickOf(await send(cannon, pickRequest(lines)));
    expect(vendor.warehouse.orders).toHaveLength(1);
  });

  test('waits for its variables by name', () => {
    expect(() => connect(shippedWiring(), 'cannonwms', {})).toThrow(
      'Not set: CROSSDOCK_CANNONWMS_URL, CROSSDOCK_CANNONWMS_KEY',
    );
  });
});
