import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BooksReader } from '../../src/books/read.ts';
import type { ActionFilter } from '../../src/books/read-action-walk.ts';
import type { ActionView } from '../../src/contracts/operators.ts';
import {
  actionOf,
  booksSchema,
  openBooks,
  readBooks,
  shelve,
  temporaryFolder,
  viewOf,
  writeActions,
  type ActionSeed,
} from '../support/books-shelf.ts';

function openShelf() {
  const file = join(temporaryFolder(), 'books.db');
  const books = openBooks(file);
  return { file, books, reader: readBooks(file) };
}

const CLOSED = { status: 'RESOLVED', closed_at: '2027-01-15T09:00:00.000Z', version: 2 } as const;

function everyId(
  reader: BooksReader,
  filter: ActionFilter & { limit: number },
): { ids: string[]; pages: number } {
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let pages = 1; pages < 500; pages += 1) {
    const page = reader.actions.list({ ...filter, cursor });
    expect(page.items.length).toBeLessThanOrEqual(filter.limit);
    ids.push(...page.items.map((one) => one.action_id));
    if (page.next === null) return { ids, pages };
    cursor = page.next;
  }
  throw new Error('the list has no end');
}

test('keeps each action of a step as it stands, and finds it by its id', () => {
  const { books, reader } = openShelf();
  expect(reader.actions.find('A-1')).toBeUndefined();
  const first = actionOf({ action_id: 'A-1' });
  writeActions(books, [first]);
  expect(reader.actions.find('A-1')).toEqual(first);
  const decided = actionOf({
    action_id: 'A-1',
    ...CLOSED,
    decision: { decision: 'wait', by: 'Ana', note: null, at: CLOSED.closed_at },
  });
  writeActions(books, [decided]);
  expect(reader.actions.find('A-1')).toEqual(decided);
  expect(reader.actions.list({ limit: 10 }).items).toEqual([]);
});

test('the open ones come first due first, those without a date last, each once over all pages', () => {
  const { books, reader } = openShelf();
  const seeds = Array.from({ length: 23 }, (_, n): ActionSeed => {
    const minute = String(Math.floor(n / 5)).padStart(2, '0');
    const due = n % 7 === 6 ? null : `2027-01-15T12:${minute}:00.000Z`;
    return { action_id: `A-${String(n).padStart(2, '0')}`, due_at: due };
  });
  seeds[3] = { ...seeds[3], action_id: 'A-03', status: 'ACKED' };
  writeActions(books, seeds.toReversed().map(actionOf));
  const { ids, pages } = everyId(reader, { limit: 4 });
  const never = seeds.filter((one) => one.due_at === null).map((one) => one.action_id);
  const dated = seeds.filter((one) => one.due_at !== null).map((one) => one.action_id);
  expect(ids).toEqual([...dated, ...never]);
  expect(pages).toBe(6);
});

test('lists by status, order, connection and reason, alone and together', () => {
  const { books, reader } = openShelf();
  const at = (minute: number): string => `2027-01-15T10:0${minute}:00.000Z`;
  writeActions(books, [
    actionOf({ action_id: 'A-1', due_at: at(3), opened_at: at(1) }),
    actionOf({
      action_id: 'A-2',
      due_at: at(1),
      opened_at: at(2),
      status: 'ACKED',
      reason: 'stuck',
    }),
    actionOf({ action_id: 'A-3', opened_at: at(3), ...CLOSED, closed_at: at(4) }),
    actionOf({ action_id: 'A-4', opened_at: at(4), ...CLOSED, closed_at: at(6) }),
    actionOf({ action_id: 'A-5', opened_at: at(5), status: 'SUPERSEDED', closed_at: at(5) }),
  ]);
  const other = { orderId: 'ORD-2', connection: 'shop' };
  const shop = actionOf({ action_id: 'B-1', order_id: 'ORD-2', connection: 'shop', due_at: at(2) });
  writeActions(books, [{ ...shop, opened_at: at(6) }], other);
  const ids = (filter: ActionFilter): string[] => {
    const found = everyId(reader, { ...filter, limit: 2 }).ids;
    expect(everyId(reader, { ...filter, limit: 50 }).ids).toEqual(found);
    return found;
  };
  expect(ids({})).toEqual(['A-2', 'B-1', 'A-1']);
  expect(ids({ status: 'open' })).toEqual(['A-2', 'B-1', 'A-1']);
  expect(ids({ status: 'OPEN' })).toEqual(['B-1', 'A-1']);
  expect(ids({ status: 'ACKED' })).toEqual(['A-2']);
  expect(ids({ status: 'closed' })).toEqual(['A-4', 'A-5', 'A-3']);
  expect(ids({ status: 'RESOLVED' })).toEqual(['A-4', 'A-3']);
  expect(ids({ status: 'SUPERSEDED' })).toEqual(['A-5']);
  expect(ids({ status: 'all' })).toEqual(['B-1', 'A-5', 'A-4', 'A-3', 'A-2', 'A-1']);
  expect(ids({ orderId: 'ORD-1' })).toEqual(['A-2', 'A-1']);
  expect(ids({ orderId: 'ORD-1', status: 'closed' })).toEqual(['A-4', 'A-5', 'A-3']);
  expect(ids({ orderId: 'ORD-1', status: 'all' })).toEqual(['A-5', 'A-4', 'A-3', 'A-2', 'A-1']);
  expect(ids({ orderId: 'ORD-1', status: 'RESOLVED' })).toEqual(['A-4', 'A-3']);
  expect(ids({ orderId: 'ORD-1', connection: 'shop' })).toEqual([]);
  expect(ids({ orderId: 'ORD-2' })).toEqual(['B-1']);
  expect(ids({ orderId: 'ORD-9' })).toEqual([]);
  expect(ids({ connection: 'shop' })).toEqual(['B-1']);
  expect(ids({ connection: 'shop', status: 'all' })).toEqual(['B-1']);
  expect(ids({ reason: 'stuck' })).toEqual(['A-2']);
  expect(ids({ reason: 'stuck', status: 'OPEN' })).toEqual([]);
});

test('a page passes no more rows than it may, and the next one carries on', () => {
  const { books, file } = openShelf();
  const rare = (n: number): string => (n % 20 === 19 ? 'stuck' : 'pick_short');
  writeActions(
    books,
    Array.from({ length: 60 }, (_, n) => actionOf({ action_id: `A-${n + 10}`, reason: rare(n) })),
  );
  const reader = readBooks(file, { scanRowsMax: 7, searchMatchesMax: 10 });
  expect(reader.actions.list({ reason: 'stuck', limit: 5 }).items).toEqual([]);
  expect(everyId(reader, { reason: 'stuck', limit: 5 }).ids).toEqual(['A-29', 'A-49', 'A-69']);
});

test('a question that the repeated step does not ask any more is taken back, and told as a change', () => {
  const { books, reader } = openShelf();
  writeActions(books, [actionOf({ action_id: 'A-1' }), actionOf({ action_id: 'A-2' })]);
  writeActions(books, [actionOf({ action_id: 'A-2' })]);
  expect(reader.actions.find('A-1')).toMatchObject({ status: 'SUPERSEDED' });
  expect(reader.actions.find('A-1')?.closed_at).toMatch(/^2027-/);
  expect(reader.actions.list({ limit: 10 }).items.map((one) => one.action_id)).toEqual(['A-2']);
  expect(reader.actions.changes(2, 10).map((one) => one.view.action_id)).toEqual(['A-1']);
  writeActions(books, []);
  expect(reader.actions.list({ limit: 10 }).items).toEqual([]);
});

test('closed actions that the view has forgotten stay in the books', () => {
  const { books, reader } = openShelf();
  writeActions(books, [actionOf({ action_id: 'A-1', ...CLOSED }), actionOf({ action_id: 'A-2' })]);
  writeActions(books, [actionOf({ action_id: 'A-2' })]);
  expect(reader.actions.find('A-1')).toMatchObject({ status: 'RESOLVED' });
});

test('a step of another order touches none of them', () => {
  const { books, reader } = openShelf();
  writeActions(books, [actionOf({ action_id: 'A-1' })]);
  writeActions(books, [], { orderId: 'ORD-2' });
  expect(reader.actions.find('A-1')).toMatchObject({ status: 'OPEN' });
});

test('changes are followed in their order, each action as it stands, and what is unchanged is none', () => {
  const { books, reader } = openShelf();
  expect(reader.actions.lastChange()).toBe(0);
  const [one, two] = [actionOf({ action_id: 'A-1' }), actionOf({ action_id: 'A-2' })];
  writeActions(books, [one, two]);
  writeActions(books, [one, two]);
  expect(reader.actions.changes(0, 10).map(({ seq }) => seq)).toEqual([1, 2]);
  writeActions(books, [{ ...one, version: 2 }, two]);
  const changes = reader.actions.changes(0, 10);
  expect(changes.map(({ seq, view }) => [seq, view.action_id, view.version])).toEqual([
    [2, 'A-2', 1],
    [3, 'A-1', 2],
  ]);
  expect(reader.actions.changes(0, 1)).toHaveLength(1);
  expect(reader.actions.changes(2, 10).map(({ seq }) => seq)).toEqual([3]);
  expect(reader.actions.lastChange()).toBe(3);
});

test('counts the open ones by reason, and knows what is overdue for longest', () => {
  const { books, reader } = openShelf();
  expect(reader.actions.countByReason(10)).toEqual([]);
  const due = (hour: number): string => `2027-01-15T${hour}:00:00.000Z`;
  writeActions(books, [
    actionOf({ action_id: 'A-1', due_at: due(12) }),
    actionOf({ action_id: 'A-2', due_at: due(11) }),
    actionOf({ action_id: 'A-3', reason: 'stuck', due_at: null }),
    actionOf({ action_id: 'A-4', due_at: due(10), ...CLOSED }),
  ]);
  expect(reader.actions.countByReason(10)).toEqual([
    ['pick_short', 2],
    ['stuck', 1],
  ]);
  expect(reader.actions.countByReason(1)).toEqual([
    ['pick_short', 1],
    ['stuck', 1],
  ]);
  expect(reader.actions.oldestOverdue(Date.parse(due(11)))).toBeNull();
  expect(reader.actions.oldestOverdue(Date.parse(due(11)) + 1)).toBe(Date.parse(due(11)));
});

test('a state that contradicts itself is refused by the file', () => {
  const { books } = openShelf();
  writeActions(books, [actionOf({ action_id: 'A-1' })]);
  const set = (sql: string) => () => books.sqlite.exec(`UPDATE actions SET ${sql}`);
  expect(set(`status = 'RESOLVED'`)).toThrow(/actions_closed/);
  expect(set('closed_at = 1')).toThrow(/actions_closed/);
  expect(set(`status = 'DONE', closed_at = 1`)).toThrow(/actions_status/);
});

test('books from before there were actions are read as without any', () => {
  const { books, reader } = openShelf();
  shelve(books, [{ orderId: 'ORD-1' }]);
  const { actions: _actions, in_flight: _inFlight, ...old } = viewOf({ orderId: 'ORD-1' });
  books.db
    .update(booksSchema.orders)
    .set({ view: JSON.stringify(old) })
    .run();
  const record = reader.orders.find({ connection: 'crm', orderId: 'ORD-1' });
  expect(record?.view).toMatchObject({ order_id: 'ORD-1', actions: [], in_flight: 0 });
  books.sqlite.exec('DROP TABLE actions');
  const before: ActionView[] = reader.actions.list({ limit: 5 }).items;
  expect(before).toEqual([]);
  expect(reader.actions.find('A-1')).toBeUndefined();
  expect(reader.actions.changes(0, 5)).toEqual([]);
  expect(reader.actions.lastChange()).toBe(0);
  expect(reader.actions.countByReason(5)).toEqual([]);
  expect(reader.actions.oldestOverdue(1)).toBeNull();
});
