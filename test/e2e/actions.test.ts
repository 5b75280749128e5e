import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Answer, Json } from '../support/product.ts';
import { scenarioStage } from '../support/scenario-stage.ts';

/** Rungs after 0, 1 and 2 minutes of business time: 0, 3 and 6 s at this time scale. */
const calendar = join(mkdtempSync(join(tmpdir(), 'crossdock-calendar-')), 'quick.yaml');
const hours = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map(
  (day) => `  ${day}: ['00:00-24:00']`,
);
writeFileSync(
  calendar,
  [
    'name: quick',
    'zone: UTC',
    'week:',
    ...hours,
    'holidays: []',
    'ladder:',
    ...['owner', 'lead', 'manager'].map((name, index) => `  - { name: ${name}, after: ${index}m }`),
  ].join('\n'),
);

const s = scenarioStage({
  CROSSDOCK_CALENDAR_FILE: calendar,
  CROSSDOCK_BACKORDER_STALE_MS: '20000',
  CROSSDOCK_ASK_AGAIN_MS: '40000',
});

async function actionOf(id: string, reason?: string): Promise<Json> {
  return eventually(async () => {
    const { items } = (await s.product().api('GET', `/actions?order_id=${id}`)).body;
    return items.find((one: Json) => reason === undefined || one.reason === reason);
  }, 30_000);
}

function decide(action: Json, decision: string, more: Json = {}): Promise<Answer> {
  const body = { decision, expected_version: action.version, ...more };
  return s.product().api('POST', `/actions/${action.action_id}/decision`, body);
}

/** Two of one article in stock and shipped, three that nobody has. */
async function missing(): Promise<{ id: string; sku: string; action: Json }> {
  const sku = await s.newSku(2);
  const id = await s.place([{ line_id: 'L1', sku, qty: 5 }]);
  const order = await s.until(id, (seen) => seen.lines[0]?.allocated === 2);
  await s.pickAndShip(order.picks[0].pick_id);
  return { id, sku, action: await actionOf(id, 'backorder_stale') };
}

describe('a backorder that waits for too long', () => {
  it('is asked about: on the order, in the list, by a task with a link that opens a page', async () => {
    const { id, action } = await missing();
    expect(action).toMatchObject({ order_id: id, status: 'OPEN', version: expect.any(Number) });
    expect(action.choices).toContain('ship_partial');
    const order = await s.untilStage(id, 'NEEDS_ACTION');
    expect(order.actions).toMatchObject([{ action_id: action.action_id }]);
    const task = await eventually(async () =>
      (await s.tasks(id)).find((one) => one.task_type === 'human_action'),
    );
    expect(task.metadata).toMatchObject({ order_id: id, action_id: action.action_id });
    const page = await fetch(task.metadata.link);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain(id);
  });

  it('ships what there is: closed short, and the three books agree', async () => {
    const { id, action } = await missing();
    const answer = await decide(action, 'ship_partial', { note: 'customer agrees' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ action_id: action.action_id, status: 'RESOLVED' });
    const order = await s.untilStage(id, 'CLOSED_SHORT');
    expect(order.lines).toMatchObject([{ ordered: 5, shipped: 2, cancelled: 3, backordered: 0 }]);
    expect((await s.crmOrder(id)).lines).toMatchObject([
      { shipped: 2, cancelled: 3, backordered: 0 },
    ]);
    const tasks = await s.tasks(id);
    expect(tasks.map((one) => one.status)).toEqual(['COMPLETED', 'COMPLETED']);
  });

  it('takes a substitute: a linked line, and the CRM sees both', async () => {
    const { id, action } = await missing();
    const other = await s.newSku(10);
    const lines = [{ line_id: 'L1', sku: other, qty: 3, ratio: 2 }];
    expect((await decide(action, 'substitute', { lines })).status).toBe(200);
    const order = await s.workUntilEnd(id);
    expect(order).toMatchObject({ stage: 'FULFILLED' });
    expect(order.lines).toMatchObject([
      { line_id: 'L1', shipped: 2, substituted_out: 3 },
      { line_id: `L1~${other}`, sku: other, ordered: 6, shipped: 6 },
    ]);
    const seen = (await s.crmOrder(id)).lines;
    expect(seen).toMatchObject([
      { sku: order.lines[0].sku, shipped: 2, backordered: 0 },
      { sku: other, shipped: 6 },
    ]);
  });

  it('loses its line, or ends the order, by decision', async () => {
    const first = await missing();
    const lines = ['L1'];
    expect((await decide(first.action, 'cancel_line', { lines })).status).toBe(200);
    await s.untilStage(first.id, 'CLOSED_SHORT');
    const second = await missing();
    expect((await decide(second.action, 'cancel_order')).status).toBe(200);
    await s.untilStage(second.id, 'CLOSED_SHORT');
  });

  it('waits on when told to, is asked about again, and fills itself when stock comes', async () => {
    const { id, sku, action } = await missing();
    expect((await decide(action, 'wait')).status).toBe(200);
    const again = await eventually(async () => {
      const next = await actionOf(id, 'backorder_stale');
      return next.action_id === action.action_id ? undefined : next;
    }, 30_000);
    await s.receive(sku, 3);
    await s.until(id, (order) => order.lines[0].backordered === 0);
    const late = await decide(again, 'ship_partial');
    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({ action: { status: 'SUPERSEDED' } });
    const order = await s.workUntilEnd(id);
    expect(order.lines).toMatchObject([{ ordered: 5, shipped: 5, cancelled: 0 }]);
  });

  it('is decided once when two decide at once: the other is told what was first', async () => {
    const { id, action } = await missing();
    const answers = await Promise.all([decide(action, 'ship_partial'), decide(action, 'wait')]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const late = answers.find(({ status }) => status === 409);
    expect(late?.body.action).toMatchObject({ action_id: action.action_id, status: 'RESOLVED' });
    await s.order(id);
  });

  it('calls each rung of the ladder once, in order', async () => {
    const { id, action } = await missing();
    await s.until(id, (order) => order.actions[0]?.escalation?.name === 'manager', 30_000);
    const called = (await s.order(id)).timeline
      .filter((entry: Json) => entry.kind === 'escalation')
      .map((entry: Json) => entry.summary.split(': ')[1]);
    expect(called.toSorted()).toEqual(
      ['the lead is called', 'the manager is called', 'the owner is called'].toSorted(),
    );
    const task = (await s.tasks(id)).find((one) => one.metadata.action_id === action.action_id);
    expect(task.metadata.escalation).toBe('manager');
  });
});

describe('a task that a person', () => {
  it('closes does not close its order: a person is asked, and the order ends right', async () => {
    const sku = await s.newSku(3);
    const id = await s.place([{ sku, qty: 3 }]);
    const { task } = await s.until(id, (order) => order.lines[0]?.allocated === 3 && order.task);
    await s.product().tasks('PATCH', `/tasks/${task.task_id}`, { status: 'COMPLETED' });
    expect(await actionOf(id)).toMatchObject({ reason: 'task_closed' });
    const order = await s.workUntilEnd(id);
    expect(order).toMatchObject({ stage: 'FULFILLED', actions: [{ status: 'SUPERSEDED' }] });
  });

  it('deletes is made anew once; the second time a person is asked', async () => {
    const sku = await s.newSku(3);
    const id = await s.place([{ sku, qty: 3 }]);
    const { task } = await s.until(id, (order) => order.lines[0]?.allocated === 3 && order.task);
    await s.product().tasks('DELETE', `/tasks/${task.task_id}`);
    await s.product().api('POST', `/orders/${id}/retry`, { reason: 'look at it' });
    const { task: again } = await s.until(
      id,
      (order) => order.task !== null && order.task.task_id !== task.task_id,
      30_000,
    );
    await s.product().tasks('DELETE', `/tasks/${again.task_id}`);
    await s.product().api('POST', `/orders/${id}/retry`, { reason: 'look at it' });
    expect(await actionOf(id)).toMatchObject({ reason: 'task_deleted' });
    expect(await s.workUntilEnd(id)).toMatchObject({ stage: 'FULFILLED' });
  });
});

it('asks about a priority that no mapping knows, and again when it is tried in vain', async () => {
  const sku = await s.newSku(3);
  const id = await s.place([{ sku, qty: 1 }], { account_priority: 'diamond' });
  const action = await actionOf(id);
  expect(action).toMatchObject({ reason: 'unmapped_value' });
  expect(action.detail).toContain('account_priority');
  expect((await decide(action, 'retry')).status).toBe(200);
  const again = await eventually(async () => {
    const next = await actionOf(id);
    return next.action_id === action.action_id ? undefined : next;
  }, 20_000);
  expect(again).toMatchObject({ reason: 'unmapped_value', status: 'OPEN' });
});

it('holds and releases an order, and cancels it at an operator’s word', async () => {
  const sku = await s.newSku(9);
  const id = await s.place([{ line_id: 'L1', sku, qty: 2 }]);
  await s.until(id, (order) => order.lines[0]?.allocated === 2);
  const act = (command: string): Promise<Answer> =>
    s.product().api('POST', `/orders/${id}/${command}`, { reason: 'the customer called' });
  expect((await act('hold')).status).toBe(200);
  await s.amend(id, { items: [{ line_id: 'L1', sku, qty: 5 }] });
  const held = await s.until(id, (order) => order.lines[0].ordered === 5);
  expect(held.lines).toMatchObject([{ allocated: 2, open: 3 }]);
  expect(held.flags).toContain('ON_HOLD');
  expect((await act('release')).status).toBe(200);
  await s.until(id, (order) => order.lines[0].allocated === 5);
  expect((await act('cancel')).status).toBe(200);
  await s.untilStage(id, 'CANCELLED');
  expect((await act('cancel')).status).toBe(409);
});
