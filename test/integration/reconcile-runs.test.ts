import { describe, expect, it } from 'vitest';
import { advance, agreed, brief, HOUR, instant } from '../support/reconcile-agreed.ts';
import {
  crmOrder,
  orderView,
  pickLine,
  remotePick,
  remoteTask,
} from '../support/reconcile-records.ts';
import { answer } from '../support/reconcile-remote.ts';
import { createReconcileStage, MINUTE, START } from '../support/reconcile-stage.ts';

describe('T1, what changed lately', () => {
  it('hands on orders and tells orders of picks that went on, page by page', async () => {
    const stage = createReconcileStage();
    agreed(stage, 8);
    stage.remote.orders.set('NEW', crmOrder('NEW'));
    advance(stage, 'O3', START - 20 * MINUTE);
    const { run, drifts } = await stage.run();
    expect(run).toMatchObject({ status: 'completed', scanned: 17, changes: 8, missed: 1 });
    expect(JSON.parse(run.counts)).toEqual({ D16: 1, D5: 1 });
    expect(brief(drifts).toSorted()).toEqual([
      'D16 NEW order_created sent',
      'D5 O3 reconcile_asked sent',
    ]);
    expect(stage.told.map(({ orderId }) => orderId).toSorted()).toEqual(['NEW', 'O3']);
  });

  it('looks at each version once, however far the listing overlaps', async () => {
    const stage = createReconcileStage();
    agreed(stage, 4);
    await stage.run();
    const again = await stage.run();
    expect(again.run).toMatchObject({ scanned: 0, changes: 0 });
    advance(stage, 'O2', START + MINUTE);
    stage.clock.now = START + 5 * MINUTE;
    const third = await stage.run();
    expect(third.run).toMatchObject({ scanned: 1, changes: 1, missed: 1 });
    const since = stage.remote.calls.filter((call) => call.includes('updated_since')).at(-1);
    expect(since).toContain(encodeURIComponent(instant(START - 35 * MINUTE)));
  });

  it('finds a record of the same instant as its mark', async () => {
    const stage = createReconcileStage();
    agreed(stage, 1);
    await stage.run();
    stage.remote.orders.set('TWIN', crmOrder('TWIN'));
    const { drifts } = await stage.run();
    expect(brief(drifts)).toEqual(['D16 TWIN order_created sent']);
  });

  it('leaves alone what settles, and comes back to it', async () => {
    const stage = createReconcileStage();
    agreed(stage, 2);
    advance(stage, 'O1', START - MINUTE);
    advance(stage, 'O2', START - 20 * MINUTE);
    stage.shelve(orderView('O2'), { updatedAt: START - MINUTE });
    expect((await stage.run()).drifts).toEqual([]);
    stage.clock.now = START + 2 * MINUTE;
    expect(brief((await stage.run()).drifts)).toEqual(['D5 O1 reconcile_asked sent']);
    expect(brief((await stage.run({ kind: 'T2' })).drifts).toSorted()).toEqual([
      'D5 O1 reconcile_asked sent',
      'D5 O2 reconcile_asked sent',
    ]);
  });

  it('moves its mark over a record that it cannot read, which is D23', async () => {
    const stage = createReconcileStage();
    const [id = ''] = agreed(stage, 1);
    const broken = { ...remotePick('X'), status: 'LOST' };
    Reflect.apply(Map.prototype.set, stage.remote.picks, ['P-X', broken]);
    const { run, drifts } = await stage.run();
    expect(drifts).toMatchObject([{ class: 'D23', action: 'human', result: 'reported' }]);
    expect(drifts[0]?.theySay).toContain('P-X: wms.pick: status');
    expect(run).toMatchObject({ status: 'completed', changes: 1 });
    expect(stage.book.stream('wms:changed')?.markId).toBe(`P-${id}`);
  });

  it('ends a listing that fails, and keeps the mark where it was', async () => {
    const stage = createReconcileStage();
    agreed(stage, 8);
    stage.remote.disturb = (system, call) =>
      system === 'wms' && call.path.includes('cursor') ? answer(429, {}) : undefined;
    const { run } = await stage.run();
    expect(JSON.parse(run.brakes)).toEqual({ unread_wms: 'HTTP 429' });
    const mark = stage.book.stream('wms:changed');
    expect(mark).toMatchObject({ markId: 'P-O3', completeAt: 0 });
    stage.remote.disturb = () => undefined;
    expect((await stage.run()).run).toMatchObject({ changes: 5 });
  });

  it('does not trust a clock that runs far ahead: D24, and the mark stays behind', async () => {
    const stage = createReconcileStage();
    agreed(stage, 1);
    stage.remote.orders.set('LATER', crmOrder('LATER', { updated_at: instant(START + HOUR) }));
    const { drifts } = await stage.run();
    expect(brief(drifts)).toEqual(['D24 - human reported']);
    expect(stage.book.stream('crm:changed')?.markAt).toBeLessThan(START);
  });

  it('says so when the order has ended meanwhile', async () => {
    const stage = createReconcileStage();
    agreed(stage, 1);
    advance(stage, 'O1', START - 20 * MINUTE);
    stage.ended.add('O1');
    expect(brief((await stage.run()).drifts)).toEqual(['D5 O1 human order_ended']);
  });
});

describe('T2 and T3, absence', () => {
  it('needs two clean listings with a direct GET each, an interval apart', async () => {
    const stage = createReconcileStage();
    agreed(stage, 40);
    stage.remote.tasks.delete('T-O7');
    stage.remote.picks.delete('P-O9');
    const first = await stage.run({ kind: 'T2' });
    expect(brief(first.drifts).toSorted()).toEqual([
      'D1 O9 confirm unconfirmed',
      'D15 O7 confirm unconfirmed',
    ]);
    stage.clock.now = START + 30 * MINUTE;
    const soon = await stage.run({ kind: 'T2' });
    expect(brief(soon.drifts)).not.toContain('D15 O7 reconcile_asked sent');
    stage.clock.now = START + HOUR;
    const confirmed = await stage.run({ kind: 'T2' });
    expect(brief(confirmed.drifts).toSorted()).toEqual([
      'D1 O9 reconcile_asked sent',
      'D15 O7 reconcile_asked sent',
    ]);
    expect(stage.told.map(({ inputs }) => inputs)).toMatchObject([
      [{ type: 'reconcile_asked', reason: 'D15' }],
      [{ type: 'reconcile_asked', reason: 'D1' }],
    ]);
  });

  it('begins anew for what was seen again in between', async () => {
    const stage = createReconcileStage();
    agreed(stage, 40);
    stage.remote.tasks.delete('T-O7');
    await stage.run({ kind: 'T2' });
    stage.remote.tasks.set('T-O7', remoteTask('O7'));
    stage.clock.now = START + HOUR;
    expect((await stage.run({ kind: 'T2' })).drifts).toEqual([]);
    stage.remote.tasks.delete('T-O7');
    stage.clock.now = START + 2 * HOUR;
    expect(brief((await stage.run({ kind: 'T3' })).drifts)).toEqual(['D15 O7 confirm unconfirmed']);
  });

  it.each([401, 429, 500])('is not concluded when a page answered %i', async (status) => {
    const stage = createReconcileStage();
    agreed(stage, 8);
    stage.remote.tasks.delete('T-O7');
    stage.remote.disturb = (system, call) =>
      system === 'tasks' && call.path.includes('cursor') ? answer(status, {}) : undefined;
    const { run, drifts } = await stage.run({ kind: 'T3' });
    expect(drifts).toEqual([]);
    expect(JSON.parse(run.brakes)).toEqual({ unread_tasks: `HTTP ${status}` });
    expect(stage.remote.calls).not.toContain('GET /tasks/T-O7');
  });

  it('a pick that left the open list while nobody told is D5, not missing', async () => {
    const stage = createReconcileStage();
    agreed(stage, 4);
    const lines = [pickLine('O2', { allocated: 0, picked: 3 })];
    stage.remote.picks.set('P-O2', remotePick('O2', { status: 'COMPLETED', sequence: 5, lines }));
    const { run, drifts } = await stage.run({ kind: 'T2' });
    expect(brief(drifts)).toEqual(['D5 O2 reconcile_asked sent']);
    expect(run.gets).toBe(1);
  });

  it('counts which open orders were verified', async () => {
    const stage = createReconcileStage();
    agreed(stage, 4);
    advance(stage, 'O2', START - 20 * MINUTE);
    const { run } = await stage.run({ kind: 'T2' });
    expect(run).toMatchObject({ openOrders: 4, openVerified: 3 });
  });

  it('stops asking one by one at its limit', async () => {
    const stage = createReconcileStage((settings) => ({
      ...settings,
      brakes: { ...settings.brakes, getsMax: 2 },
    }));
    agreed(stage, 6);
    stage.remote.tasks.clear();
    const { run } = await stage.run({ kind: 'T2' });
    expect(run.gets).toBe(2);
    expect(JSON.parse(run.brakes)).toMatchObject({ direct_gets: 2 });
  });
});

describe('the brakes', () => {
  it('let through one repair of a class per 20 scanned, and report the rest', async () => {
    const stage = createReconcileStage();
    const ids = agreed(stage, 12);
    for (const id of ids) stage.remote.tasks.set(`T-${id}`, remoteTask(id, { priority: 'low' }));
    const { run, drifts } = await stage.run({ kind: 'T3' });
    expect(run.scanned).toBe(48);
    const results = drifts.map((drift) => drift.result);
    expect(results.filter((result) => result === 'sent')).toHaveLength(2);
    expect(results.filter((result) => result === 'braked')).toHaveLength(10);
    expect(JSON.parse(run.brakes)).toHaveProperty('D14');
    expect(stage.told).toHaveLength(2);
  });

  it('abort a run whose full listing lost more than half, and act on nothing', async () => {
    const stage = createReconcileStage();
    const ids = agreed(stage, 12);
    await stage.run({ kind: 'T3' });
    for (const id of ids.slice(0, 8)) stage.remote.tasks.delete(`T-${id}`);
    advance(stage, 'O1', START - 20 * MINUTE);
    stage.clock.now = START + 24 * HOUR;
    const { run, drifts } = await stage.run({ kind: 'T3' });
    expect(run.status).toBe('aborted');
    expect(JSON.parse(run.brakes)).toEqual({
      listing_shrunk: { connection: 'tasks', last: 12, now: 4 },
    });
    expect(brief(drifts).toSorted()).toEqual([
      'D24 - human aborted',
      'D5 O1 reconcile_asked aborted',
    ]);
    expect(stage.told).toEqual([]);
  });

  it('stop a repair that does not hold: the fourth time it is for a person', async () => {
    const stage = createReconcileStage();
    agreed(stage, 1);
    const edited = remoteTask('O1', { priority: 'low' });
    stage.remote.tasks.set('T-O1', edited);
    const results: string[] = [];
    for (let time = 0; time < 4; time += 1) {
      stage.clock.now = START + time * HOUR;
      results.push(...brief((await stage.run({ kind: 'T2' })).drifts));
    }
    expect(results).toEqual([
      'D14 O1 reconcile_asked sent',
      'D14 O1 reconcile_asked sent',
      'D14 O1 reconcile_asked sent',
      'D14 O1 reconcile_asked sent',
    ]);
  });

  it('keep off classes that are switched off, and report them', async () => {
    const stage = createReconcileStage((settings) => ({
      ...settings,
      brakes: { ...settings.brakes, off: ['D5'] },
    }));
    agreed(stage, 1);
    advance(stage, 'O1', START - 20 * MINUTE);
    expect(brief((await stage.run()).drifts)).toEqual(['D5 O1 reconcile_asked off']);
    expect(stage.told).toEqual([]);
  });

  it('in mode report nothing is told to anybody', async () => {
    const stage = createReconcileStage();
    agreed(stage, 2);
    advance(stage, 'O1', START - 20 * MINUTE);
    stage.remote.orders.set('NEW', crmOrder('NEW'));
    stage.remote.audit = { checked: 50, findings: [finding('D9')] };
    stage.remote.deliveries = [{ delivery_id: 'WD-1', event_type: 'PICK.PARTIAL' }];
    const { drifts } = await stage.run({ kind: 'all', mode: 'report' });
    expect(drifts.map((drift) => drift.class).toSorted()).toEqual(['D16', 'D21', 'D5', 'D9']);
    expect(new Set(drifts.map((drift) => drift.result))).toEqual(new Set(['report_only']));
    expect(stage.told).toEqual([]);
    expect(stage.remote.calls.filter((call) => call.startsWith('POST'))).toEqual([
      'POST /audit/stock',
    ]);
  });
});

function finding(name: string): Record<string, unknown> {
  return { class: name, sku: 'SKU-1', location: 'zone-A', we_say: 5, they_say: 4 };
}

describe('T4, our own books', () => {
  it('finds a line whose books are broken, and its order writes them anew', async () => {
    const stage = createReconcileStage();
    agreed(stage, 3);
    const view = orderView('O2');
    stage.shelve({ ...view, lines: view.lines.map((line) => ({ ...line, allocated: 1 })) });
    expect(brief((await stage.run({ kind: 'T4' })).drifts)).toEqual(['D8 O2 reconcile_asked sent']);
  });

  it('has the warehouse mend its ledger, as far as the brakes allow', async () => {
    const stage = createReconcileStage();
    stage.remote.audit = { checked: 100, findings: [finding('D9'), finding('D10')] };
    const mended = await stage.run({ kind: 'T4' });
    expect(brief(mended.drifts)).toEqual(['D9 - rebuild repaired', 'D10 - rebuild repaired']);
    stage.remote.audit = { checked: 20, findings: [finding('D9'), finding('D9')] };
    const held = await stage.run({ kind: 'T4' });
    expect(held.drifts.map((drift) => drift.result)).toEqual(['braked']);
    expect(JSON.parse(held.run.brakes)).toEqual({ stock_repairs: 2 });
  });

  it('sends webhooks of the warehouse again that could not be delivered', async () => {
    const stage = createReconcileStage();
    stage.remote.deliveries = [{ delivery_id: 'WD-1', event_type: 'PICK.PARTIAL' }];
    const { drifts } = await stage.run({ kind: 'T4' });
    expect(brief(drifts)).toEqual(['D21 - redeliver sent']);
    expect(stage.remote.calls).toContain('POST /webhook-deliveries/WD-1/redeliver');
  });

  it('names what waits too long in our own outboxes', async () => {
    const stage = createReconcileStage();
    stage.deps.inboxOldestAt = () => START - HOUR;
    stage.sqlite.exec(`
      insert into offers (offer_id, backorder_id, order_key, workflow_id, wms, sku, qty, at)
        values ('OF-1', 'B-1', 'crm/O1', 'order/crm/O1', 'wms', 'SKU-1', 1, ${START - HOUR});
      insert into waiting (backorder_id, order_key, workflow_id, wms, sku, qty, priority, since,
        not_before) values ('B-1', 'crm/GONE', 'order/crm/GONE', 'wms', 'SKU-1', 1, 'high', 0, 0)`);
    stage.ended.add('GONE');
    expect(brief((await stage.run({ kind: 'T4' })).drifts).toSorted()).toEqual([
      'D21 - human reported',
      'D21 - human reported',
      'D8 GONE human order_ended',
    ]);
  });

  it('counts what is in quarantine: another body under a known id is D7b, the rest D23', async () => {
    const stage = createReconcileStage();
    stage.deps.quarantined = () => [
      { connection: 'crm', cause: 'event-id-reused', count: 1 },
      { connection: 'wms', cause: 'schema-invalid', count: 7 },
    ];
    const { drifts } = await stage.run({ kind: 'T4' });
    expect(brief(drifts)).toEqual(['D7b - human reported', 'D23 - human reported']);
    expect(drifts[1]?.weSay).toContain('7 events');
  });

  it('asks a silent order once, and then a person', async () => {
    const stage = createReconcileStage();
    agreed(stage, 1);
    stage.clock.now = START + 24 * HOUR;
    expect(brief((await stage.run({ kind: 'T4' })).drifts)).toEqual([
      'D19 O1 reconcile_asked sent',
    ]);
    stage.clock.now = START + 25 * HOUR;
    expect(brief((await stage.run({ kind: 'T4' })).drifts)).toEqual(['D19 O1 human flapping']);
  });
});

describe('one order', () => {
  it('is held against everything at once, without waiting for it to settle', async () => {
    const stage = createReconcileStage();
    agreed(stage, 2);
    stage.shelve(orderView('O1'), { updatedAt: START });
    advance(stage, 'O1', START);
    stage.remote.tasks.set('T-O1', remoteTask('O1', { priority: 'low' }));
    const { run, drifts } = await stage.run({ kind: 'order', orderId: 'O1' });
    expect(run).toMatchObject({ scanned: 4, scopeOrderId: 'O1' });
    expect(brief(drifts)).toEqual(['D5 O1 reconcile_asked sent', 'D14 O1 reconcile_asked sent']);
    expect(stage.told).toMatchObject([
      { orderId: 'O1', inputs: [{ type: 'reconcile_asked', reason: 'D5, D14' }] },
    ]);
  });

  it('that nobody knows fails, and says so', async () => {
    const stage = createReconcileStage();
    const { run } = await stage.run({ kind: 'order', orderId: 'NOPE' });
    expect(run.status).toBe('failed');
    expect(run.brakes).toContain('neither our books nor the CRM know it');
  });

  it('that is not in our books fails while the CRM cannot be asked', async () => {
    const stage = createReconcileStage();
    stage.remote.disturb = (system) => (system === 'crm' ? answer(503, {}) : undefined);
    const { run } = await stage.run({ kind: 'order', orderId: 'NOPE' });
    expect(run.status).toBe('failed');
    expect(run.brakes).toContain('HTTP 503');
  });

  it.each(['order', 'all'] as const)(
    'of a connection that there is not fails (%s)',
    async (kind) => {
      const stage = createReconcileStage();
      agreed(stage, 1);
      const { run } = await stage.run({ kind, orderId: 'O1', connection: 'nope' });
      expect(run).toMatchObject({ status: 'failed', scanned: 0 });
      expect(run.brakes).toContain('Known are crm');
      expect(stage.remote.calls).toEqual([]);
    },
  );

  it('that only the CRM knows is taken up', async () => {
    const stage = createReconcileStage();
    stage.remote.orders.set('NEW', crmOrder('NEW', { updated_at: instant(START) }));
    const { drifts } = await stage.run({ kind: 'order', orderId: 'NEW' });
    expect(brief(drifts)).toEqual(['D16 NEW order_created sent']);
  });
});

describe('a run', () => {
  it('writes each page once, however often it is tried', async () => {
    const stage = createReconcileStage();
    agreed(stage, 2);
    advance(stage, 'O1', START - 20 * MINUTE);
    let failures = 2;
    const { tell } = stage.deps;
    stage.deps.tell = (batch) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new Error('Temporal is away')) : tell(batch);
    };
    const again = { runId: 'RC-again', kind: 'T3' } as const;
    await expect(stage.run(again)).rejects.toThrow('away');
    await expect(stage.run(again)).rejects.toThrow('away');
    const { run, drifts } = await stage.run(again);
    expect(run).toMatchObject({ status: 'completed', scanned: 8, openOrders: 2 });
    expect(JSON.parse(run.counts)).toEqual({ D5: 1 });
    expect(brief(drifts)).toEqual(['D5 O1 reconcile_asked sent']);
    expect(stage.told).toHaveLength(1);
  });

  it('keeps no more rows than it may, and counts all', async () => {
    const stage = createReconcileStage((settings) => ({ ...settings, driftsMax: 2 }));
    const ids = agreed(stage, 5);
    for (const id of ids) advance(stage, id, START - 20 * MINUTE);
    const { run, drifts } = await stage.run();
    expect(drifts).toHaveLength(2);
    expect(JSON.parse(run.counts)).toEqual({ D5: 5 });
    expect(JSON.parse(run.brakes)).toMatchObject({ drifts_kept: 2 });
  });

  it('leaves nothing of its listing behind', async () => {
    const stage = createReconcileStage();
    agreed(stage, 5);
    await stage.run({ kind: 'T3' });
    expect(stage.sqlite.prepare('select count(*) from recon_seen').pluck().get()).toBe(0);
  });
});
