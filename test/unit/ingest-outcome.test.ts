import { expect, test } from 'vitest';
import type { EventOutcome as Fate } from '../../src/books/read-events.ts';
import { createOutcomes } from '../../src/ingest/outcome.ts';
import type { EventStatus } from '../../src/inbox/store.ts';

type Books = Parameters<typeof createOutcomes>[0];

function outcomeOf(
  known: { status: EventStatus; lane: string | null },
  fate?: Fate,
  stage?: string,
) {
  const books = {
    events: { outcome: () => fate },
    orders: { stageOf: () => stage },
  } as unknown as Books;
  return createOutcomes(books)(
    { connection: 'crm', eventId: 'e1' },
    { outcome: 'duplicate', receivedAt: 0, deliveries: 2, ...known },
  );
}

const lane = 'crm/ORD-1';

test.each([
  ['waits', { status: 'accepted', lane }, undefined, undefined, ['ORD-1', null, 'processing']],
  [
    'is on its way',
    { status: 'dispatched', lane },
    undefined,
    'RECEIVED',
    ['ORD-1', 'RECEIVED', 'processing'],
  ],
  [
    'was applied',
    { status: 'dispatched', lane },
    { orderKey: lane, state: 'applied', stage: 'FULFILLED' },
    undefined,
    ['ORD-1', 'FULFILLED', 'applied'],
  ],
  [
    'is parked in its order',
    { status: 'dispatched', lane },
    { orderKey: lane, state: 'parked', stage: 'RECEIVED' },
    undefined,
    ['ORD-1', 'RECEIVED', 'parked'],
  ],
  ['came late', { status: 'late', lane }, undefined, 'FULFILLED', ['ORD-1', 'FULFILLED', 'late']],
  ['is ignored', { status: 'ignored', lane: null }, undefined, undefined, [null, null, 'ignored']],
  [
    'woke the allocator',
    { status: 'dispatched', lane: '~stock/wms' },
    undefined,
    undefined,
    [null, null, 'applied'],
  ],
] as const)('an event that %s', (...[, known, fate, stage, told]) => {
  const [orderId, stageTold, state] = told;
  expect(outcomeOf(known, fate, stage)).toEqual({ order_id: orderId, stage: stageTold, state });
});

test('books that cannot be read leave it at processing', () => {
  const broken = {
    events: {
      outcome: () => {
        throw new Error('unavailable');
      },
    },
    orders: {},
  } as unknown as Books;
  const told = createOutcomes(broken)(
    { connection: 'crm', eventId: 'e1' },
    { outcome: 'duplicate', receivedAt: 0, deliveries: 2, status: 'dispatched', lane },
  );
  expect(told).toEqual({ order_id: 'ORD-1', stage: null, state: 'processing' });
});
