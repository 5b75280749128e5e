import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CrmOrderSchema, OrderCreatedSchema, OrderUpdatedSchema } from '../../src/contracts/crm.ts';
import { EnvelopeSchema } from '../../src/contracts/envelope.ts';
import { eventually } from '../support/eventually.ts';
import { startSandboxStage, type SandboxStage } from '../support/sandbox-stage.ts';

let crm: SandboxStage;

beforeEach(async () => {
  crm = await startSandboxStage('crm');
});

afterEach(async () => {
  await crm.close();
});

const ITEMS = [
  { sku: 'SKU-111', qty: 2 },
  { sku: 'SKU-222', qty: 1 },
];
const ORDER = {
  order_id: 'ORD-1',
  customer: { id: 'CUST-123', name: 'Acme <Co>', account_priority: 'gold' },
  items: ITEMS,
  fulfillment: { method: 'standard', requested_date: '2026-01-20' },
  total: 1450,
};

function told(count: number) {
  return eventually(() => crm.told().length >= count && crm.told());
}

describe('an order in the CRM sandbox', () => {
  it('is made, answered whole, and told as ORDER.CREATED with its line ids', async () => {
    const answer = await crm.call('POST', '/orders', ORDER);
    expect(answer.status).toBe(201);
    expect(CrmOrderSchema.parse(answer.body)).toMatchObject({
      order_id: 'ORD-1',
      version: 1,
      status: 'OPEN',
      sequence: 0,
      lines: [
        { line_id: 'ORD-1-1', sku: 'SKU-111', ordered: 2, picked: 0, shipped: 0 },
        { line_id: 'ORD-1-2', sku: 'SKU-222', ordered: 1 },
      ],
    });
    const [event] = await told(1);
    expect(EnvelopeSchema.parse(event)).toMatchObject({
      event_id: 'evt_crm_ORD-1_1_created',
      event_type: 'ORDER.CREATED',
      event_version: '1.0',
      source: 'crm.sandbox',
    });
    const payload = OrderCreatedSchema.parse(event?.payload);
    expect(payload).toMatchObject({ ...ORDER, version: 1 });
    expect(payload.items.map((item) => item.line_id)).toEqual(['ORD-1-1', 'ORD-1-2']);
    expect(crm.receiver.received[0]?.headers['x-event-id']).toBe('evt_crm_ORD-1_1_created');
  });

  it('gets an id with the day and a number when it has none', async () => {
    const { body: first } = await crm.call('POST', '/orders', { items: ITEMS });
    const { body: second } = await crm.call('POST', '/orders', { items: ITEMS });
    expect(first.order_id).toMatch(/^ORD-\d{8}-001$/);
    expect(second.order_id).toMatch(/^ORD-\d{8}-002$/);
  });

  it('is made once per Idempotency-Key, also when every answer is lost', async () => {
    await crm.call('POST', '/_sandbox/faults', {
      method: 'POST',
      path: '/orders',
      kind: 'drop_after',
      times: 3,
    });
    for (let n = 0; n < 3; n += 1) {
      await expect(crm.call('POST', '/orders', { items: ITEMS }, 'key-1')).rejects.toThrow();
    }
    const answer = await crm.call('POST', '/orders', { items: ITEMS }, 'key-1');
    expect(answer.status).toBe(201);
    const { body: list } = await crm.call('GET', '/orders');
    expect(list.items).toEqual([answer.body]);
    const { body: log } = await crm.call('GET', '/_sandbox/requests?method=POST&path=/orders');
    expect(log.items.map((item: { effect: string }) => item.effect)).toEqual([
      'created',
      'replayed',
      'replayed',
      'replayed',
    ]);
    await told(1);
    expect(crm.told()).toHaveLength(1);
    const other = await crm.call('POST', '/orders', { items: ITEMS.slice(1) }, 'key-1');
    expect(other.status).toBe(409);
    expect(other.body.type).toContain('idempotency-key-reused');
  });

  it('that exists is answered 200 to the same body and 409 to another', async () => {
    await crm.call('POST', '/orders', ORDER);
    const { fulfillment, ...rest } = ORDER;
    const same = await crm.call('POST', '/orders', { fulfillment, ...rest });
    expect(same.status).toBe(200);
    expect(same.body.version).toBe(1);
    const other = await crm.call('POST', '/orders', { ...ORDER, total: 1 });
    expect(other.status).toBe(409);
    await told(1);
    expect(crm.told()).toHaveLength(1);
  });

  it('is made once when the same call comes many times at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => crm.call('POST', '/orders', ORDER, 'key-1')),
    );
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const other = await Promise.all(
      Array.from({ length: 5 }, (_, n) => crm.call('POST', '/orders', { ...ORDER, total: n })),
    );
    expect(other.map(({ status }) => status)).toEqual([409, 409, 409, 409, 409]);
    await told(1);
    expect(crm.told()).toHaveLength(1);
  });

  it('that does not fit is refused with pointers and leaves nothing', async () => {
    const answer = await crm.call('POST', '/orders', { items: [{ sku: 'A', qty: -1 }] });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].pointer).toBe('/items/0/qty');
    const twins = [
      { sku: 'A', qty: 1, line_id: 'X' },
      { sku: 'B', qty: 1, line_id: 'X' },
    ];
    expect((await crm.call('POST', '/orders', { items: twins })).status).toBe(422);
    expect((await crm.call('GET', '/orders')).body.items).toEqual([]);
    const { body: next } = await crm.call('POST', '/orders', { items: ITEMS });
    expect(next.order_id).toMatch(/-001$/);
  });
});

describe('a change of an order', () => {
  beforeEach(async () => {
    await crm.call('POST', '/orders', ORDER);
  });

  it('makes the next version and tells the whole new list', async () => {
    const items = [
      { sku: 'SKU-111', qty: 5 },
      { sku: 'SKU-333', qty: 1 },
    ];
    const answer = await crm.call('PATCH', '/orders/ORD-1', { items });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      version: 2,
      items: [
        { line_id: 'ORD-1-1', sku: 'SKU-111', qty: 5 },
        { line_id: 'ORD-1-3', sku: 'SKU-333', qty: 1 },
      ],
      lines: [
        { line_id: 'ORD-1-1', ordered: 5 },
        { line_id: 'ORD-1-2', ordered: 0 },
        { line_id: 'ORD-1-3', ordered: 1 },
      ],
    });
    const event = (await told(2))[1];
    expect(event).toMatchObject({
      event_id: 'evt_crm_ORD-1_2_updated',
      event_type: 'ORDER.UPDATED',
      payload: { order_id: 'ORD-1', version: 2, items: answer.body.items },
    });
    OrderUpdatedSchema.parse(event?.payload);
  });

  it('of the customer leaves the rest as it was', async () => {
    const customer = { account_priority: 'platinum' };
    const { body } = await crm.call('PATCH', '/orders/ORD-1', { customer });
    expect(body.customer).toEqual({ ...ORDER.customer, ...customer });
    expect(body.items.map(({ qty }: { qty: number }) => qty)).toEqual([2, 1]);
  });

  it('happens once per Idempotency-Key', async () => {
    const patch = { customer: { name: 'B' } };
    await crm.call('PATCH', '/orders/ORD-1', patch, 'k');
    const again = await crm.call('PATCH', '/orders/ORD-1', patch, 'k');
    expect(again.body.version).toBe(2);
    expect((await crm.call('PATCH', '/orders/ORD-1', {})).status).toBe(422);
    expect((await crm.call('PATCH', '/orders/ORD-9', patch)).status).toBe(404);
  });

  it('to cancelled is asked for and told, and not believed yet', async () => {
    const answer = await crm.call('POST', '/orders/ORD-1/cancel', { reason: 'mistake' });
    expect(answer.body).toMatchObject({ status: 'CANCEL_REQUESTED', version: 2 });
    const event = (await told(2))[1];
    expect(event).toMatchObject({
      event_id: 'evt_crm_ORD-1_2_cancelled',
      event_type: 'ORDER.CANCELLED',
      payload: { order_id: 'ORD-1', version: 2, reason: 'mistake' },
    });
    expect((await crm.call('POST', '/orders/ORD-1/cancel')).status).toBe(200);
    const lines = await crm.call('POST', '/orders/ORD-1/cancel', { lines: ['ORD-1-2'] });
    expect(lines.status).toBe(200);
    const unknown = await crm.call('POST', '/orders/ORD-1/cancel', { lines: ['no'] });
    expect(unknown.body.errors[0].pointer).toBe('/lines/0');
  });
});

describe('the list of orders', () => {
  it('is paged over what changed since, the oldest change first', async () => {
    for (let n = 1; n <= 7; n += 1) {
      await crm.call('POST', '/orders', { ...ORDER, order_id: `ORD-${n}` });
    }
    const changed = await crm.call('PATCH', '/orders/ORD-3', { customer: { name: 'B' } });
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await crm.call('GET', `/orders?limit=3${cursor}`);
      seen.push(...body.items.map((item: { order_id: string }) => item.order_id));
      cursor = body.next === null ? '' : `&cursor=${body.next}`;
    } while (cursor !== '');
    expect(seen.sort()).toEqual(['ORD-1', 'ORD-2', 'ORD-3', 'ORD-4', 'ORD-5', 'ORD-6', 'ORD-7']);
    const since = await crm.call('GET', `/orders?since=${changed.body.updated_at}`);
    expect(since.body.items.at(-1)).toEqual(changed.body);
    expect((await crm.call('GET', '/orders?since=2999-01-01T00:00:00Z')).body.items).toEqual([]);
    expect((await crm.call('GET', '/orders?since=yesterday')).status).toBe(422);
    expect((await crm.call('GET', '/orders?cursor=x')).status).toBe(422);
    expect((await crm.call('GET', '/orders/ORD-9')).status).toBe(404);
  });
});

describe('the edges', () => {
  it('refuse what is not JSON, too deep, too large or sent by another site', async () => {
    const post = (body: string, headers = {}) =>
      fetch(`${crm.base}/orders`, { method: 'POST', body, headers });
    expect((await post('{')).status).toBe(400);
    expect((await post('['.repeat(40) + ']'.repeat(40))).status).toBe(400);
    const large = await post(JSON.stringify({ items: 'x'.repeat(300_000) }));
    expect(large.status).toBe(413);
    expect(large.headers.get('content-type')).toBe('application/problem+json');
    expect((await post('{}', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('answer health and a page with the orders, escaped', async () => {
    await crm.call('POST', '/orders', ORDER);
    expect((await crm.call('GET', '/health/live')).status).toBe(200);
    expect((await crm.call('GET', '/health/ready')).body).toMatchObject({ status: 'ok' });
    const page = await crm.call('GET', '/');
    expect(page.body).toContain('<!doctype html><html lang="en">');
    expect(page.body).toContain('Acme &lt;Co&gt;');
    expect(page.body).toContain('ORD-1-2');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('keep everything over a restart, webhooks that were not sent included', async () => {
    await crm.call('PUT', '/_sandbox/webhooks', { mode: 'on', delay_ms: 2000 });
    const { body } = await crm.call('POST', '/orders', ORDER, 'key-1');
    await crm.restart();
    expect((await crm.call('GET', '/orders/ORD-1')).body).toEqual(body);
    expect((await crm.call('POST', '/orders', ORDER, 'key-1')).body).toEqual(body);
    expect(crm.told()).toHaveLength(0);
    await told(1);
    const { body: log } = await crm.call('GET', '/_sandbox/requests?path=/orders');
    expect(log.items).toHaveLength(2);
  });
});
