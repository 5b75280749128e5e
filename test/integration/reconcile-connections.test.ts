import { describe, expect, it } from 'vitest';
import type { HttpCall } from '../../src/connections/http.ts';
import { setupOf } from '../../src/reconcile/wire.ts';
import { acmeWiring, type AcmeJob, type AcmeTerms } from '../support/reconcile-acme.ts';
import { brief, HOUR, instant } from '../support/reconcile-agreed.ts';
import { crmOrder, orderView, pickLine, remoteTask } from '../support/reconcile-records.ts';
import { answer } from '../support/reconcile-remote.ts';
import {
  createReconcileStage,
  MINUTE,
  START,
  type ReconcileStage,
} from '../support/reconcile-stage.ts';

const LONG_AGO = instant(START - 30 * MINUTE);

interface AcmeStage extends ReconcileStage {
  /** How acme lists: the newest first, or the oldest. */
  listing: { newestFirst: boolean };
  jobs: Map<string, AcmeJob>;
  /** An order of so many units, of which acme holds so many cases. */
  agree(id: string, terms: { units: number; cases: number; bundle?: string }): void;
  /** The order as our books have it, with what acme has picked. */
  keep(id: string, terms: { units: number; picked?: number; bundle?: string }): void;
  job(id: string, change: Partial<AcmeJob>): void;
}

/** A stage whose orders go to acme, in the words of one bundle or of several. */
function acmeStage(terms: Partial<AcmeTerms> = {}): AcmeStage {
  const stage = createReconcileStage();
  const { outside, remote } = stage;
  outside.wirings.clear();
  outside.bundle = 'twelve';
  outside.wirings.set('twelve', acmeWiring({ perCase: 12, lists: true, ...terms }));
  outside.on.push('acme');
  const jobs = new Map<string, AcmeJob>();
  const listing = { newestFirst: true };
  const acme = stage.remoteOf('acme');
  acme.disturb = (_, { path }: HttpCall) => {
    const url = new URL(path, 'http://acme.test');
    const [, , no] = url.pathname.split('/');
    if (no === undefined)
      return answer(200, { jobs: pageOf(jobs, { query: url.searchParams, ...listing }) });
    const job = jobs.get(no);
    return job === undefined ? answer(404, {}) : answer(200, job);
  };
  const job: AcmeStage['job'] = (id, change) =>
    void jobs.set(`J-${id}`, {
      ...{ no: `J-${id}`, ref: `pick:${id}:1:1`, state: 'CREATED', changed: LONG_AGO },
      rows: [],
      ...jobs.get(`J-${id}`),
      ...change,
    });
  const keep: AcmeStage['keep'] = (id, { units, picked = 0, bundle = 'twelve' }) => {
    const view = orderView(id, { mapping_bundle: bundle });
    const totals = { allocated: units - picked, picked };
    const lines = view.lines.map((line) => ({ ...line, ...totals, ordered: units }));
    const [pick] = view.picks;
    const ours = { ...pickLine(id, totals), requested: units };
    const picks = pick === undefined ? [] : [{ ...pick, pick_id: `J-${id}`, lines: [ours] }];
    stage.shelve({ ...view, lines, picks });
    const told = crmOrder(id).lines.map((line) => ({ ...line, ordered: units, picked }));
    remote.orders.set(id, crmOrder(id, { lines: told }));
    remote.tasks.set(`T-${id}`, remoteTask(id, { metadata: { pick_ids: [`J-${id}`] } }));
  };
  return {
    ...stage,
    ...{ jobs, job, keep, listing },
    agree(id, { units, cases, bundle = 'twelve' }) {
      keep(id, { units, bundle });
      job(id, { rows: [{ article: 'SKU-1', wanted: cases, held: cases, done: 0 }] });
    },
  };
}

interface Listing {
  query: URLSearchParams;
  newestFirst: boolean;
}

/** By page number: whatever moves the beginning of the list moves every page. */
function pageOf(jobs: Map<string, AcmeJob>, { query, newestFirst }: Listing): AcmeJob[] {
  const from = query.get('from') ?? '';
  const size = Number(query.get('n'));
  const begin = (Number(query.get('p')) - 1) * size;
  const oldestFirst = [...jobs.values()]
    .filter(({ changed }) => changed >= from)
    .toSorted((a, b) => (a.changed < b.changed ? -1 : 1));
  const listed = newestFirst ? oldestFirst.toReversed() : oldestFirst;
  return listed.slice(begin, begin + size);
}

const KINDS = ['T1', 'T2', 'T3', 'order'] as const;

describe('an order whose bundle is not the one in force', () => {
  it.each(KINDS)(
    'is compared in its own words: a case of 12 that holds 10 now (%s)',
    async (kind) => {
      const stage = acmeStage();
      stage.outside.wirings.set('ten', acmeWiring({ perCase: 10, lists: true }));
      stage.agree('OLD', { units: 24, cases: 2 });
      stage.agree('NEW', { units: 20, cases: 2, bundle: 'ten' });
      for (const bundle of ['ten', 'twelve']) {
        stage.outside.bundle = bundle;
        for (const orderId of ['OLD', 'NEW']) {
          const { run, drifts } = await stage.run({ kind, mode: 'report', orderId });
          expect(brief(drifts)).toEqual([]);
          expect(run.scanned).toBeGreaterThan(0);
        }
      }
    },
  );

  it('drifts in its own words too', async () => {
    const stage = acmeStage();
    stage.agree('OLD', { units: 24, cases: 2 });
    stage.outside.wirings.set('ten', acmeWiring({ perCase: 10, lists: true }));
    stage.outside.bundle = 'ten';
    stage.job('OLD', { rows: [{ article: 'SKU-1', wanted: 2, held: 1, done: 1 }] });
    const { drifts } = await stage.run({ kind: 'T3' });
    expect(drifts).toMatchObject([
      { class: 'D5', orderId: 'OLD', theySay: 'CREATED: SKU-1 allocated 12 picked 12' },
    ]);
  });

  it.each(KINDS)('is not compared in other words when its own are gone (%s)', async (kind) => {
    const stage = acmeStage();
    stage.outside.wirings.set('ten', acmeWiring({ perCase: 10, lists: true }));
    stage.agree('OLD', { units: 24, cases: 2, bundle: 'gone' });
    stage.agree('NEW', { units: 20, cases: 2, bundle: 'ten' });
    stage.outside.bundle = 'ten';
    const { run, drifts } = await stage.run({ kind, orderId: 'OLD' });
    expect(drifts.filter((drift) => drift.class !== 'D19')).toEqual([]);
    expect(run.brakes).toContain('no bundle gone with a connection crm is stored here');
    expect(stage.book.verifiedAt('crm/OLD')).toBeUndefined();
    const isWalk = kind === 'T2' || kind === 'T3';
    expect(stage.book.verifiedAt('crm/NEW')).toEqual(isWalk ? START : undefined);
  });

  it('whose own words cannot read a record is for a person', async () => {
    const stage = acmeStage();
    stage.outside.wirings.set('ten', acmeWiring({ perCase: 10, lists: true }));
    stage.agree('OLD', { units: 24, cases: 2 });
    stage.outside.bundle = 'ten';
    stage.job('OLD', { rows: [{ article: 'SKU-1', wanted: 2, held: 0.1, done: 0 }] });
    const { drifts } = await stage.run({ kind: 'T3' });
    expect(drifts).toMatchObject([{ class: 'D23', orderId: 'OLD', action: 'human' }]);
    expect(drifts[0]?.theySay).toContain('MAP_UNIT');
    expect(drifts[0]?.weSay).toContain('twelve');
  });
});

describe('picks of an order', () => {
  it('are looked for in the warehouse that it goes to', async () => {
    const stage = acmeStage();
    for (let number = 1; number <= 20; number += 1) {
      stage.agree(`O${number}`, { units: 12, cases: 1 });
    }
    stage.jobs.delete('J-O7');
    expect(brief((await stage.run({ kind: 'T3' })).drifts)).toEqual(['D1 O7 confirm unconfirmed']);
    stage.clock.now = START + HOUR;
    const { drifts } = await stage.run({ kind: 'T3' });
    expect(brief(drifts)).toEqual(['D1 O7 reconcile_asked sent']);
    expect(stage.remoteOf('acme').calls).toContain('GET /jobs/J-O7');
    expect(stage.remote.calls.filter((call) => call.startsWith('GET /picks/'))).toEqual([]);
  });

  it('are missed by no other warehouse, and by none whose listing failed', async () => {
    const stage = acmeStage();
    stage.agree('O1', { units: 12, cases: 1 });
    stage.jobs.delete('J-O1');
    const scoped = await stage.run({ kind: 'T3', connection: 'wms' });
    expect(scoped.drifts).toEqual([]);
    stage.remoteOf('acme').disturb = () => answer(500, {});
    const { run, drifts } = await stage.run({ kind: 'T3' });
    expect(drifts).toEqual([]);
    expect(JSON.parse(run.brakes)).toEqual({ unread_acme: 'HTTP 500' });
    expect(run).toMatchObject({ openOrders: 1, openVerified: 0 });
  });

  it('that went on are told with the warehouse that shows them', async () => {
    const stage = acmeStage();
    stage.agree('O1', { units: 12, cases: 1 });
    stage.job('O1', {
      state: 'COMPLETED',
      rows: [{ article: 'SKU-1', wanted: 1, held: 0, done: 1 }],
    });
    stage.job('LOST', { rows: [{ article: 'SKU-1', wanted: 1, held: 1, done: 0 }] });
    const { drifts } = await stage.run();
    expect(brief(drifts).toSorted()).toEqual([
      'D3 LOST pick_touched sent',
      'D5 O1 reconcile_asked sent',
    ]);
    expect(stage.told.find(({ orderId }) => orderId === 'LOST')?.inputs).toMatchObject([
      { type: 'pick_touched', connection: 'acme', pickId: 'J-LOST', reference: 'pick:LOST:1:1' },
    ]);
  });
});

describe('what changed at a warehouse that lists by page number', () => {
  const filled = (): AcmeStage => {
    const stage = acmeStage();
    for (let number = 1; number <= 8; number += 1) {
      stage.agree(`O${number}`, { units: 12, cases: 1 });
      stage.job(`O${number}`, { changed: instant(START - (30 + number) * MINUTE) });
    }
    return stage;
  };
  const asked = (stage: AcmeStage): string[] =>
    stage.remoteOf('acme').calls.filter((call) => call.startsWith('GET /jobs?'));

  it.each([true, false])('is one listing to its end, newest first: %s', async (newestFirst) => {
    const stage = filled();
    stage.listing.newestFirst = newestFirst;
    await stage.run({ connection: 'acme' });
    stage.remoteOf('acme').calls.length = 0;
    for (let number = 1; number <= 8; number += 1) {
      stage.job(`O${number}`, { changed: instant(START + number * 5 * MINUTE) });
    }
    stage.clock.now = START + HOUR;
    const { run } = await stage.run({ connection: 'acme' });
    expect(run).toMatchObject({ scanned: 8, changes: 8 });
    const since = asked(stage).map((call) => new URL(call.slice(4), 'http://a').searchParams);
    expect(new Set(since.map((query) => query.get('from'))).size).toBe(1);
    expect(since.map((query) => query.get('p'))).toEqual(['1', '2', '3']);
    expect(stage.book.stream('acme:changed')?.markAt).toBe(START + 40 * MINUTE);
  });

  it('moves its mark only when all was seen, where the newest come first', async () => {
    const stage = filled();
    const acme = stage.remoteOf('acme');
    const { disturb } = acme;
    acme.disturb = (name, call) =>
      call.path.includes('p=2') ? answer(503, {}) : disturb(name, call);
    await stage.run({ connection: 'acme' });
    expect(stage.book.stream('acme:changed')).toMatchObject({ markAt: 0, completeAt: 0 });
    acme.disturb = disturb;
    const { run } = await stage.run({ connection: 'acme' });
    expect(run.changes).toBe(5);
    expect(stage.book.stream('acme:changed')?.markAt).toBe(START - 31 * MINUTE);
  });
});

describe('a warehouse that lists nothing', () => {
  it('is looked at order by order, which the report says', async () => {
    const stage = acmeStage({ lists: false });
    stage.agree('O1', { units: 12, cases: 1 });
    stage.agree('O2', { units: 12, cases: 1 });
    stage.job('O2', { rows: [{ article: 'SKU-1', wanted: 1, held: 0, done: 1 }] });
    const { run, drifts } = await stage.run({ kind: 'T2' });
    expect(brief(drifts)).toEqual(['D5 O2 reconcile_asked sent']);
    expect(run).toMatchObject({ gets: 2, openOrders: 2, openVerified: 1 });
    expect(JSON.parse(run.brakes)).toEqual({
      coverage: { acme: expect.stringContaining('each open order is looked at by itself') },
    });
    expect((await stage.run({ kind: 'T1' })).run.brakes).toBe('{}');
  });

  it('has a run of one order look at its picks by their ids', async () => {
    const stage = acmeStage({ lists: false });
    stage.agree('O1', { units: 12, cases: 1 });
    stage.job('O1', { rows: [{ article: 'SKU-1', wanted: 1, held: 0, done: 1 }] });
    const { drifts } = await stage.run({ kind: 'order', orderId: 'O1' });
    expect(brief(drifts)).toEqual(['D5 O1 reconcile_asked sent']);
  });

  it('keeps the second half of a run’s questions for orders not seen lately', async () => {
    const stage = acmeStage({ lists: false });
    const { settings } = stage.deps;
    stage.deps.settings = { ...settings, brakes: { ...settings.brakes, getsMax: 4 } };
    const ids = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6'];
    for (const id of ids) stage.agree(id, { units: 12, cases: 1 });
    const seen = (): string[] =>
      ids.filter((id) => stage.book.verifiedAt(`crm/${id}`) !== undefined);
    await stage.run({ kind: 'T2' });
    expect(seen()).toEqual(['O1', 'O2', 'O3', 'O4']);
    await stage.run({ kind: 'T2' });
    expect(seen()).toEqual(ids);
  });
});

describe('a connection of another CRM', () => {
  const twoCrms = ({ lists = true } = {}): ReconcileStage => {
    const stage = createReconcileStage();
    const { outside } = stage;
    for (const wiring of outside.wirings.values()) {
      const crm = wiring.connections.get('crm');
      if (crm === undefined) continue;
      const calls = new Map(crm.calls);
      if (!lists) calls.delete('list_orders');
      const other = { ...crm, calls, name: 'crm-b' };
      const connections = new Map([...wiring.connections, ['crm-b', other]]);
      outside.wirings.set(outside.bundle, { ...wiring, connections });
    }
    outside.on.push('crm-b');
    return stage;
  };

  it('is listed, with a mark of its own', async () => {
    const stage = twoCrms();
    stage.remoteOf('crm-b').orders.set('X', crmOrder('X', { version: 3 }));
    const { drifts } = await stage.run();
    expect(brief(drifts)).toEqual(['D16 X order_created sent']);
    expect(stage.told[0]?.inputs).toMatchObject([{ connection: 'crm-b', version: 3 }]);
    expect(stage.book.stream('crm-b:changed')?.markId).toBe('X');
    expect(stage.book.stream('crm:changed')?.markId).toBe('');
  });

  it('that lists nothing is asked for each open order, and a lost one is left to it', async () => {
    const stage = twoCrms({ lists: false });
    for (const orderId of ['X', 'GONE']) {
      stage.shelve(orderView(orderId, { connection: 'crm-b', picks: [], task: null }));
    }
    const { orders, calls } = stage.remoteOf('crm-b');
    orders.set('X', crmOrder('X', { version: 2 }));
    const { run, drifts } = await stage.run({ kind: 'T2' });
    expect(brief(drifts)).toEqual(['D16 X order_updated sent']);
    expect(stage.told[0]?.inputs).toMatchObject([{ connection: 'crm-b', version: 2 }]);
    expect(calls.toSorted()).toEqual(['GET /orders/GONE', 'GET /orders/X']);
    expect(JSON.parse(run.brakes)).toHaveProperty('coverage.crm-b');
  });

  it('keeps the task of its order apart from that of another CRM’s order of the same id', async () => {
    const stage = twoCrms();
    for (const [connection, name] of [
      ['crm', 'T-A'],
      ['crm-b', 'T-B'],
    ] as const) {
      const reference = connection === 'crm' ? 'pick:O:1:1' : 'pick:crm-b:O:1:1';
      const picks = orderView('O').picks.map((pick) => ({ ...pick, pick_id: name, reference }));
      stage.shelve(orderView('O', { connection, task: { task_id: name, status: 'OPEN' }, picks }));
      stage.remoteOf(connection).orders.set('O', crmOrder('O'));
      stage.remote.tasks.set(
        name,
        remoteTask('O', { task_id: name, metadata: { pick_ids: [name] } }),
      );
    }
    for (const kind of ['T2', 'order'] as const) {
      const { drifts } = await stage.run({
        kind,
        orderId: 'O',
        connection: kind === 'T2' ? 'tasks' : 'crm-b',
      });
      expect(brief(drifts.filter((drift) => drift.class === 'D4'))).toEqual([]);
    }
    stage.remote.tasks.set(
      'T-B',
      remoteTask('O', { task_id: 'T-B', priority: 'low', metadata: { pick_ids: ['T-B'] } }),
    );
    const { drifts } = await stage.run({ kind: 'T2', connection: 'tasks' });
    expect(drifts).toMatchObject([{ class: 'D14', orderKey: 'crm-b/O' }]);
  });
});

describe('what a run is made with', () => {
  it('is another setup with another bundle, address or connection', () => {
    const stage = acmeStage();
    const routing = { wms: 'wms', tasks: 'tasks' };
    const { remote } = stage.deps;
    const today = remote.today();
    const setup = (change: Partial<typeof today>): string => {
      const vendor = (): Promise<undefined> => Promise.resolve(undefined);
      return setupOf({ today: () => ({ ...today, ...change }), vendor }, routing);
    };
    const all = [
      setup({}),
      setup({ bundle: 'ten' }),
      setup({ connections: today.connections.slice(1) }),
      setup({ connections: today.connections.map((one) => ({ ...one, address: 'https://b' })) }),
    ];
    expect(new Set(all).size).toBe(4);
    expect(setup({ connections: today.connections.toReversed() })).toBe(setup({}));
  });

  it('fails when a connection goes away under way, and says so', async () => {
    const stage = acmeStage();
    for (const id of ['O1', 'O2', 'O3', 'O4']) stage.agree(id, { units: 12, cases: 1 });
    const acme = stage.remoteOf('acme');
    const { disturb } = acme;
    acme.disturb = (name, call) => {
      stage.outside.on = ['crm', 'wms', 'tasks'];
      return disturb(name, call);
    };
    const { run, drifts } = await stage.run({ kind: 'T3' });
    expect(run.status).toBe('failed');
    expect(run.brakes).toContain('the connections changed');
    expect(drifts).toEqual([]);
  });
});
