import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { API_KEY, newEvent, NOW, newQuarantine, openApiStage } from '../support/api-stage.ts';
import { booksSchema, shelve, type BooksDatabase } from '../support/books-shelf.ts';
import { crossdock, dataDirOf, serve } from '../support/cli-stage.ts';
import { eventually, pause } from '../support/eventually.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- lines of every kind
type News = any;

/** Writes entries of an order's timeline as the worker does. */
function timelineOf({ db }: BooksDatabase, orderKey: string) {
  let seq = 0;
  return ({ at, summary }: { at: number; summary: string }) => {
    seq += 1;
    const entry = { orderKey, seq, at, kind: 'order', summary, cause: 'crm/evt' };
    db.insert(booksSchema.timeline).values(entry).run();
  };
}

/** A running `tail --json` over the real API, and the means to make news. */
async function openTail(
  argv: string[] = [],
  before: (at: (n: number) => number) => string[] = () => [],
) {
  const api = openApiStage();
  let seq = 0;
  const arrive = async (eventId: string, parts: { at?: number; lane?: string } = {}) => {
    seq += 1;
    const receivedAt = parts.at ?? NOW + seq;
    await api.inbox.append([newEvent({ eventId, receivedAt, lane: parts.lane ?? 'crm/ORD-1' })]);
  };
  for (const eventId of before((n) => NOW + n)) await arrive(eventId);
  const first = await serve(api.app);
  const dataDir = dataDirOf({ api: first.url, apiKey: API_KEY });
  const controller = new AbortController();
  const lines: News[] = [];
  const running = crossdock(['tail', '--json', '--data-dir', dataDir, ...argv], {
    signal: controller.signal,
    onLine: (line) => lines.push(JSON.parse(line)),
  });
  let over = false;
  void running.then(() => (over = true));
  const ids = () => lines.map((line) => line.event_id ?? line.summary);
  return {
    api,
    arrive,
    ids,
    lines,
    server: first,
    ended: () => over,
    until: (count: number) => eventually(() => ids().length >= count, 20_000),
    stop: async () => {
      controller.abort();
      return running;
    },
  };
}

describe('tail', () => {
  test('begins with the last few and goes on with what arrives, until Ctrl-C: 0', async () => {
    const tail = await openTail(['--last', '2'], () => ['a', 'b', 'c']);
    await tail.until(2);
    expect(tail.ids()).toEqual(['b', 'c']);
    await tail.arrive('d');
    await tail.until(3);
    await tail.api.inbox.quarantine([
      newQuarantine({ eventId: 'q', text: '{', receivedAt: NOW + 9 }),
    ]);
    await tail.until(4);
    const { end, stderr } = await tail.stop();
    expect(end).toBe(0);
    expect(tail.ids()).toEqual(['b', 'c', 'd', 'q']);
    expect(tail.lines.at(-1)).toMatchObject({ news: 'event', status: 'quarantined' });
    expect(stderr).toContain(`--since ${new Date(NOW + 9).toISOString()}`);
  });

  test('tells each event once, also when many come between two looks', async () => {
    const tail = await openTail(['--last', '0'], () => ['old']);
    await pause(30);
    const wanted = Array.from({ length: 700 }, (_, n) => `e${n}`);
    for (const eventId of wanted) await tail.arrive(eventId);
    await tail.until(700);
    await pause(50);
    await tail.stop();
    expect(tail.ids()).toEqual(wanted);
  });

  test('tells an event that became visible after a younger one', async () => {
    const tail = await openTail(['--last', '0'], () => ['old']);
    await pause(30);
    await tail.arrive('younger', { at: NOW + 1000 });
    await tail.until(1);
    await tail.arrive('older', { at: NOW + 400 });
    await tail.until(2);
    await tail.stop();
    expect(tail.ids()).toEqual(['younger', 'older']);
  });

  test('waits out a restart of the server, and then misses and repeats nothing', async () => {
    const tail = await openTail([], () => ['a']);
    await tail.until(1);
    await tail.arrive('b');
    await tail.until(2);
    await tail.server.stop();
    await tail.arrive('c');
    await pause(60);
    await tail.arrive('d');
    await serve(tail.api.app, tail.server.port);
    await tail.until(4);
    await tail.arrive('e');
    await tail.until(5);
    const { end, stderr } = await tail.stop();
    expect(end).toBe(0);
    expect(tail.ids()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(stderr).toContain('Crossdock is away');
    expect(stderr).toContain('Crossdock is back');
  });

  test('goes on from where another one ended with --since', async () => {
    const since = new Date(NOW + 2).toISOString();
    const tail = await openTail(['--since', since], () => ['a', 'b', 'c']);
    await tail.until(2);
    await tail.arrive('d');
    await tail.until(3);
    await tail.stop();
    expect(tail.ids()).toEqual(['b', 'c', 'd']);
  });

  test('says so when more came than one look may read', async () => {
    const api = openApiStage();
    const events = Array.from({ length: 900 }, (_, n) =>
      newEvent({ eventId: `e${n}`, receivedAt: NOW + n }),
    );
    await api.inbox.append(events);
    const { url } = await serve(api.app);
    const controller = new AbortController();
    const running = crossdock(
      ['tail', '--json', '--url', url, '--api-key', API_KEY, '--since', '2020-01-01T00:00:00Z'],
      {
        env: { CROSSDOCK_CLI_TAIL_PAGES_MAX: '2' },
        signal: controller.signal,
        onLine: () => controller.abort(),
      },
    );
    const { stderr, json } = await running;
    expect(stderr).toContain('some are left out');
    expect(json()).toHaveLength(400);
  });

  test('does not take for news what lies behind the first page', async () => {
    const past = Array.from({ length: 250 }, (_, n) => `p${n}`);
    const tail = await openTail(['--last', '1'], () => past);
    await tail.until(1);
    await tail.arrive('new');
    await tail.until(2);
    await pause(30);
    await tail.stop();
    expect(tail.ids()).toEqual(['p249', 'new']);
  });

  test('ends when it is refused on the way: 5', async () => {
    const tail = await openTail([], () => ['a']);
    await tail.until(1);
    await tail.server.stop();
    const refusing = new Hono().all('*', (c) => c.text('no', 403));
    await serve(refusing, tail.server.port);
    await eventually(() => tail.ended());
    expect((await tail.stop()).end).toBe(5);
  });

  test('with nobody there to begin with: 3', async () => {
    const { url, stop } = await serve(openApiStage().app);
    await stop();
    expect((await crossdock(['tail', '--url', url, '--api-key', 'k'])).end).toBe(3);
  });

  test('with a wrong key: 5', async () => {
    const { url } = await serve(openApiStage().app);
    expect((await crossdock(['tail', '--url', url, '--api-key', 'k'])).end).toBe(5);
  });
});

describe('tail --order', () => {
  test('tells the events and the timeline of that order only', async () => {
    const tail = await openTail(['--order', 'ORD-2'], () => ['other']);
    await tail.arrive('mine', { lane: 'crm/ORD-2' });
    await tail.until(1);
    shelve(tail.api.books, [{ orderId: 'ORD-2' }]);
    const write = timelineOf(tail.api.books, 'crm/ORD-2');
    write({ at: NOW + 50, summary: 'Order received' });
    write({ at: NOW + 51, summary: 'Pick requested' });
    await tail.until(3);
    write({ at: NOW + 51, summary: 'Pick requested' });
    await tail.until(4);
    await pause(40);
    await tail.stop();
    expect(tail.ids()).toEqual(['mine', 'Order received', 'Pick requested', 'Pick requested']);
    expect(tail.lines.at(-1)).toMatchObject({ news: 'timeline', kind: 'order' });
  });

  test('prints lines for a person without --json', async () => {
    const api = openApiStage();
    shelve(api.books, [{ orderId: 'ORD-1' }]);
    timelineOf(api.books, 'crm/ORD-1')({ at: NOW, summary: 'Order received' });
    await api.inbox.append([newEvent({ eventId: 'evt_1', receivedAt: NOW - 10 })]);
    const { url } = await serve(api.app);
    const controller = new AbortController();
    const { stdout } = await crossdock(
      ['tail', '--order', 'ORD-1', '--url', url, '--api-key', API_KEY],
      { signal: controller.signal, onLine: () => controller.abort() },
    );
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/Z {2}ORDER\.CREATED {2}crm\/evt_1 {2}ORD-1 {2}\w+$/),
      expect.stringMatching(/Z {2}order {2}Order received {2}\(.*\)$/),
      '',
    ]);
  });
});
