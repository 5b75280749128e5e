import { expect, test } from 'vitest';
import { OrderDetailSchema, OrderSummarySchema } from '../../src/contracts/operators.ts';
import { pageOf } from '../../src/contracts/primitives.ts';
import { ProblemSchema } from '../../src/contracts/problem.ts';
import { newEvent, NOW, openApiStage, settle } from '../support/api-stage.ts';
import { booksSchema, shelve, type BooksDatabase } from '../support/books-shelf.ts';

const OrderPageSchema = pageOf(OrderSummarySchema);

function addEntry(books: BooksDatabase, entry: { seq: number; at: number; summary: string }): void {
  books.db
    .insert(booksSchema.timeline)
    .values({ orderKey: 'crm/ORD-1', kind: 'pick', cause: 'wms/evt_1', ...entry })
    .run();
}

test('shows an order whole, in the shape of the contract, with its links', async () => {
  const stage = openApiStage();
  shelve(stage.books, [{ orderId: 'ORD-1', taskId: 'T 1/2' }]);
  addEntry(stage.books, { seq: 1, at: NOW, summary: 'accepted' });
  const answer = await stage.get('/api/v1/orders/ORD-1');
  expect(answer.status).toBe(200);
  const order = OrderDetailSchema.strict().parse(await answer.json());
  expect(order).toMatchObject({
    order_id: 'ORD-1',
    connection: 'crm',
    stage: 'FULFILLING',
    headline: 'ALLOCATED',
    actions: [],
    timeline: [
      { at: new Date(NOW).toISOString(), kind: 'pick', summary: 'accepted', cause: 'wms/evt_1' },
    ],
    created_at: '2027-01-15T08:00:00.000Z',
    closed_at: null,
  });
  expect(order.lines[0]).toMatchObject({ ordered: 3, allocated: 2, backordered: 1 });
  expect(order.links).toEqual({
    temporal_ui: 'http://127.0.0.1:8233/namespaces/default/workflows/order%2Fcrm%2FORD-1',
    crm: 'http://127.0.0.1:4200/orders/ORD-1',
    task: 'http://127.0.0.1:4300/tasks/T%201%2F2',
  });
});

test('takes the order of another connection only when it is named, and knows no link into its CRM', async () => {
  const stage = openApiStage();
  shelve(stage.books, [{ orderId: 'ORD-1', connection: 'shop' }]);
  expect((await stage.get('/api/v1/orders/ORD-1')).status).toBe(404);
  const answer = await stage.get('/api/v1/orders/ORD-1?connection=shop');
  const order = OrderDetailSchema.parse(await answer.json());
  expect(order.connection).toBe('shop');
  expect(order.links).toMatchObject({ crm: null, task: null });
});

test('finds an order whose id needs escaping in a path', async () => {
  const stage = openApiStage();
  shelve(stage.books, [{ orderId: 'A/B %#é' }]);
  const answer = await stage.get(`/api/v1/orders/${encodeURIComponent('A/B %#é')}`);
  expect(OrderDetailSchema.parse(await answer.json()).order_id).toBe('A/B %#é');
});

test('merges late events into the timeline in time order', async () => {
  const stage = openApiStage();
  shelve(stage.books, [{ orderId: 'ORD-1' }]);
  addEntry(stage.books, { seq: 1, at: NOW - 1000, summary: 'first' });
  addEntry(stage.books, { seq: 2, at: NOW + 1000, summary: 'last' });
  await stage.inbox.append([
    newEvent({
      eventId: 'evt_late',
      connection: 'wms',
      kind: 'wms',
      eventType: 'PICK.PARTIAL',
      receivedAt: NOW,
    }),
    newEvent({ eventId: 'evt_other', lane: 'crm/ORD-2', receivedAt: NOW }),
  ]);
  await settle(stage.inbox, ['evt_late'], 'late', 'wms');
  await settle(stage.inbox, ['evt_other'], 'late');
  const order = OrderDetailSchema.parse(await (await stage.get('/api/v1/orders/ORD-1')).json());
  expect(order.timeline.map((entry) => [entry.kind, entry.cause])).toEqual([
    ['pick', 'wms/evt_1'],
    ['late_event', 'wms/evt_late'],
    ['pick', 'wms/evt_1'],
  ]);
  expect(order.timeline[1]?.summary).toContain('PICK.PARTIAL from wms came after');
});

test('says how many entries of a long timeline are not shown', async () => {
  const stage = openApiStage({ env: { CROSSDOCK_API_TIMELINE_MAX: '3' } });
  shelve(stage.books, [{ orderId: 'ORD-1' }]);
  for (let seq = 1; seq <= 5; seq += 1) addEntry(stage.books, { seq, at: seq, summary: `n${seq}` });
  const order = OrderDetailSchema.parse(await (await stage.get('/api/v1/orders/ORD-1')).json());
  expect(order.timeline.map((entry) => entry.summary)).toEqual([
    '2 earlier entries are not shown here; the Temporal UI has the whole history',
    'n3',
    'n4',
    'n5',
  ]);
});

test('an order nobody has heard of is a 404 that says so', async () => {
  const stage = openApiStage();
  const answer = await stage.get('/api/v1/orders/ORD-9');
  expect(answer.status).toBe(404);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const body = ProblemSchema.parse(await answer.json());
  expect(body.type).toMatch(/\/not-found$/);
  expect(body.detail).toContain('No order ORD-9 is known from connection crm');
});

for (const withoutBooks of [false, true]) {
  test(`an order whose event waits to be processed is a 404 that says when it came, books ${withoutBooks ? 'not made yet' : 'made'}`, async () => {
    const stage = openApiStage({ withoutBooks });
    await stage.inbox.append([
      newEvent({ eventId: 'evt_1', receivedAt: NOW - 2000 }),
      newEvent({ eventId: 'evt_2', receivedAt: NOW - 1000 }),
    ]);
    await settle(stage.inbox, ['evt_1'], 'dispatched');
    const answer = await stage.get('/api/v1/orders/ORD-1');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('retry-after')).toBe('1');
    const body = ProblemSchema.parse(await answer.json());
    expect(body.type).toMatch(/\/order-pending$/);
    expect(body.detail).toContain(`was received at ${new Date(NOW - 2000).toISOString()}`);
  });
}

test('lists orders by stage, headline, action and search, page by page', async () => {
  const stage = openApiStage();
  shelve(stage.books, [
    { orderId: 'ORD-1', stage: 'WAITING', headline: 'BACKORDERED', terms: ['SKU-111'] },
    { orderId: 'ORD-2', stage: 'NEEDS_ACTION', headline: 'OPEN', terms: ['SKU-222'] },
    { orderId: 'ORD-3', stage: 'WAITING', headline: 'PARTIALLY_PICKED', terms: ['SKU-111'] },
  ]);
  const ids = async (query: string): Promise<string[]> => {
    const answer = await stage.get(`/api/v1/orders${query}`);
    expect(answer.status).toBe(200);
    return OrderPageSchema.parse(await answer.json()).items.map((order) => order.order_id);
  };
  expect(await ids('')).toEqual(['ORD-3', 'ORD-2', 'ORD-1']);
  expect(await ids('?stage=WAITING')).toEqual(['ORD-3', 'ORD-1']);
  expect(await ids('?stage=WAITING&headline=BACKORDERED')).toEqual(['ORD-1']);
  expect(await ids('?needs_action=true')).toEqual(['ORD-2']);
  expect(await ids('?needs_action=false')).toEqual(['ORD-3', 'ORD-1']);
  expect(await ids('?q=SKU-111')).toEqual(['ORD-3', 'ORD-1']);
  expect(await ids('?q=ORD-2')).toEqual(['ORD-2']);
  const first = OrderPageSchema.parse(await (await stage.get('/api/v1/orders?limit=2')).json());
  expect(first.items).toHaveLength(2);
  expect(first.items[0]).toMatchObject({ flags: ['HAS_BACKORDER'], priority: 'high' });
  expect(await ids(`?limit=2&cursor=${first.next ?? ''}`)).toEqual(['ORD-1']);
});

test('refuses a query that it does not understand, and names every fault', async () => {
  const stage = openApiStage();
  const answer = await stage.get('/api/v1/orders?stage=WAITNG&limit=0&needs_action=maybe');
  expect(answer.status).toBe(422);
  const body = ProblemSchema.parse(await answer.json());
  expect(body.errors?.map((error) => error.pointer).sort()).toEqual([
    '/limit',
    '/needs_action',
    '/stage',
  ]);
  const cursor = await stage.get('/api/v1/orders?cursor=abc');
  expect(cursor.status).toBe(422);
  expect(ProblemSchema.parse(await cursor.json()).type).toMatch(/\/cursor-invalid$/);
});

test('refuses more than one page may hold', async () => {
  const stage = openApiStage({ env: { CROSSDOCK_API_PAGE_MAX: '10' } });
  expect((await stage.get('/api/v1/orders?limit=11')).status).toBe(422);
  expect((await stage.get('/api/v1/orders?limit=10')).status).toBe(200);
});
