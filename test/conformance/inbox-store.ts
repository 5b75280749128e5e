import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ClaimRequest, InboxStore, NewEvent } from '../../src/inbox/store.ts';

export interface InboxUnderTest {
  store: InboxStore;
  /** Of the store that was made: how long a confirming event waits. */
  lingerMs: number;
  quarantineMax: number;
  dispose(): Promise<void>;
}

export const T0 = 1_700_000_000_000;

/** An event of order ORD-1 received at T0, but for what is asked otherwise. */
export function newEvent(eventId: string, overrides: Partial<NewEvent> = {}): NewEvent {
  const body = overrides.body ?? Buffer.from(JSON.stringify({ event_id: eventId }));
  return {
    connection: 'crm',
    kind: 'crm',
    eventId,
    eventType: 'ORDER.CREATED',
    source: 'test',
    sentAt: T0,
    lane: 'crm/ORD-1',
    confirms: false,
    stale: false,
    receivedAt: T0,
    secretId: 's1',
    sha256: createHash('sha256').update(body).digest(),
    headers: '{}',
    ...overrides,
    body,
  };
}

export function claimRequest(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    owner: 'a',
    now: T0,
    leaseMs: 1000,
    lanesMax: 10,
    eventsMax: 100,
    bytesMax: 1_000_000,
    ...overrides,
  };
}

type Make = () => Promise<InboxUnderTest>;

/** What every adapter of the inbox must do. */
export function inboxConformance(makeStore: Make): void {
  const withStore =
    (run: (inbox: InboxUnderTest) => Promise<void>): (() => Promise<void>) =>
    async () => {
      const inbox = await makeStore();
      try {
        await run(inbox);
      } finally {
        await inbox.dispose();
      }
    };

  describe('append', () => appendConformance(withStore));
  describe('claim', () => claimConformance(withStore));
  describe('settle, release, reaccept', () => settleConformance(withStore));
  describe('quarantine', () => quarantineConformance(withStore));
  describe('list', () => listConformance(withStore));
  describe('prune', () => pruneConformance(withStore));
}

type WithStore = (run: (inbox: InboxUnderTest) => Promise<void>) => () => Promise<void>;

function appendConformance(withStore: WithStore): void {
  test(
    'keeps the exact bytes and what was said of them',
    withStore(async ({ store }) => {
      const body = Buffer.from([0x7b, 0x22, 0xff, 0x00, 0x7d]);
      await store.append([newEvent('e1', { body, headers: '{"user-agent":"x"}' })]);
      const stored = await store.get('crm', 'e1');
      expect(stored?.body.equals(body)).toBe(true);
      expect(stored).toMatchObject({
        kind: 'crm',
        eventType: 'ORDER.CREATED',
        lane: 'crm/ORD-1',
        status: 'accepted',
        receivedAt: T0,
        deliveries: 1,
        secretId: 's1',
        headers: '{"user-agent":"x"}',
      });
      expect(await store.get('crm', 'other')).toBeUndefined();
    }),
  );

  test(
    'knows an event by connection and id, and counts its deliveries',
    withStore(async ({ store }) => {
      expect(await store.append([newEvent('e1')])).toEqual([{ outcome: 'first', receivedAt: T0 }]);
      expect(await store.append([newEvent('e1', { receivedAt: T0 + 5 })])).toEqual([
        {
          outcome: 'duplicate',
          receivedAt: T0,
          deliveries: 2,
          status: 'accepted',
          lane: 'crm/ORD-1',
        },
      ]);
      expect(await store.append([newEvent('e1', { connection: 'crm-eu' })])).toMatchObject([
        { outcome: 'first' },
      ]);
    }),
  );

  test(
    'makes one row of fifty equal appends at once',
    withStore(async ({ store }) => {
      const results = await Promise.all(
        Array.from({ length: 50 }, () => store.append([newEvent('e1')])),
      );
      expect(results.flat().filter((one) => one.outcome === 'first')).toHaveLength(1);
      expect(results.flat().filter((one) => one.outcome === 'duplicate')).toHaveLength(49);
      expect(await store.get('crm', 'e1')).toMatchObject({ deliveries: 50 });
      expect((await store.backlog()).count).toBe(1);
    }),
  );

  test(
    'takes equal JSON in other bytes for the same body, and other JSON for a reused id',
    withStore(async ({ store }) => {
      await store.append([newEvent('e1', { body: Buffer.from('{"a":1,"b":2}') })]);
      const again = newEvent('e1', { body: Buffer.from('{"b": 2, "a": 1}') });
      expect(await store.append([again])).toMatchObject([{ outcome: 'duplicate', deliveries: 2 }]);
      const other = newEvent('e1', { body: Buffer.from('{"a":1,"b":3}') });
      expect(await store.append([other])).toEqual([{ outcome: 'reused' }]);
      expect(await store.get('crm', 'e1')).toMatchObject({ deliveries: 2 });
      const [held] = await store.listQuarantine({ limit: 10 });
      expect(held).toMatchObject({ cause: 'event-id-reused', eventId: 'e1', body: other.body });
    }),
  );

  test(
    'takes a stale event only when it knows it',
    withStore(async ({ store }) => {
      expect(await store.append([newEvent('e1', { stale: true })])).toEqual([{ outcome: 'stale' }]);
      expect(await store.get('crm', 'e1')).toBeUndefined();
      expect(await store.listQuarantine({ limit: 10 })).toMatchObject([{ cause: 'stale' }]);
      await store.append([newEvent('e1')]);
      expect(await store.append([newEvent('e1', { stale: true })])).toMatchObject([
        { outcome: 'duplicate' },
      ]);
    }),
  );

  test(
    'settles at once what nothing acts on',
    withStore(async ({ store }) => {
      await store.append([newEvent('e1', { lane: null })]);
      expect(await store.get('crm', 'e1')).toMatchObject({ status: 'ignored' });
      expect(await store.backlog()).toEqual({ count: 0, oldestReceivedAt: null });
      expect(await store.claim(claimRequest())).toEqual([]);
    }),
  );
}

function claimConformance(withStore: WithStore): void {
  test(
    'gives whole lanes in order of arrival',
    withStore(async ({ store }) => {
      await store.append([newEvent('e1'), newEvent('x1', { lane: 'crm/ORD-2' }), newEvent('e2')]);
      const lanes = await store.claim(claimRequest());
      expect(lanes.map((lane) => [lane.lane, lane.events.map((event) => event.eventId)])).toEqual([
        ['crm/ORD-1', ['e1', 'e2']],
        ['crm/ORD-2', ['x1']],
      ]);
      expect(lanes[0]?.leaseUntil).toBe(T0 + 1000);
    }),
  );

  test(
    'leaves a leased lane alone, with what came since, until the lease ends',
    withStore(async ({ store }) => {
      await store.append([newEvent('e1')]);
      await store.claim(claimRequest());
      await store.append([newEvent('e2'), newEvent('x1', { lane: 'crm/ORD-2' })]);
      const others = await store.claim(claimRequest({ owner: 'b', now: T0 + 999 }));
      expect(others.map((lane) => lane.lane)).toEqual(['crm/ORD-2']);
      const [lane] = await store.claim(claimRequest({ owner: 'b', now: T0 + 1000 }));
      expect(lane?.events.map((event) => event.eventId)).toEqual(['e1', 'e2']);
    }),
  );

  test(
    'lets confirming events wait, and gives them along with the next of their lane',
    withStore(async ({ store, lingerMs }) => {
      await store.append([newEvent('c1', { confirms: true })]);
      expect(await store.claim(claimRequest({ now: T0 + lingerMs - 1 }))).toEqual([]);
      expect(await store.nextDueAt(T0)).toBe(T0 + lingerMs);
      await store.append([newEvent('e2', { receivedAt: T0 + 1 })]);
      const [lane] = await store.claim(claimRequest({ now: T0 + 1 }));
      expect(lane?.events.map((event) => event.eventId)).toEqual(['c1', 'e2']);
    }),
  );

  test(
    'gives a confirming event alone once it has waited',
    withStore(async ({ store, lingerMs }) => {
      await store.append([newEvent('c1', { confirms: true })]);
      expect(await store.claim(claimRequest({ now: T0 + lingerMs }))).toHaveLength(1);
    }),
  );

  test(
    'keeps to the lanes, events and bytes asked for, one event at least',
    withStore(async ({ store }) => {
      const body = Buffer.from(`"${'x'.repeat(998)}"`);
      for (let n = 1; n <= 5; n += 1) await store.append([newEvent(`e${n}`, { body })]);
      for (let n = 1; n <= 5; n += 1)
        await store.append([newEvent(`x${n}`, { lane: `crm/X${n}` })]);
      const few = await store.claim(claimRequest({ lanesMax: 3, eventsMax: 2 }));
      expect(few.map((lane) => lane.events.length)).toEqual([2, 1, 1]);
      await store.release(few.map(({ lane }) => ({ lane, owner: 'a', dueAt: T0, error: null })));
      const light = await store.claim(claimRequest({ lanesMax: 1, bytesMax: 3500 }));
      expect(light[0]?.events.map((event) => event.eventId)).toEqual(['e1', 'e2', 'e3']);
      await store.release([{ lane: 'crm/ORD-1', owner: 'a', dueAt: T0, error: null }]);
      const [one] = await store.claim(claimRequest({ lanesMax: 1, bytesMax: 10 }));
      expect(one?.events).toHaveLength(1);
    }),
  );

  test(
    'never gives an event to two of many claimants within a lease',
    withStore(async ({ store }) => {
      await store.append(
        Array.from({ length: 60 }, (_, n) => newEvent(`e${n}`, { lane: `crm/ORD-${n % 20}` })),
      );
      const claims = await Promise.all(
        ['a', 'b', 'c', 'd'].map((owner) => store.claim(claimRequest({ owner, lanesMax: 7 }))),
      );
      const given = claims.flat().flatMap((lane) => lane.events.map((event) => event.eventId));
      expect(given).toHaveLength(60);
      expect(new Set(given).size).toBe(60);
    }),
  );
}

function settleConformance(withStore: WithStore): void {
  test(
    'a settled event is never claimed again, and frees its lane',
    withStore(async ({ store }) => {
      await store.append([newEvent('e1')]);
      const [lane] = await store.claim(claimRequest());
      await store.append([newEvent('e2')]);
      await store.settle([{ seq: lane?.events[0]?.seq ?? 0, status: 'dispatched', at: T0 }]);
      expect(await store.get('crm', 'e1')).toMatchObject({ status: 'dispatched' });
      const [next] = await store.claim(claimRequest());
      expect(next?.events.map((event) => event.eventId)).toEqual(['e2']);
      expect((await store.backlog()).count).toBe(1);
    }),
  );

  test(
    'a released lane waits for its time, also what came since, and counts the attempt',
    withStore(async ({ store }) => {
      await store.append([newEvent('e1')]);
      await store.claim(claimRequest());
      await store.append([newEvent('e2')]);
      await store.release([{ lane: 'crm/ORD-1', owner: 'a', dueAt: T0 + 500, error: 'refused' }]);
      expect(await store.claim(claimRequest({ now: T0 + 499 }))).toEqual([]);
      const [lane] = await store.claim(claimRequest({ now: T0 + 500 }));
      expect(lane?.events.map((event) => [event.eventId, event.attempts, event.lastError])).toEqual(
        [
          ['e1', 1, 'refused'],
          ['e2', 0, null],
        ],
      );
    }),
  );

  test(
    'nobody can release what another holds',
    withStore(async ({ store }) => {
      await store.append([newEvent('e1')]);
      await store.claim(claimRequest({ owner: 'a' }));
      await store.release([{ lane: 'crm/ORD-1', owner: 'b', dueAt: T0, error: 'x' }]);
      expect(await store.claim(claimRequest({ owner: 'b' }))).toEqual([]);
    }),
  );

  test(
    'a settled event can be put back, an unknown or waiting one cannot',
    withStore(async ({ store }) => {
      await store.append([newEvent('e1')]);
      const name = { connection: 'crm', eventId: 'e1' };
      expect(await store.reaccept([name], T0)).toBe(0);
      const [lane] = await store.claim(claimRequest());
      await store.settle([{ seq: lane?.events[0]?.seq ?? 0, status: 'late', at: T0 }]);
      expect(await store.reaccept([name, { connection: 'crm', eventId: 'no' }], T0)).toBe(1);
      expect(await store.claim(claimRequest())).toHaveLength(1);
    }),
  );

  test(
    'the backlog counts what waits and knows the oldest',
    withStore(async ({ store }) => {
      expect(await store.backlog()).toEqual({ count: 0, oldestReceivedAt: null });
      expect(await store.nextDueAt(T0)).toBeNull();
      await store.append([newEvent('e1'), newEvent('e2', { receivedAt: T0 + 9 })]);
      await store.claim(claimRequest());
      expect(await store.backlog()).toEqual({ count: 2, oldestReceivedAt: T0 });
    }),
  );
}

function quarantineConformance(withStore: WithStore): void {
  const entry = (n: number) => ({
    ...newEvent(`q${n}`, { receivedAt: T0 + n }),
    cause: 'not-json' as const,
    detail: '',
  });

  test(
    'keeps one row per body and cause, newest first in pages',
    withStore(async ({ store }) => {
      expect(await store.quarantine([entry(1), entry(1), entry(2), entry(3)])).toEqual([
        true,
        true,
        true,
        true,
      ]);
      const page = await store.listQuarantine({ limit: 2 });
      expect(page.map((row) => row.eventId)).toEqual(['q3', 'q2']);
      const last = page.at(-1);
      const rest = await store.listQuarantine({
        limit: 2,
        ...(last === undefined ? {} : { before: last }),
      });
      expect(rest.map((row) => [row.eventId, row.deliveries])).toEqual([['q1', 2]]);
      expect(
        await store.listQuarantine({ connection: 'crm', eventId: 'q2', limit: 5 }),
      ).toHaveLength(1);
      expect(await store.listQuarantine({ connection: 'wms', limit: 5 })).toEqual([]);
    }),
  );

  test(
    'says so when it is full, and still counts repeats',
    withStore(async ({ store, quarantineMax }) => {
      const all = Array.from({ length: quarantineMax }, (_, n) => entry(n));
      await store.quarantine(all);
      expect(await store.quarantine([entry(quarantineMax), entry(0)])).toEqual([false, true]);
      expect(await store.append([newEvent('late', { stale: true })])).toEqual([
        { outcome: 'full' },
      ]);
    }),
  );
}

function listConformance(withStore: WithStore): void {
  test(
    'pages through all events once, newest and oldest first',
    withStore(async ({ store }) => {
      await store.append(Array.from({ length: 7 }, (_, n) => newEvent(`e${n}`)));
      for (const order of ['newest', 'oldest'] as const) {
        const seen: string[] = [];
        let from: number | null = null;
        do {
          const page = await store.list({ order, limit: 3, ...(from === null ? {} : { from }) });
          seen.push(...page.items.map((event) => event.eventId));
          from = page.next;
        } while (from !== null);
        const expected = Array.from({ length: 7 }, (_, n) => `e${n}`);
        expect(seen).toEqual(order === 'oldest' ? expected : expected.reverse());
      }
    }),
  );

  test(
    'finds by status, connection and lanes',
    withStore(async ({ store }) => {
      await store.append([
        newEvent('e1'),
        newEvent('e2', { lane: 'crm/ORD-2' }),
        newEvent('e3', { connection: 'wms', kind: 'wms' }),
        newEvent('e4', { lane: null }),
      ]);
      const find = async (request: object) =>
        (await store.list({ order: 'newest', limit: 10, ...request })).items.map(
          (event) => event.eventId,
        );
      expect(await find({ status: 'accepted' })).toEqual(['e3', 'e2', 'e1']);
      expect(await find({ status: 'ignored' })).toEqual(['e4']);
      expect(await find({ status: 'dispatched' })).toEqual([]);
      expect(await find({ connection: 'wms' })).toEqual(['e3']);
      expect(await find({ lanes: ['crm/ORD-1'] })).toEqual(['e3', 'e1']);
      expect(await find({ lanes: ['crm/ORD-1', 'crm/ORD-2'], connection: 'crm' })).toEqual([
        'e2',
        'e1',
      ]);
      expect(await find({ lanes: ['crm/ORD-1'], status: 'late' })).toEqual([]);
    }),
  );
}

function pruneConformance(withStore: WithStore): void {
  const before = { crm: T0 + 10, tasks: T0 + 100, wms: T0 + 100, quarantine: T0 + 10 };

  test(
    'forgets settled events of their kind that are old enough, in bounded steps',
    withStore(async ({ store }) => {
      const at = (n: number) => ({ receivedAt: T0 + n * 5, lane: null });
      await store.append([
        ...Array.from({ length: 4 }, (_, n) => newEvent(`crm${n}`, at(n))),
        ...Array.from({ length: 4 }, (_, n) =>
          newEvent(`wms${n}`, { ...at(n), connection: 'wms', kind: 'wms' }),
        ),
      ]);
      let removed = 0;
      let steps = 0;
      let after: number | null = null;
      do {
        const step = await store.prune({ before, after, limit: 3 });
        removed += step.removed;
        after = step.next;
        steps += 1;
      } while (after !== null);
      expect(removed).toBe(6);
      expect(steps).toBe(3);
      const left = await store.list({ order: 'oldest', limit: 10 });
      expect(left.items.map((event) => event.eventId)).toEqual(['crm2', 'crm3']);
    }),
  );

  test(
    'never forgets what still waits for its order',
    withStore(async ({ store }) => {
      await store.append([newEvent('e1')]);
      const old = { crm: T0 * 2, tasks: T0 * 2, wms: T0 * 2, quarantine: T0 * 2 };
      expect(await store.prune({ before: old, after: null, limit: 10 })).toEqual({
        removed: 0,
        next: null,
      });
      expect(await store.get('crm', 'e1')).toBeDefined();
    }),
  );

  test(
    'makes room in quarantine',
    withStore(async ({ store, quarantineMax }) => {
      const entry = (n: number) => ({
        ...newEvent(`q${n}`),
        cause: 'too-deep' as const,
        detail: '',
      });
      await store.quarantine(Array.from({ length: quarantineMax }, (_, n) => entry(n)));
      await store.prune({ before, after: null, limit: quarantineMax });
      expect(await store.listQuarantine({ limit: 1 })).toEqual([]);
      expect(await store.quarantine([entry(999)])).toEqual([true]);
    }),
  );
}
