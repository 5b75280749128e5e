import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandboxStage, type SandboxStage } from '../support/sandbox-stage.ts';

let crm: SandboxStage;

beforeEach(async () => {
  crm = await startSandboxStage('crm');
  await crm.call('POST', '/orders', {
    order_id: 'ORD-1',
    items: [
      { sku: 'SKU-111', qty: 5, line_id: 'L1' },
      { sku: 'SKU-222', qty: 3, line_id: 'L2' },
    ],
  });
});

afterEach(async () => {
  await crm.close();
});

interface Told {
  line?: string;
  bucket: string;
  delta: number;
  cumulative: number;
}

function event(sequence: number, lines: Told[], overrides: Record<string, unknown> = {}) {
  return {
    event_id: `evt_xd_ORD-1_${sequence}`,
    event_type: 'PICK.PARTIAL',
    event_version: '1.0',
    timestamp: '2026-11-20T12:00:00Z',
    source: 'crossdock',
    payload: {
      order_id: 'ORD-1',
      sequence,
      status: 'PARTIALLY_PICKED',
      lines: lines.map(({ line = 'L1', ...rest }) => ({
        line_id: line,
        sku: line === 'L2' ? 'SKU-222' : 'SKU-111',
        ...rest,
      })),
    },
    ...overrides,
  };
}

const FIRST = event(1, [{ bucket: 'picked', delta: 3, cumulative: 3 }]);

function tell(body: { event_id: string; payload: unknown }, key: string = body.event_id) {
  return crm.call('POST', '/orders/ORD-1/events', body, key);
}

describe('what the CRM is told', () => {
  it('is applied in sequence and shown on the order and in its list of events', async () => {
    const first = await tell(FIRST);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ sequence: 1, status: 'PARTIALLY_PICKED', version: 1 });
    const second = event(2, [
      { bucket: 'picked', delta: -3, cumulative: 0 },
      { bucket: 'shipped', delta: 3, cumulative: 3 },
      { line: 'L2', bucket: 'backordered', delta: 3, cumulative: 3 },
    ]);
    expect((await tell(second)).status).toBe(201);
    const { body: order } = await crm.call('GET', '/orders/ORD-1');
    expect(order.lines).toMatchObject([
      { line_id: 'L1', picked: 0, shipped: 3, backordered: 0 },
      { line_id: 'L2', picked: 0, shipped: 0, backordered: 3 },
    ]);
    const { body: list } = await crm.call('GET', '/orders/ORD-1/events?limit=1');
    expect(list.items).toEqual([FIRST]);
    const rest = await crm.call('GET', `/orders/ORD-1/events?cursor=${list.next}`);
    expect(rest.body).toEqual({ items: [second], next: null });
  });

  it('twice is applied once, also when every answer is lost', async () => {
    const path = '/orders/*/events';
    await crm.call('POST', '/_sandbox/faults', {
      method: 'POST',
      path,
      kind: 'drop_after',
      times: 3,
    });
    for (let n = 0; n < 3; n += 1) await expect(tell(FIRST)).rejects.toThrow();
    const answer = await tell(FIRST);
    expect(answer.status).toBe(200);
    expect(answer.body.lines[0].picked).toBe(3);
    const { body: log } = await crm.call('GET', `/_sandbox/requests?path=${path}`);
    expect(log.items.map((item: { effect: string }) => item.effect)).toEqual([
      'created',
      'replayed',
      'replayed',
      'replayed',
    ]);
  });

  it('many times at once is applied once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => tell(FIRST)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 200)).toHaveLength(9);
    expect((await crm.call('GET', '/orders/ORD-1')).body.lines[0].picked).toBe(3);
  });

  it('after later events is still known as a repeat, whatever the order of its members', async () => {
    await tell(FIRST);
    await tell(event(2, [{ bucket: 'picked', delta: 1, cumulative: 4 }]));
    const { payload, ...rest } = FIRST;
    const again = await tell({ payload, ...rest });
    expect(again.status).toBe(200);
    expect(again.body.sequence).toBe(2);
  });

  const REFUSED: [string, ReturnType<typeof event>][] = [
    ['a gap in the sequence', event(2, [{ bucket: 'picked', delta: 1, cumulative: 1 }])],
    [
      'a delta that does not lead to its cumulative',
      event(1, [{ bucket: 'picked', delta: 1, cumulative: 2 }]),
    ],
    ['a bucket below zero', event(1, [{ bucket: 'picked', delta: -1, cumulative: 0 }])],
    [
      'a second line that does not follow',
      event(1, [
        { bucket: 'picked', delta: 1, cumulative: 1 },
        { bucket: 'picked', delta: 1, cumulative: 1 },
      ]),
    ],
  ];

  it.each(REFUSED)('with %s is refused with the present state', async (_, body) => {
    const answer = await tell(body);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ sequence: 0, lines: [{ line_id: 'L1', picked: 0 }, {}] });
    expect(answer.body.type).toMatch(/sequence-conflict$/);
    const { body: order } = await crm.call('GET', '/orders/ORD-1');
    expect(order).toMatchObject({ sequence: 0, status: 'OPEN' });
    expect(order.lines[0].picked).toBe(0);
  });

  it('under a sequence or an event id that was used for another body is refused', async () => {
    await tell(FIRST);
    const otherBody = event(1, [{ bucket: 'picked', delta: 2, cumulative: 2 }]);
    expect((await tell(otherBody)).status).toBe(409);
    const otherSequence = event(2, [{ bucket: 'picked', delta: 1, cumulative: 4 }], {
      event_id: FIRST.event_id,
    });
    const answer = await tell(otherSequence);
    expect(answer.status).toBe(409);
    expect(answer.body.sequence).toBe(1);
  });

  it('about an order that was never made here makes it known, from its first event on', async () => {
    const told = { ...FIRST, event_id: 'told-1', payload: { ...FIRST.payload, order_id: 'ORD-9' } };
    const later = { ...told, payload: { ...told.payload, sequence: 2 } };
    expect((await crm.call('POST', '/orders/ORD-9/events', later)).status).toBe(409);
    expect((await crm.call('GET', '/orders/ORD-9')).status).toBe(404);
    expect((await crm.call('POST', '/orders/ORD-9/events', told)).status).toBe(201);
    expect((await crm.call('POST', '/orders/ORD-9/events', told)).status).toBe(200);
    const shown = await crm.call('GET', '/orders/ORD-9');
    expect(shown.body).toMatchObject({ sequence: 1, lines: [{ ordered: 0 }] });
    const items = shown.body.lines.map((line: { line_id: string; sku: string }) => ({
      line_id: line.line_id,
      sku: line.sku,
      qty: 9,
    }));
    const made = await crm.call('POST', '/orders', { order_id: 'ORD-9', items });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ sequence: 1, lines: [{ ordered: 9 }] });
  });

  it('about another order than the path, or another SKU than the line’s, is refused', async () => {
    const lost = { ...FIRST, payload: { ...FIRST.payload, order_id: 'ORD-9' } };
    expect((await crm.call('POST', '/orders/ORD-1/events', lost)).status).toBe(422);
    const wrong = event(1, [{ bucket: 'picked', delta: 1, cumulative: 1 }]);
    wrong.payload.lines[0] = { ...wrong.payload.lines[0], sku: 'SKU-222' } as never;
    const answer = await tell(wrong);
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].pointer).toBe('/payload/lines/0/sku');
    const twoSkus = event(1, [{ line: 'L9', bucket: 'picked', delta: 1, cumulative: 1 }]);
    const [first] = twoSkus.payload.lines;
    twoSkus.payload.lines.push({ ...first, sku: 'SKU-9', cumulative: 2 } as never);
    expect((await tell(twoSkus)).status).toBe(422);
    expect((await crm.call('GET', '/orders/ORD-1')).body.lines).toHaveLength(2);
  });

  it('of a line that it does not know, a substitute, adds that line with nothing ordered', async () => {
    const substitute = (sequence: number, told: Omit<Told, 'line'>) => {
      const body = event(sequence, [{ line: 'L1~SKU-B', ...told }]);
      body.payload.lines = body.payload.lines.map((line) => ({ ...line, sku: 'SKU-B' }));
      return body;
    };
    const wrong = await tell(substitute(1, { bucket: 'picked', delta: 2, cumulative: 3 }));
    expect(wrong.status).toBe(409);
    expect(wrong.body.lines).toHaveLength(2);
    const first = await tell(substitute(1, { bucket: 'picked', delta: 2, cumulative: 2 }));
    expect(first.status).toBe(201);
    const line = { line_id: 'L1~SKU-B', sku: 'SKU-B', ordered: 0, shipped: 0, cancelled: 0 };
    expect(first.body.lines[2]).toMatchObject({ ...line, picked: 2 });
    await tell(substitute(2, { bucket: 'backordered', delta: 1, cumulative: 1 }));
    const { body: order } = await crm.call('GET', '/orders/ORD-1');
    expect(order.lines).toMatchObject([
      { line_id: 'L1', ordered: 5, picked: 0 },
      { line_id: 'L2', ordered: 3, picked: 0 },
      { ...line, picked: 2, backordered: 1 },
    ]);
    expect(order.items).toHaveLength(2);
    const items = [{ sku: 'SKU-111', qty: 1, line_id: 'L1' }];
    const changed = await crm.call('PATCH', '/orders/ORD-1', { items });
    expect(changed.body.lines.map((one: { ordered: number }) => one.ordered)).toEqual([1, 0, 0]);
  });

  it('of backorders and of units that leave a bucket is applied like all else', async () => {
    const told = (sequence: number, type: string, lines: Told[]) =>
      tell(event(sequence, lines, { event_type: type }));
    await told(1, 'BACKORDER.CREATED', [{ bucket: 'backordered', delta: 5, cumulative: 5 }]);
    await told(2, 'BACKORDER.FILLED', [{ bucket: 'backordered', delta: -5, cumulative: 0 }]);
    await told(3, 'PICK.PARTIAL', [{ bucket: 'picked', delta: 4, cumulative: 4 }]);
    const updated = await told(4, 'ORDER.UPDATED', [
      { bucket: 'picked', delta: -4, cumulative: 0 },
      { bucket: 'shipped', delta: 4, cumulative: 4 },
      { bucket: 'cancelled', delta: 1, cumulative: 1 },
    ]);
    expect(updated.body).toMatchObject({
      sequence: 4,
      lines: [{ picked: 0, shipped: 4, backordered: 0, cancelled: 1 }, {}],
    });
    const gap = await told(6, 'ORDER.UPDATED', []);
    expect([gap.status, gap.body.sequence]).toEqual([409, 4]);
    expect((await told(5, 'ORDER.UPDATED', [])).status).toBe(201);
    expect((await told(6, 'ORDER.SHIPPED', [])).status).toBe(422);
  });

  it('needs no key, but a key that is not the event id is refused', async () => {
    expect((await tell(FIRST, 'another')).status).toBe(400);
    expect((await crm.call('POST', '/orders/ORD-1/events', FIRST)).status).toBe(201);
  });

  it('confirms a cancellation', async () => {
    await crm.call('POST', '/orders/ORD-1/cancel', {});
    const confirmed = event(
      1,
      [
        { bucket: 'cancelled', delta: 5, cumulative: 5 },
        { line: 'L2', bucket: 'cancelled', delta: 3, cumulative: 3 },
      ],
      { event_type: 'ORDER.CANCELLED' },
    );
    confirmed.payload.status = 'CANCELLED';
    expect((await tell(confirmed)).body).toMatchObject({ status: 'CANCELLED', version: 2 });
  });

  it('makes the order changed for those who ask since', async () => {
    const { body: before } = await crm.call('GET', '/orders/ORD-1');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await tell(FIRST);
    const { body: after } = await crm.call('GET', '/orders/ORD-1');
    expect(Date.parse(after.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
  });
});
