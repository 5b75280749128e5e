import { describe, expect, test } from 'vitest';
import { pickKey } from '../../src/domain/ids.ts';
import { orderOfLane } from '../../src/normalise/lane.ts';
import { readShipped as readEvent } from '../support/shipped-wiring.ts';

const FACT = { connection: 'wms', eventId: 'evt_1', receivedAt: 1000 };

function read(kind: 'wms' | 'tasks', eventType: string, payload: unknown) {
  const result = readEvent(
    { connection: kind, kind },
    {
      event_id: 'evt_1',
      event_type: eventType,
      timestamp: '2026-01-17T14:32:00Z',
      source: 'test',
      payload,
    },
  );
  if (!result.ok) throw result.error;
  return result.event;
}

const PICK = {
  pick_id: 'PICK-1',
  order_id: 'ORD-1',
  status: 'PARTIAL',
  sequence: 3,
  occurred_at: '2026-01-17T14:32:00Z',
  lines: [{ line_id: 'L1', sku: 'A', delta: 2, cumulative: 2 }],
};

describe('events of picks', () => {
  test('our reference names the order, whatever id the warehouse writes', () => {
    const order = { connection: 'crm-eu', orderId: 'a/b:c' };
    const event = read('wms', 'PICK.PARTIAL', { ...PICK, reference: pickKey(order, 2, 1) });
    expect(event.normalise(FACT)).toMatchObject({ to: 'order', order });
    expect(orderOfLane(event.lane)).toEqual(order);
  });

  test.each([null, undefined, 'their-own', 'pick:x.2Fy:1:1:1'])(
    'with the reference %j the order id on the default CRM holds',
    (reference) => {
      const event = read('wms', 'PICK.PARTIAL', { ...PICK, reference });
      expect(event.lane).toBe('crm/ORD-1');
    },
  );

  test('picked units are counted by PICK events and shipped ones by SHIPMENT events', () => {
    expect(read('wms', 'PICK.PARTIAL', PICK).normalise(FACT)).toMatchObject({
      input: {
        type: 'pick_reported',
        ...FACT,
        pickId: 'PICK-1',
        reference: null,
        status: 'PARTIAL',
        sequence: 3,
        counts: 'picked',
        lines: [{ lineId: 'L1', sku: 'A', delta: 2, cumulative: 2, short: 0, cancelled: null }],
      },
    });
    expect(read('wms', 'SHIPMENT.CREATED', PICK).normalise(FACT)).toMatchObject({
      input: { counts: 'shipped' },
    });
  });

  test.each([
    ['PICK.CREATED', true],
    ['PICK.ASSIGNED', true],
    ['PICK.IN_PROGRESS', true],
    ['PICK.PARTIAL', false],
    ['PICK.COMPLETED', false],
    ['PICK.CANCELLED', false],
    ['SHIPMENT.CREATED', false],
  ])('%s only confirms: %s', (eventType, confirms) => {
    expect(read('wms', eventType, PICK).confirms).toBe(confirms);
  });
});

describe('alerts of stock', () => {
  const ALERT = { sku: 'A', location: 'zone-A', available: 5, previous: 0, cause: 'receive' };

  test('a rise wakes the allocator of its warehouse', () => {
    const event = read('wms', 'INVENTORY.ALERT', ALERT);
    expect(event.lane).toBe('~stock/wms');
    expect(orderOfLane(event.lane)).toBeNull();
    expect(event.normalise(FACT)).toEqual({ to: 'stock', wms: 'wms', sku: 'A' });
  });

  test('a fall wakes nobody', () => {
    const event = read('wms', 'INVENTORY.ALERT', { ...ALERT, available: 0, previous: 5 });
    expect(event.lane).toBeNull();
    expect(event.normalise(FACT)).toBeNull();
  });
});

describe('events of tasks', () => {
  const TASK = { task_id: 'T-1', external_ref: { type: 'order', id: 'ORD-1' } };

  test.each([
    ['TASK.CREATED', undefined, 'OPEN'],
    ['TASK.ASSIGNED', undefined, 'ASSIGNED'],
    ['TASK.COMPLETED', undefined, 'COMPLETED'],
    ['TASK.COMPLETED', 'CANCELLED', 'CANCELLED'],
  ])('%s with status %s reports %s', (eventType, status, expected) => {
    const event = read('tasks', eventType, { ...TASK, status });
    expect(event).toMatchObject({ lane: 'crm/ORD-1', confirms: true });
    expect(event.normalise(FACT)).toMatchObject({
      order: { connection: 'crm', orderId: 'ORD-1' },
      input: { type: 'task_reported', taskId: 'T-1', status: expected },
    });
  });

  test('a task of something else belongs to no order', () => {
    const event = read('tasks', 'TASK.CREATED', {
      ...TASK,
      external_ref: { type: 'ticket', id: '7' },
    });
    expect(event.lane).toBeNull();
    expect(event.normalise(FACT)).toBeNull();
  });
});
