import { afterEach, expect, it } from 'vitest';
import type { ActionView } from '../../src/contracts/operators.ts';
import type { Answer } from '../../src/domain/answers.ts';
import type { ActionDecided } from '../../src/domain/inputs.ts';
import { ALWAYS_OPEN } from '../../src/domain/policy.ts';
import { eventually } from '../support/eventually.ts';
import { created, createOrderStage, type OrderStage } from '../support/order-stage.ts';

let stage: OrderStage;

afterEach(async () => {
  await stage.close();
});

/** Rungs that are due at once, after 100 ms and after 200 ms. */
const ladder = ALWAYS_OPEN.ladder.map((rung, index) => ({ ...rung, afterMs: index * 100 }));
const sla = { ...ALWAYS_OPEN, ladder };

function openAction(): ActionView | undefined {
  return stage.view()?.actions.find(({ status }) => status === 'OPEN');
}

function decide(by: string, decision: ActionDecided['decision']): Promise<Answer | 'closed'> {
  const action = openAction();
  if (action === undefined) throw new Error('nobody is asked');
  return stage.ask({
    type: 'action_decided',
    connection: 'operator',
    eventId: by,
    receivedAt: Date.now(),
    actionId: action.action_id,
    expectedVersion: action.version,
    decision,
    lines: null,
    substitutes: [],
    note: null,
    by,
  });
}

it('lets one of two people who decide at once win and tells the other, with the books behind it', async () => {
  stage = await createOrderStage({ policy: { stuckMs: 100, sla } });
  await stage.withWorker(async () => {
    await stage.tell(created(stage, 2));
    await eventually(openAction, 20_000);
    const answers = await Promise.all([decide('olga', 'retry'), decide('paul', 'wait')]);
    const kinds = answers.map((answer) => (answer === 'closed' ? answer : answer.kind));
    expect(kinds.toSorted()).toEqual(['conflict', 'taken']);
    const [action] = stage.view()?.actions ?? [];
    expect(action).toMatchObject({ status: 'RESOLVED', version: 2 });
    const late = answers[kinds.indexOf('conflict')];
    expect(late).toMatchObject({ action: { decision: action?.decision } });
  });
});

it('calls every rung that fell due while no worker was there, each once and in order', async () => {
  stage = await createOrderStage({ policy: { stuckMs: 100, sla }, cachedMax: 0 });
  await stage.withWorker(async () => {
    await stage.tell(created(stage, 2));
    await eventually(() => stage.view()?.stage === 'FULFILLING', 20_000);
  });
  await new Promise((resolve) => setTimeout(resolve, 600));
  await stage.withWorker(async () => {
    await eventually(() => openAction()?.escalation?.name === 'manager', 20_000);
    await decide('olga', 'cancel_order');
    await stage.result();
  });
  const rungs = stage.sqlite
    .prepare<[], { summary: string }>(
      `select summary from timeline where kind = 'escalation' order by seq`,
    )
    .all()
    .map(({ summary }) => summary.split(': ')[1]);
  expect(rungs).toEqual(['the owner is called', 'the lead is called', 'the manager is called']);
  expect(stage.view()).toMatchObject({ stage: 'CANCELLED' });
});

it('keeps a decision that was answered, whatever arrives while its order ends', async () => {
  stage = await createOrderStage({
    policy: { stuckMs: 100, silenceFirstMs: 150, silenceMaxMs: 150, sla },
  });
  await stage.withWorker(async () => {
    await stage.tell(created(stage, 2));
    await eventually(openAction, 20_000);
    stage.systems.disturb(async ({ kind }) => {
      if (kind !== 'cancel_pick' && kind !== 'update_action_task') return undefined;
      await stage.tell({
        type: 'task_reported',
        connection: 'tasks',
        eventId: `echo-${kind}`,
        receivedAt: Date.now(),
        taskId: 'T-1',
        status: null,
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      return undefined;
    });
    expect(await decide('olga', 'cancel_order')).toMatchObject({ kind: 'taken' });
    await stage.result();
  });
  expect(stage.view()).toMatchObject({
    stage: 'CANCELLED',
    actions: [{ status: 'RESOLVED', decision: { by: 'olga' } }],
  });
  const cancels = stage.systems.attempts.filter(({ kind }) => kind === 'cancel_pick');
  expect(cancels).toHaveLength(1);
  const told = stage.systems.effects.flatMap((c) => (c.kind === 'tell_crm' ? c.notices : []));
  expect(told.flatMap(({ lines }) => lines.map(({ bucket, delta }) => [bucket, delta]))).toEqual([
    ['cancelled', 2],
  ]);
});
