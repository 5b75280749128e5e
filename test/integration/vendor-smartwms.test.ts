import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readMappingFiles } from '../../src/mapping/load.ts';
import { SHIPPED_MAPPINGS, shippedWiring, wiringOf } from '../support/shipped-wiring.ts';
import { conformsAsWms, type WmsTarget } from '../support/vendor-conformance.ts';
import {
  connect,
  look,
  pickOf,
  pickRequest,
  proxyTo,
  REFERENCE,
  send,
  specNamed,
  type Connected,
} from '../vendors/connect.ts';
import { startSmartWms, type SmartWms } from '../vendors/smartwms/stub.ts';

conformsAsWms('SmartWMS', async (): Promise<WmsTarget> => {
  const vendor = await startSmartWms();
  const { warehouse, credentials } = vendor;
  for (const sku of ['SKU-111', 'SKU-111-B']) warehouse.receive(sku, 40);
  warehouse.receive('SKU-111', 60, 'OVERFLOW');
  const stub = await proxyTo(`${vendor.url}/api/v1`, {
    'x-api-key': credentials.apiKey,
    'x-tenant-id': credentials.tenant,
  });
  return {
    spec: specNamed(shippedWiring(), 'smartwms'),
    bundle: shippedWiring().bundle,
    stub: {
      ...stub,
      close: async () => {
        await stub.close();
        await vendor.close();
      },
    },
    ...{ sku: 'SKU-111', emptySku: 'SKU-EMPTY', unmapped: null },
    picksUnder: (reference) =>
      warehouse.orders.filter(({ orderNumber }) => orderNumber === reference).length,
    finish(pickId) {
      const order = warehouse.orders.find(({ orderId }) => orderId === pickId);
      for (const { lineNumber, allocated: qty } of order?.lines ?? []) {
        warehouse.pick({ orderNumber: order?.orderNumber ?? '', lineNumber, qty });
      }
    },
    stockOf: { 'SKU-111': 100, 'SKU-111-B': 40, 'SKU-NONE': 0 },
  };
});

describe('an order at SmartWMS', () => {
  let vendor: SmartWms;
  let smart: Connected;
  const lines = [
    { lineId: 'ORD-1-1', sku: '00123', qty: 5 },
    { lineId: 'ORD-1-2', sku: 'NO', qty: 2 },
  ];
  const envOf = (more: Record<string, string> = {}) => ({
    CROSSDOCK_SMARTWMS_URL: `${vendor.url}/`,
    CROSSDOCK_SMARTWMS_API_KEY: vendor.credentials.apiKey,
    ...more,
  });

  beforeEach(async () => {
    vendor = await startSmartWms();
    smart = connect(shippedWiring(), 'smartwms', envOf());
  });
  afterEach(async () => {
    await smart.connector.close();
    await vendor.close();
  });

  test('carries our reference, our lines and the priority in its own words', async () => {
    vendor.warehouse.receive('00123', 5);
    vendor.warehouse.receive('NO', 2);
    const pick = pickOf(await send(smart, pickRequest(lines)));
    expect(pick).toMatchObject({
      status: 'ASSIGNED',
      sequence: 0,
      lines: [
        { lineId: 'ORD-1-1', sku: '00123', requested: 5, allocated: 5 },
        { lineId: 'ORD-1-2', sku: 'NO', requested: 2, allocated: 2 },
      ],
    });
    const sent = vendor.requests.find(({ method }) => method === 'POST');
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      orderNumber: REFERENCE,
      orderType: 'OUTBOUND',
      customerReference: 'ORD-1',
      priority: 2,
      backorderPolicy: 'CLOSE_SHORT',
      lines: [
        { lineNumber: 1, externalLineId: 'ORD-1-1', sku: '00123', quantity: 5 },
        { lineNumber: 2, externalLineId: 'ORD-1-2', sku: 'NO', quantity: 2 },
      ],
    });
  });

  test('what cannot be allocated is short at once, and what is picked and shipped is seen', async () => {
    const { warehouse } = vendor;
    warehouse.receive('00123', 3);
    const { pickId, ...made } = pickOf(await send(smart, pickRequest(lines)));
    expect(made.lines).toMatchObject([
      { requested: 5, allocated: 3, short: 2 },
      { requested: 2, allocated: 0, short: 2 },
    ]);
    warehouse.pick({ orderNumber: REFERENCE, lineNumber: 1, qty: 1 });
    const partial = pickOf(await look(smart, pickId));
    expect(partial).toMatchObject({ status: 'PARTIAL', lines: [{ allocated: 2, picked: 1 }, {}] });
    warehouse.short({ orderNumber: REFERENCE, lineNumber: 1, qty: 2 });
    const picked = pickOf(await look(smart, pickId));
    expect(picked).toMatchObject({ status: 'COMPLETED', lines: [{ picked: 1, short: 4 }, {}] });
    warehouse.ship(REFERENCE);
    const shipped = pickOf(await look(smart, pickId));
    expect(shipped).toMatchObject({ status: 'COMPLETED', lines: [{ picked: 1, shipped: 1 }, {}] });
    expect(warehouse.stock.onHand('00123')).toBe(0);
  });

  test('of which nothing can be had is out of stock, and is not there', async () => {
    const attempt = await send(smart, pickRequest(lines));
    expect(attempt).toEqual({ kind: 'done', outcome: { type: 'pick_out_of_stock' } });
    expect(vendor.warehouse.orders).toEqual([]);
  });

  test('asked for again under its number is the one that is there', async () => {
    vendor.warehouse.receive('00123', 9);
    vendor.loseAnswers({ method: 'POST', path: '/api/v1/orders', times: 1 });
    const lost = await send(smart, pickRequest(lines));
    expect(lost).toMatchObject({ kind: 'retry', status: null });
    const again = pickOf(await send(smart, pickRequest(lines)));
    expect(again.pickId).toBe('ord_789');
    expect(vendor.warehouse.orders).toHaveLength(1);
  });

  test('is cancelled whole before it is picked, and by a person when it is some lines', async () => {
    vendor.warehouse.receive('00123', 9);
    const { pickId } = pickOf(await send(smart, pickRequest(lines)));
    const cancel = { kind: 'cancel_pick', key: 'c', reference: REFERENCE, pickId } as const;
    const calls = vendor.requests.length;
    const some = await send(smart, { ...cancel, lines: ['ORD-1-2'], reason: null });
    expect(some).toMatchObject({ kind: 'done', outcome: { type: 'cancel_impossible' } });
    expect(vendor.requests).toHaveLength(calls);
    const whole = await send(smart, { ...cancel, lines: null, reason: 'no more' });
    expect(whole).toMatchObject({
      outcome: { type: 'cancel_answered', result: 'ACCEPTED', pick: { status: 'CANCELLED' } },
    });
    expect(vendor.warehouse.stock.available('00123')).toBe(9);
  });

  test('of which something is picked keeps what it has', async () => {
    vendor.warehouse.receive('00123', 9);
    const { pickId } = pickOf(await send(smart, pickRequest(lines)));
    vendor.warehouse.pick({ orderNumber: REFERENCE, lineNumber: 1, qty: 1 });
    const cancel = { kind: 'cancel_pick', key: 'c', reference: REFERENCE, pickId } as const;
    const attempt = await send(smart, { ...cancel, lines: null, reason: null });
    expect(attempt).toMatchObject({
      outcome: { type: 'cancel_answered', result: 'REJECTED', pick: { status: 'PARTIAL' } },
    });
  });

  test('cannot be asked for while nobody listens, nor with a wrong key or tenant', async () => {
    vendor.warehouse.receive('00123', 9);
    await vendor.goDown();
    expect(await send(smart, pickRequest(lines))).toMatchObject({ kind: 'unreachable' });
    await vendor.comeBack();
    for (const wrong of [
      { CROSSDOCK_SMARTWMS_API_KEY: 'sk_other' },
      { CROSSDOCK_SMARTWMS_TENANT: 'another' },
    ]) {
      const stranger = connect(shippedWiring(), 'smartwms', envOf(wrong));
      const refused = await send(stranger, pickRequest(lines));
      expect(refused).toMatchObject({ kind: 'refused', status: 401 });
      await stranger.connector.close();
    }
    expect(vendor.warehouse.orders).toEqual([]);
    pickOf(await send(smart, pickRequest(lines)));
  });

  test('goes out with a token of an hour in place of the key, by the file alone', async () => {
    vendor.warehouse.receive('00123', 9);
    const { clientId, clientSecret } = vendor.credentials;
    const login = `auth: {kind: login, path: /auth/token, token: accessToken, expires_in: expiresIn,
  send: {clientId: {env: SMART_ID}, clientSecret: {env: SMART_SECRET}}}`;
    const files = readMappingFiles(SHIPPED_MAPPINGS).map(({ path, text }) =>
      path === 'connections/smartwms.yaml'
        ? { path, text: text.replace(/^auth: .*$/m, login) }
        : { path, text },
    );
    const env = envOf({ SMART_ID: clientId, SMART_SECRET: clientSecret });
    const byToken = connect(wiringOf(files), 'smartwms', env);
    const { pickId } = pickOf(await send(byToken, pickRequest(lines)));
    pickOf(await look(byToken, pickId));
    const logins = vendor.requests.filter(({ path }) => path === '/api/v1/auth/token');
    expect(logins).toHaveLength(1);
    await byToken.connector.close();
  });

  test('waits for its variables by name', () => {
    expect(() => connect(shippedWiring(), 'smartwms', {})).toThrow(
      'Not set: CROSSDOCK_SMARTWMS_URL, CROSSDOCK_SMARTWMS_API_KEY',
    );
  });
});
