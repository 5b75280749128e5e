import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { createStockActivities } from '../../activities/stock.ts';
import * as booksSchema from '../../src/books/schema.ts';
import { createStockBook } from '../../src/books/stock-book.ts';
import type { HttpClient } from '../../src/connections/http.ts';
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

const wmsHttp: HttpClient = {
  close: () => Promise.resolve(),
  call: () => {
    const counters = { on_hand: available, reserved: 0, picked: 0, held: 0, available };
    const body = { items: [], totals: counters };
    return Promise.resolve({ kind: 'answer', status: 200, retryAfter: undefined, body, text: '' });
  },
};

const look = () =>
  createStockActivities({
    book: createStockBook(sqlite),
    wmsHttp,
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
    log: pino({ level: 'silent' }),
    now: () => clock.now,
  }).offerStock({ wms: 'wms' });

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
});
