import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventIdSchema, IdSchema } from '../../src/contracts/primitives.ts';
import { outgoingEvent } from '../../src/sandbox/crm/outgoing.ts';

function eventIdOf(orderId: string): string {
  const content = { customer: {}, fulfillment: {}, items: [] };
  const order = {
    orderId,
    version: 1_000_000,
    status: 'OPEN',
    sequence: 0,
    content,
    createdFrom: '',
    createdAt: 1,
    updatedAt: 1,
  };
  return outgoingEvent({ order, kind: 'cancelled', payload: {} }).eventId;
}

describe('the event ids of the CRM sandbox', () => {
  it('fit the alphabet and the length whatever the order id', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 128, unit: 'grapheme' }), (orderId) => {
        fc.pre(IdSchema.safeParse(orderId).success);
        expect(EventIdSchema.safeParse(eventIdOf(orderId)).success).toBe(true);
      }),
    );
  });

  it('differ for order ids that look alike', () => {
    const ids = ['ORD/1', 'ORD-1', 'ORD 1', 'ORD_1', 'x'.repeat(90), `${'x'.repeat(89)}y`];
    expect(new Set(ids.map(eventIdOf)).size).toBe(ids.length);
  });
});
