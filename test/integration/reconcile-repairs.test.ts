import { describe, expect, it } from 'vitest';
import { advance, agreed, brief, HOUR, instant } from '../support/reconcile-agreed.ts';
import { crmOrder, orderView, remotePick, remoteTask } from '../support/reconcile-records.ts';
import { answer } from '../support/reconcile-remote.ts';
import {
  createReconcileStage,
  MINUTE,
  START,
  type ReconcileStage,
} from '../support/reconcile-stage.ts';

describe('after the connections or the mapping have changed', () => {
  const forgotten = async (stage: ReconcileStage): Promise<string[]> => {
    stage.clock.now += HOUR;
    return brief((await stage.run({ kind: 'T2' })).drifts);
  };

  it('the first three runs of a tier only report, and say why', async () => {
    const stage = createReconcileStage();
    agreed(stage, 1);
    expect((await stage.run({ kind: 'T2' })).run.mode).toBe('repair');
    stage.remote.tasks.set('T-O1', remoteTask('O1', { priority: 'low' }));
    stage.deps.setup = () => 'setup-2';
    const { run } = await stage.run({ kind: 'T2' });
    expect(run).toMatchObject({ mode: 'report', status: 'completed' });
    expect(JSON.parse(run.brakes)).toHaveProperty('setup_changed');
    expect(await forgotten(stage)).toEqual(['D14 O1 reconcile_asked report_only']);
    expect(await forgotten(stage)).toEqual(['D14 O1 reconcile_asked report_only']);
    expect(await forgotten(stage)).toEqual(['D14 O1 reconcile_asked sent']);
  });

  it('a run that did not come to its end proves nothing', async () => {
    const stage = createReconcileStage();
    agreed(stage, 12);
    await stage.run({ kind: 'T3' });
    stage.deps.setup = () => 'setup-2';
    stage.remote.tasks.clear();
    const statuses: string[] = [];
    for (let time = 0; time < 2; time += 1) {
      statuses.push((await stage.run({ kind: 'T3' })).run.status);
    }
    expect(statuses).toEqual(['aborted', 'aborted']);
    expect((await stage.run({ kind: 'T3' })).run.mode).toBe('report');
  });

  it('a run of one order that a person asks for repairs all the same', async () => {
    const stage = createReconcileStage();
    agreed(stage, 1);
    await stage.run({ kind: 'order', orderId: 'O1' });
    stage.deps.setup = () => 'setup-2';
    advance(stage, 'O1', START - 20 * MINUTE);
    const { drifts } = await stage.run({ kind: 'order', orderId: 'O1' });
    expect(brief(drifts)).toEqual(['D5 O1 reconcile_asked sent']);
  });
});

describe('a run that only reports', () => {
  it('leaves no mark: the next one finds the same and repairs it', async () => {
    const stage = createReconcileStage();
    agreed(stage, 5);
    advance(stage, 'O3', START - 20 * MINUTE);
    const first = await stage.run({ mode: 'report' });
    expect(brief(first.drifts)).toEqual(['D5 O3 reconcile_asked report_only']);
    expect(first.run).toMatchObject({ scanned: 10, changes: 0 });
    expect(brief((await stage.run()).drifts)).toEqual(['D5 O3 reconcile_asked sent']);
  });
});

describe('what an operator has touched', () => {
  it('is left alone for half an hour, but for facts and for whoever asks', async () => {
    const stage = createReconcileStage();
    agreed(stage, 1);
    stage.sqlite
      .prepare(
        `insert into timeline (order_key, seq, at, kind, summary, cause)
        values ('crm/O1', 1, ?, 'operator', 'Held', 'operator/1')`,
      )
      .run(START - 20 * MINUTE);
    stage.remote.tasks.set('T-O1', remoteTask('O1', { priority: 'low' }));
    const held = await stage.run({ kind: 'T2' });
    expect(brief(held.drifts)).toEqual(['D14 O1 reconcile_asked operator']);
    const asked = await stage.run({ kind: 'order', orderId: 'O1' });
    expect(brief(asked.drifts)).toEqual(['D14 O1 reconcile_asked sent']);
    stage.clock.now = START + 15 * MINUTE;
    expect(brief((await stage.run({ kind: 'T2' })).drifts)).toEqual([
      'D14 O1 reconcile_asked sent',
    ]);
  });
});

describe('what is one too many', () => {
  const twin = { task_id: 'T-TWIN' };

  it('is closed, as long as it is what was judged and the other one is there', async () => {
    const stage = createReconcileStage();
    agreed(stage, 40);
    stage.remote.tasks.set('T-TWIN', remoteTask('O1', twin));
    stage.remote.picks.set('P-TWIN', remotePick('O2', { pick_id: 'P-TWIN' }));
    const { drifts } = await stage.run({ kind: 'T3' });
    expect(brief(drifts)).toEqual(['D4 O2 cancel_pick sent', 'D4 O1 close_task sent']);
    expect(stage.remote.calls).toContain('PATCH /tasks/T-TWIN');
    expect(stage.remote.calls).toContain('POST /picks/P-TWIN/cancel');
    expect(stage.told).toEqual([]);
  });

  it('is left alone when it has changed meanwhile', async () => {
    const stage = createReconcileStage();
    agreed(stage, 1);
    stage.remote.tasks.set('T-TWIN', remoteTask('O1', twin));
    stage.remote.disturb = (system, call) =>
      system === 'tasks' && call.path === '/tasks/T-TWIN'
        ? answer(200, remoteTask('O1', { ...twin, updated_at: instant(START - MINUTE) }))
        : undefined;
    expect(brief((await stage.run({ kind: 'T3' })).drifts)).toEqual(['D4 O1 close_task changed']);
    expect(stage.remote.calls).not.toContain('PATCH /tasks/T-TWIN');
  });

  it('is left alone when it is the only one', async () => {
    const stage = createReconcileStage();
    agreed(stage, 1);
    stage.remote.picks.delete('P-O1');
    stage.remote.picks.set('P-TWIN', remotePick('O1', { pick_id: 'P-TWIN' }));
    expect(brief((await stage.run({ kind: 'T3' })).drifts)).toContain('D4 O1 cancel_pick changed');
    expect(stage.remote.calls).not.toContain('POST /picks/P-TWIN/cancel');
  });
});

describe('a CRM that lost what it was told of an order that has ended', () => {
  const ended = (stage: ReconcileStage): void => {
    const [line] = orderView('O1').lines;
    const lines = line === undefined ? [] : [{ ...line, allocated: 0, shipped: 3 }];
    const task = { task_id: 'T-O1', status: 'COMPLETED' };
    const view = orderView('O1', { stage: 'FULFILLED', headline: 'FULFILLED', lines, task });
    stage.shelve(view, { closedAt: START - HOUR });
    stage.remote.orders.set('O1', crmOrder('O1', { sequence: 1 }));
  };

  it('is told the difference again', async () => {
    const stage = createReconcileStage();
    ended(stage);
    const { drifts } = await stage.run({ kind: 'T3' });
    expect(brief(drifts)).toEqual(['D18 O1 tell_crm sent']);
    expect(stage.remote.bodies.at(-1)).toMatchObject({
      event_id: 'crm:O1:2',
      payload: {
        sequence: 2,
        status: 'FULFILLED',
        lines: [{ line_id: 'O1-1', bucket: 'shipped', delta: 3, cumulative: 3 }],
      },
    });
  });

  it('and that has gone on meanwhile is judged anew', async () => {
    const stage = createReconcileStage();
    ended(stage);
    stage.remote.disturb = (system, call) =>
      system === 'crm' && call.method === 'POST'
        ? answer(409, { type: 'https://crossdock.dev/problems/sequence-conflict' })
        : undefined;
    const { drifts } = await stage.run({ kind: 'T3' });
    expect(brief(drifts)).toEqual(['D18 O1 tell_crm changed']);
  });
});
