import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BooksReader } from '../../src/books/read.ts';
import {
  actionOf,
  addDeadLetter,
  booksSchema,
  openBooks,
  readBooks,
  shelve,
  temporaryFolder,
  writeActions,
  type OrderSeed,
} from '../support/books-shelf.ts';

function newFile(): string {
  return join(temporaryFolder(), 'books.db');
}

/** Follows `next` to the end; fails rather than walk for ever. */
function everyOrder(
  reader: BooksReader,
  filter: Omit<Parameters<BooksReader['orders']['list']>[0], 'cursor'>,
): string[] {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 1000; pages += 1) {
    const page = reader.orders.list({ ...filter, cursor });
    expect(page.items.length).toBeLessThanOrEqual(filter.limit);
    found.push(...page.items.map((item) => item.orderId));
    if (page.next === null) return found;
    cursor = page.next;
  }
  throw new Error('the list has no end');
}

test('answers with an empty book until the worker has made the file, and sees it when it appears', () => {
  const file = newFile();
  const reader = readBooks(file);
  expect(reader.present()).toBe(false);
  expect(reader.orders.list({ limit: 10 })).toEqual({ items: [], next: null });
  expect(reader.orders.find({ connection: 'crm', orderId: 'ORD-1' })).toBeUndefined();
  expect(reader.timeline({ connection: 'crm', orderId: 'ORD-1' }, 10).entries).toEqual([]);
  expect(reader.events.outcome('crm', 'evt_1')).toBeUndefined();
  expect(reader.deadLetters.list({ status: 'open', limit: 10 }).items).toEqual([]);
  expect(reader.counts.orders('FULFILLING', 10)).toBe(0);

  const books = openBooks(file);
  shelve(books, [{ orderId: 'ORD-1' }]);
  expect(reader.present()).toBe(true);
  expect(reader.orders.list({ limit: 10 }).items.map((item) => item.orderId)).toEqual(['ORD-1']);
});

test('a folder that is not there yet is an empty book as well', () => {
  const reader = readBooks(join(temporaryFolder(), 'later', 'books.db'));
  expect(reader.present()).toBe(false);
  expect(reader.orders.list({ limit: 10 }).items).toEqual([]);
});

test('a file without tables is an empty book, and not a failure', () => {
  const file = newFile();
  const books = openBooks(file);
  books.sqlite.exec('DROP TABLE orders; DROP TABLE dead_letters');
  const reader = readBooks(file);
  expect(reader.present()).toBe(false);
  expect(reader.orders.list({ limit: 10 }).items).toEqual([]);
  expect(reader.deadLetters.find('DL-1')).toBeUndefined();
});

test('a damaged file is a retryable failure that says nothing of the file', () => {
  const file = newFile();
  const books = openBooks(file);
  shelve(books, [{ orderId: 'ORD-1' }]);
  const reader = readBooks(file);
  expect(reader.present()).toBe(true);
  books.sqlite.exec('ALTER TABLE orders DROP COLUMN workflow_id');
  expect(() => reader.orders.list({ limit: 10 })).toThrow(/books cannot be read now/);
});

test('reads what the worker has written after the worker is gone', () => {
  const file = newFile();
  const books = openBooks(file);
  shelve(books, [{ orderId: 'ORD-1' }]);
  books.sqlite.close();
  const reader = readBooks(file);
  expect(reader.orders.find({ connection: 'crm', orderId: 'ORD-1' })?.view.order_id).toBe('ORD-1');
});

test('never writes to the books', () => {
  const file = newFile();
  openBooks(file);
  const reader = readBooks(file);
  expect(reader.present()).toBe(true);
  expect(reader.statements().filter((sql) => !/^\s*SELECT/.test(sql))).toEqual([]);
});

test('pages through orders newest first, each once, also when they changed in the same millisecond', () => {
  const file = newFile();
  const books = openBooks(file);
  const seeds = Array.from({ length: 23 }, (_, n) => ({
    orderId: `ORD-${String(n).padStart(2, '0')}`,
    updatedAt: 1_800_000_000_000 + Math.floor(n / 7),
  }));
  shelve(books, seeds);
  const found = everyOrder(readBooks(file), { limit: 5 });
  expect(found).toEqual(seeds.map((seed) => seed.orderId).reverse());
});

const FILTERS = [
  { stage: 'WAITING' },
  { headline: 'BACKORDERED' },
  { needsAction: true },
  { needsAction: false },
  { stage: 'WAITING', headline: 'BACKORDERED' },
  { stage: 'NEEDS_ACTION', needsAction: true },
  { stage: 'WAITING', needsAction: true },
  { headline: 'OPEN', needsAction: false },
  { headline: 'OPEN', needsAction: true },
  { q: 'SKU-222' },
  { q: 'SKU' },
  { q: 'ORD-01' },
  { q: 'ORD-0' },
  { q: 'pick:ORD-03' },
  { q: 'nothing like it' },
  { q: 'SKU-222', stage: 'WAITING' },
  { q: 'SKU', headline: 'OPEN', needsAction: true },
  { q: 'SKU', stage: 'NEEDS_ACTION', headline: 'BACKORDERED', needsAction: true },
] as const;

const STAGES = ['WAITING', 'NEEDS_ACTION', 'FULFILLING'] as const;
const HEADLINES = ['BACKORDERED', 'OPEN'] as const;

/** 60 orders over every pair of stage and headline, with search terms. */
function mixedOrders(): OrderSeed[] {
  return Array.from({ length: 60 }, (_, n) => {
    const orderId = `ORD-${String(n).padStart(3, '0')}`;
    return {
      orderId,
      stage: STAGES[n % STAGES.length] ?? 'WAITING',
      headline: HEADLINES[n % HEADLINES.length] ?? 'OPEN',
      terms: [n % 4 === 0 ? 'SKU-222' : 'SKU-111', `pick:${orderId}:1:1`, `T-${n}`],
    };
  });
}

function expected(seeds: OrderSeed[], filter: (typeof FILTERS)[number]): string[] {
  const wanted: { stage?: string; headline?: string; needsAction?: boolean; q?: string } = filter;
  return seeds
    .filter((seed) => wanted.stage === undefined || seed.stage === wanted.stage)
    .filter((seed) => wanted.headline === undefined || seed.headline === wanted.headline)
    .filter(
      (seed) =>
        wanted.needsAction === undefined || (seed.stage === 'NEEDS_ACTION') === wanted.needsAction,
    )
    .filter((seed) => {
      const { q } = wanted;
      if (q === undefined) return true;
      return [seed.orderId, ...(seed.terms ?? [])].some((term) => term.startsWith(q));
    })
    .map((seed) => seed.orderId)
    .reverse();
}

for (const filter of FILTERS) {
  for (const limits of [
    { scanRowsMax: 1000, searchMatchesMax: 100 },
    { scanRowsMax: 7, searchMatchesMax: 2 },
  ]) {
    const name = `${JSON.stringify(filter)} with ${JSON.stringify(limits)}`;
    test(`finds exactly the orders of ${name}`, () => {
      const file = newFile();
      const seeds = mixedOrders();
      shelve(openBooks(file), seeds);
      const found = everyOrder(readBooks(file, limits), { ...filter, limit: 4 });
      expect(found).toEqual(expected(seeds, filter));
    });
  }
}

test('a search takes wildcards and other alphabets by the letter', () => {
  const file = newFile();
  const seeds = ['ORD-1', '%', 'Ж-1', 'OR~', 'ORé', 'OS'];
  shelve(
    openBooks(file),
    seeds.map((orderId) => ({ orderId })),
  );
  const reader = readBooks(file);
  expect(everyOrder(reader, { q: '%', limit: 10 })).toEqual(['%']);
  expect(everyOrder(reader, { q: 'Ж', limit: 10 })).toEqual(['Ж-1']);
  expect(everyOrder(reader, { q: 'OR', limit: 10 })).toEqual(['ORé', 'OR~', 'ORD-1']);
});

test('one page passes no more rows than it may, and the next one carries on', () => {
  const file = newFile();
  const seeds: OrderSeed[] = Array.from({ length: 50 }, (_, n) => ({
    orderId: `ORD-${n}`,
    headline: n === 0 ? ('OPEN' as const) : ('ALLOCATED' as const),
  }));
  shelve(openBooks(file), seeds);
  const reader = readBooks(file, { scanRowsMax: 10, searchMatchesMax: 5 });
  const first = reader.orders.list({ stage: 'FULFILLING', headline: 'OPEN', limit: 5 });
  expect(first.items).toEqual([]);
  expect(first.next).not.toBeNull();
  expect(everyOrder(reader, { stage: 'FULFILLING', headline: 'OPEN', limit: 5 })).toEqual([
    'ORD-0',
  ]);
});

test('refuses a cursor that it did not give', () => {
  const reader = readBooks(newFile());
  for (const cursor of ['x', 'W10', 'WzEsMl0', Buffer.from('[-1,"a"]').toString('base64url'), '']) {
    expect(() => reader.orders.list({ limit: 5, cursor })).toThrow(/cursor is not one of ours/);
  }
});

test('keeps the newest of a long timeline, oldest first, and counts the rest', () => {
  const file = newFile();
  const books = openBooks(file);
  for (let seq = 1; seq <= 9; seq += 1) {
    books.db
      .insert(booksSchema.timeline)
      .values({ orderKey: 'crm/ORD-1', seq, at: seq, kind: 'order', summary: `${seq}`, cause: 'c' })
      .run();
  }
  const timeline = readBooks(file).timeline({ connection: 'crm', orderId: 'ORD-1' }, 4);
  expect(timeline.entries.map((entry) => entry.summary)).toEqual(['6', '7', '8', '9']);
  expect(timeline.omitted).toBe(5);
});

test('lists dead letters by status, connection, cause and order, newest first', () => {
  const file = newFile();
  const books = openBooks(file);
  shelve(books, [{ orderId: 'ORD-1' }, { orderId: 'ORD-2' }]);
  addDeadLetter(books, { id: 'DL-1', orderId: 'ORD-1', at: 1 });
  addDeadLetter(books, { id: 'DL-2', orderId: 'ORD-2', at: 2, connection: 'tasks' });
  addDeadLetter(books, { id: 'DL-3', orderId: 'ORD-1', at: 3, cause: 'wms unreachable' });
  addDeadLetter(books, { id: 'DL-4', orderId: 'ORD-1', at: 4, status: 'replayed' });
  const reader = readBooks(file);
  const ids = (filter: object): string[] =>
    reader.deadLetters.list({ status: 'open', limit: 10, ...filter }).items.map((row) => row.id);
  expect(ids({})).toEqual(['DL-3', 'DL-2', 'DL-1']);
  expect(ids({ connection: 'wms' })).toEqual(['DL-3', 'DL-1']);
  expect(ids({ cause: 'wms 503' })).toEqual(['DL-2', 'DL-1']);
  expect(ids({ orderId: 'ORD-1' })).toEqual(['DL-3', 'DL-1']);
  expect(ids({ orderId: 'ORD-1', cause: 'wms 503' })).toEqual(['DL-1']);
  expect(ids({ status: 'replayed' })).toEqual(['DL-4']);
  expect(ids({ orderId: 'ORD-9' })).toEqual([]);
});

test('pages through dead letters of an order and of all orders alike', () => {
  const file = newFile();
  const books = openBooks(file);
  shelve(books, [{ orderId: 'ORD-1' }]);
  const ids = ['DL-1', 'DL-2', 'DL-3', 'DL-4', 'DL-5'];
  for (const id of ids) addDeadLetter(books, { id, orderId: 'ORD-1' });
  const reader = readBooks(file);
  for (const filter of [{}, { orderId: 'ORD-1' }, { connection: 'wms' }]) {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = reader.deadLetters.list({ status: 'open', limit: 2, cursor, ...filter });
      found.push(...page.items.map((row) => row.id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(found).toEqual(ids.toReversed());
  }
});

/** Calls every method with every filter, so that each statement there can be is prepared. */
function askEverything(reader: BooksReader): void {
  const order = { connection: 'crm', orderId: 'ORD-001' };
  reader.present();
  reader.orders.find(order);
  reader.orders.stageOf(order);
  reader.timeline(order, 5);
  reader.events.outcome('crm', 'evt_1');
  reader.counts.orders('WAITING', 5);
  reader.counts.openDeadLetters(5);
  reader.deadLetters.find('DL-1');
  reader.answerOf('evt_1');
  reader.actions.find('A-1');
  reader.actions.changes(0, 5);
  reader.actions.lastChange();
  reader.actions.countByReason(5);
  reader.actions.oldestOverdue(1);
  for (const status of ['open', 'OPEN', 'closed', 'RESOLVED', 'all'] as const) {
    for (const orderId of [undefined, 'ORD-0001']) {
      for (const connection of [undefined, 'crm']) {
        for (const reason of [undefined, 'stuck']) {
          reader.actions.list({ status, orderId, connection, reason, limit: 5 });
        }
      }
    }
  }
  for (const stage of [undefined, 'WAITING']) {
    for (const headline of [undefined, 'OPEN']) {
      for (const needsAction of [undefined, true, false]) {
        for (const q of [undefined, 'SKU', 'ORD-001']) {
          reader.orders.list({ stage, headline, needsAction, q, limit: 5 });
        }
      }
    }
  }
  for (const connection of [undefined, 'wms']) {
    for (const cause of [undefined, 'wms 503']) {
      for (const orderId of [undefined, 'ORD-001']) {
        reader.deadLetters.list({ status: 'open', connection, cause, orderId, limit: 5 });
      }
    }
  }
}

interface PlanStep {
  detail: string;
}

for (const analysed of [false, true]) {
  test(`no statement scans a table or sorts one, statistics ${analysed ? 'known' : 'unknown'}`, () => {
    const file = newFile();
    const books = openBooks(file);
    const seeds = Array.from({ length: 10 }, () => mixedOrders()).flat();
    shelve(
      books,
      seeds.map((seed, n) => ({ ...seed, orderId: `ORD-${String(n).padStart(4, '0')}` })),
    );
    for (let n = 0; n < 50; n += 1) addDeadLetter(books, { id: `DL-${n}`, orderId: 'ORD-0001' });
    writeActions(
      books,
      Array.from({ length: 200 }, (_, n) =>
        actionOf({
          action_id: `A-${n}`,
          order_id: 'ORD-0001',
          reason: n % 3 === 0 ? 'stuck' : 'pick_short',
          ...(n % 4 === 0 ? { status: 'SUPERSEDED', closed_at: '2027-01-15T09:00:00.000Z' } : {}),
        }),
      ),
      { orderId: 'ORD-0001' },
    );
    if (analysed) books.sqlite.exec('ANALYZE');
    const reader = readBooks(file, { scanRowsMax: 1000, searchMatchesMax: 5 });
    askEverything(reader);
    expect(reader.statements().length).toBeGreaterThan(60);
    for (const sql of reader.statements()) {
      const values = Array.from(sql.matchAll(/\?/g), () => null);
      const plan = books.sqlite.prepare<null[], PlanStep>(`EXPLAIN QUERY PLAN ${sql}`);
      const bad = plan
        .all(...values)
        .map((step) => step.detail)
        .filter((detail) => /^SCAN (?!\(?subquery|CONSTANT)|TEMP B-TREE/.test(detail));
      expect(bad, sql).toEqual([]);
    }
  });
}
