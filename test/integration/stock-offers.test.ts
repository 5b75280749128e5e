import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { createStockActivities, type StockDeps } from '../../activities/stock.ts';
import * as booksSchema from '../../src/books/schema.ts';
import { createStockBook } from '../../src/books/stock-book.ts';
import { openDatabase, type Sqlite } from '../../src/db/open.ts';
import type { StockOffered } from '../../src/domain/inputs.ts';

let sqlite: Sqlite;
let available: number;
let offers: StockOffered[];
let gone: Set<string>;
const clock = { now: 1_800_000_000_000 };

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-stock-'));
  ({ sqlite } = openDatabase(booksSchema, {
    file: join(folder, 'books.db'),
    migrations: 'src/books/migrations',
    synchronous: 'NORMAL',
  }));
  available = 0;
  offers = [];
  gone = new Set();
  logged = [];
  stockOf = () => Promise.resolve(available);
});

function wait(order: string, qty: number, priority = 'normal'): void {
  sqlite
    .prepare(
      `insert into waiting (backorder_id, order_key, workflow_id, wms, sku, qty, priority, since, not_before)
       values (?, ?, ?, 'wms', 'SKU-1', ?, ?, ?, 0)`,
    )
    .run(`BO-${order}`, `crm/${order}`, `order/crm/${order}`, qty, priority, clock.now);
}

/** The order took its offer: its child pick is answered and its place on the list is over. */
function take(offer: StockOffered): void {
  sqlite.prepare('delete from offers where offer_id = ?').run(offer.eventId);
  sqlite.prepare('delete from waiting where backorder_id = ?').run(offer.backorderId);
  available -= offer.qty;
}

/** What the warehouse says of a SKU; tests may have it say something else. */
let stockOf: StockDeps['stockOf'];

/** Messages that were logged, in their order. */
let logged: string[];

const createAllocator = () =>
  createStockActivities({
    book: createStockBook(sqlite),
    stockOf: (...asked) => stockOf(...asked),
    timeoutMs: 1000,
    settings: {
      ageingMs: 86_400_000,
      resendMs: 1000,
      offersMax: 100,
      skusMax: 100,
      lookEveryMs: 7,
    },
    offer: (workflowId, input) => {
      if (gone.has(workflowId)) return Promise.resolve('gone');
      offers.push(input);
      return Promise.resolve('sent');
    },
    log: pino({}, { write: (line: string) => logged.push(String(JSON.parse(line).msg)) }),
    now: () => clock.now,
  });

const look = () => createAllocator().offerStock({ wms: 'wms' });

describe('offering stock to the waiting', () => {
  it('offers no unit twice, however often it looks', async () => {
    wait('A', 3);
    wait('B', 3);
    available = 4;
    await look();
    await look();
    expect(offers.map((o) => [o.backorderId, o.qty])).toEqual([
      ['BO-A', 3],
      ['BO-B', 1],
    ]);
  });

  it('offers what is new beside what is held', async () => {
    wait('A', 3);
    available = 3;
    await look();
    wait('B', 2);
    await look();
    expect(offers).toHaveLength(1);
    available = 5;
    await look();
    expect(offers.map((o) => o.backorderId)).toEqual(['BO-A', 'BO-B']);
  });

  it('goes on with the rest once an offer was taken', async () => {
    wait('A', 3, 'urgent');
    wait('B', 3);
    available = 3;
    await look();
    for (const offer of offers) take(offer);
    available += 3;
    await look();
    expect(offers.map((o) => [o.backorderId, o.qty])).toEqual([
      ['BO-A', 3],
      ['BO-B', 3],
    ]);
  });

  it('sends an offer again that nobody took, under its own name', async () => {
    wait('A', 1);
    available = 1;
    await look();
    clock.now += 2000;
    await look();
    expect(offers).toHaveLength(2);
    expect(offers[1]?.eventId).toBe(offers[0]?.eventId);
  });

  it('gives the units of an order that has ended to the next', async () => {
    wait('A', 2, 'urgent');
    wait('B', 2);
    available = 2;
    gone.add('order/crm/A');
    await look();
    await look();
    expect(offers.map((o) => o.backorderId)).toEqual(['BO-B']);
  });

  it('offers nothing of what cannot be read, and looks again', async () => {
    wait('A', 2);
    const unread = { error: 'HTTP 503', status: 503 };
    stockOf = () => Promise.resolve({ unread });
    await look();
    expect([offers, logged]).toEqual([[], ['stock.unread']]);
    stockOf = () => Promise.resolve(2);
    await look();
    expect(offers.map((o) => o.backorderId)).toEqual(['BO-A']);
  });

  it('asks for the stock of the warehouse that is waited for, whatever its name', async () => {
    sqlite
      .prepare(
        `insert into waiting (backorder_id, order_key, workflow_id, wms, sku, qty, priority, since, not_before)
         values ('BO-X', 'crm/X', 'order/crm/X', 'acme', 'SKU-9', 1, 'normal', 0, 0)`,
      )
      .run();
    const asked: unknown[] = [];
    stockOf = (...question) => {
      asked.push(question);
      return Promise.resolve(1);
    };
    await createAllocator().offerStock({ wms: 'acme' });
    expect(asked).toEqual([['acme', 'SKU-9', 1000]]);
    expect(offers.map((o) => o.backorderId)).toEqual(['BO-X']);
  });

  it('offers nothing where stock cannot be asked for, and says so once', async () => {
    wait('A', 2);
    stockOf = () => undefined;
    const allocator = createAllocator();
    await allocator.offerStock({ wms: 'wms' });
    const { nextLookMs } = await allocator.offerStock({ wms: 'wms' });
    expect([offers, logged, nextLookMs]).toEqual([[], ['stock.unseen'], 7]);
  });
});
