import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, pause } from '../support/eventually.ts';
import { startProduct, type Json, type Product } from '../support/product.ts';
import { createDriftScene, SETTLED_MS } from '../support/reconcile-scene.ts';

let product: Product;
const scene = createDriftScene(() => product);
const { order, pickOf, taskOf, tasksOf, allocated, repair, report, behindTheBack } = scene;

/** Nothing reconciles but what a test asks for, and no webhook tells what it does. */
beforeAll(async () => {
  product = await startProduct({
    env: {
      CROSSDOCK_TIME_SCALE: '0.01',
      CROSSDOCK_RECON_SCHEDULES: 'off',
      CROSSDOCK_RECON_T2_MS: '100000',
      // An order's own look at a silent pick (T0) would mend what a run is to find.
      CROSSDOCK_SILENCE_FIRST_MS: '1000000000',
      CROSSDOCK_SILENCE_MAX_MS: '1000000000',
    },
  });
});

afterAll(async () => {
  await product.stop();
});

async function deletePick(pickId: string): Promise<void> {
  behindTheBack('wms.db', 'delete from draws where pick_line like ?', `${pickId}/%`);
  for (const table of ['pick_lines', 'picks']) {
    behindTheBack('wms.db', `delete from ${table} where pick_id = ?`, pickId);
  }
}

/** Picks one unit and has its webhook tell it. */
async function pickOne(id: string): Promise<string> {
  const { pick_id: pickId } = await pickOf(id);
  await scene.webhooks('on');
  const lines = [{ sku: 'SKU-111', picked: 1 }];
  await product.wms('PATCH', `/picks/${pickId}`, { status: 'PARTIAL', lines });
  await eventually(async () => (await order(id)).lines[0].picked === 1, 30_000);
  await scene.webhooks('off');
  await pause(SETTLED_MS);
  return pickId;
}

/** Asks again and again, as the schedules would, until something has come of it. */
async function repairUntil(id: string, done: () => Promise<boolean>): Promise<void> {
  await eventually(async () => {
    await repair(id);
    await pause(500);
    return done();
  }, 60_000);
}

describe('drift of the warehouse', () => {
  it('is none where all sides agree', async () => {
    expect(await report(await allocated())).toEqual([]);
  });

  it('D1: an untouched pick that is gone is asked for again under its own key', async () => {
    const id = await allocated();
    const { pick_id: pickId, reference } = await pickOf(id);
    await deletePick(pickId);
    expect(await report(id)).toEqual(['D1 confirm unconfirmed']);
    await pause(SETTLED_MS);
    expect(await repair(id)).toEqual(['D1 reconcile_asked sent']);
    await repairUntil(id, async () => (await pickOf(id)) !== undefined);
    const made = await pickOf(id);
    expect(made.reference).toBe(reference);
    await eventually(async () => (await order(id)).picks[0].pick_id === made.pick_id, 30_000);
    expect((await order(id)).lines[0]).toMatchObject({ allocated: 2, backordered: 0 });
  });

  it('D1: a pick that had progress and is gone is for a person', async () => {
    const id = await allocated();
    await deletePick(await pickOne(id));
    await report(id);
    await pause(SETTLED_MS);
    expect(await repair(id)).toEqual(['D1 reconcile_asked sent']);
    await repairUntil(id, async () => (await order(id)).stage === 'NEEDS_ACTION');
    expect((await scene.action(id, 'pick_contradicted')).choices).toContain('adopt_remote');
  });

  it('D3: a pick under our reference that nobody here asked for is taken up', async () => {
    const id = await allocated();
    const reference = `pick:${id}:9:1`;
    const asked = await product.wms('POST', '/picks', {
      ...{ request_id: reference, timestamp: new Date().toISOString(), source: 'crossdock' },
      payload: {
        ...{ order_id: id, reference },
        line_items: [{ line_id: `${id}-1`, sku: 'SKU-111', qty: 1 }],
      },
    });
    expect(asked.status).toBeLessThan(300);
    expect(await report(id)).toEqual(['D3 pick_reported report_only']);
    expect(await repair(id)).toEqual(['D3 pick_reported sent']);
    const orphan = asked.body.pick_id;
    // One unit too many is with the warehouse: it is asked back.
    await eventually(async () => {
      const { body } = await product.wms('GET', `/picks/${orphan}`);
      return body.status === 'CANCELLED';
    }, 30_000);
    expect((await order(id)).lines[0]).toMatchObject({ ordered: 2, allocated: 2 });
  });

  it('D4: two picks under one reference: the untouched one is cancelled', async () => {
    const id = await allocated();
    const { pick_id: pickId, reference } = await pickOf(id);
    const twin = await product.wms('POST', '/picks', {
      ...{ request_id: `twin-${id}`, timestamp: new Date().toISOString(), source: 'somebody' },
      payload: { order_id: id, line_items: [{ line_id: `${id}-1`, sku: 'SKU-111', qty: 2 }] },
    });
    const twinId: string = twin.body.pick_id;
    scene.undo('wms.db', 'drop index picks_reference');
    behindTheBack('wms.db', 'update picks set reference = ? where pick_id = ?', reference, twinId);
    expect(await report(id)).toEqual(['D4 cancel_pick report_only']);
    expect(await repair(id)).toEqual(['D4 cancel_pick sent']);
    expect((await product.wms('GET', `/picks/${twinId}`)).body.status).toBe('CANCELLED');
    expect((await product.wms('GET', `/picks/${pickId}`)).body.status).toBe('CREATED');
    expect((await order(id)).lines[0]).toMatchObject({ ordered: 2, allocated: 2 });
    expect(await report(id)).toEqual([]);
  });

  it('D5: a pick goes on unseen and is followed', async () => {
    const id = await allocated();
    const { pick_id: pickId } = await pickOf(id);
    const lines = [{ sku: 'SKU-111', picked: 1 }];
    await product.wms('PATCH', `/picks/${pickId}`, { status: 'PARTIAL', lines });
    expect(await report(id)).toEqual(['D5 reconcile_asked report_only']);
    expect(await repair(id)).toContain('D5 reconcile_asked sent');
    await eventually(async () => (await order(id)).lines[0].picked === 1, 30_000);
    expect(await report(id)).toEqual([]);
  });

  it('D6: a pick shows less than it told: looked at again, never lowered, then a person', async () => {
    const id = await allocated();
    const pickId = await pickOne(id);
    behindTheBack(
      'wms.db',
      'update pick_lines set picked = picked - 1, allocated = allocated + 1 where pick_id = ?',
      pickId,
    );
    expect(await report(id)).toEqual(['D6 reconcile_asked report_only']);
    await repairUntil(id, async () => (await order(id)).stage === 'NEEDS_ACTION');
    await scene.action(id, 'pick_contradicted');
    expect((await order(id)).lines[0].picked).toBe(1);
    expect(await report(id)).toEqual(['D6 human reported']);
  });

  it('D7: of two events one is lost: the account of the warehouse fills the gap', async () => {
    const id = await allocated(3);
    const { pick_id: pickId } = await pickOf(id);
    const lines = [{ sku: 'SKU-111', picked: 1 }];
    await product.wms('PATCH', `/picks/${pickId}`, { status: 'PARTIAL', lines });
    await scene.webhooks('on');
    await product.wms('PATCH', `/picks/${pickId}`, { status: 'PARTIAL', lines });
    await eventually(async () => (await order(id)).lines[0].picked === 2, 30_000);
    await scene.webhooks('off');
    const kinds = (await order(id)).timeline.map((entry: Json) => entry.kind);
    expect(kinds).toContain('parked');
    expect(kinds).toContain('look');
    expect(await report(id)).toEqual([]);
  });

  it('D20: a pick changes after its order has ended: recorded, for a person', async () => {
    const id = await scene.ended();
    const { pick_id: pickId } = await pickOf(id);
    behindTheBack(
      'wms.db',
      'update pick_lines set shipped = shipped - 1 where pick_id = ?',
      pickId,
    );
    expect(await repair(id)).toEqual(['D20 human reported']);
    expect((await order(id)).stage).toBe('FULFILLED');
  });
});

describe('drift of the task manager', () => {
  it('D4: a second task of the order is closed, unless somebody has taken it', async () => {
    const id = await allocated();
    const { task_id: taskId, created_at: _c, updated_at: _u, ...copy } = await taskOf(id);
    const twin = await product.tasks('POST', '/tasks', copy);
    expect(twin.status).toBe(201);
    expect(await report(id)).toEqual(['D4 close_task report_only']);
    const path = `/tasks/${twin.body.task_id}`;
    await product.tasks('PATCH', path, { status: 'ASSIGNED', assignee: 'amy' });
    expect(await report(id)).toEqual(['D4 human reported']);
    await product.tasks('PATCH', path, { status: 'OPEN', assignee: null });
    await pause(SETTLED_MS);
    expect(await repair(id)).toEqual(['D4 close_task sent']);
    expect((await product.tasks('GET', path)).body.status).toBe('CANCELLED');
    expect((await product.tasks('GET', `/tasks/${taskId}`)).body.status).toBe('OPEN');
  });

  it('D4: the task of a question that nobody asks any more is closed', async () => {
    const id = await allocated();
    const stray = await product.tasks('POST', '/tasks', {
      ...{ external_ref: { type: 'order', id }, task_type: 'human_action', priority: 'high' },
      ...{ title: 'Decide', metadata: { order_id: id, action_id: 'ACT-gone' } },
    });
    expect(stray.status).toBe(201);
    await pause(SETTLED_MS);
    expect(await repair(id)).toEqual(['D4 close_task sent']);
    const task = (await product.tasks('GET', `/tasks/${stray.body.task_id}`)).body;
    expect(task.status).toBe('CANCELLED');
  });

  it('D5: somebody takes the task', async () => {
    const id = await allocated();
    const { task_id: taskId } = await taskOf(id);
    await product.tasks('PATCH', `/tasks/${taskId}`, { status: 'ASSIGNED', assignee: 'amy' });
    expect(await repair(id)).toEqual(['D5 task_reported sent']);
    await eventually(async () => (await order(id)).task.status === 'ASSIGNED', 30_000);
  });

  it('D13: a person closes the task: the order goes on, and a person is asked', async () => {
    const id = await allocated();
    const { task_id: taskId } = await taskOf(id);
    await product.tasks('PATCH', `/tasks/${taskId}`, { status: 'COMPLETED' });
    expect(await repair(id)).toEqual(['D13 task_reported sent']);
    await scene.action(id, 'task_closed');
    expect((await order(id)).closed_at).toBeNull();
    expect(await report(id)).toEqual(['D13 human reported']);
  });

  it('D14: a field of ours is written over; what a person owns is kept', async () => {
    const id = await allocated();
    const { task_id: taskId, priority } = await taskOf(id);
    const edit = { priority: 'urgent', assignee: 'amy' };
    await product.tasks('PATCH', `/tasks/${taskId}`, edit);
    expect(await report(id)).toContain('D14 reconcile_asked report_only');
    expect(await repair(id)).toContain('D14 reconcile_asked sent');
    await eventually(async () => (await taskOf(id)).priority === priority, 30_000);
    expect(await taskOf(id)).toMatchObject({ status: 'ASSIGNED', assignee: 'amy' });
    await eventually(async () => (await order(id)).task.status === 'ASSIGNED', 30_000);
  });

  it('D14: edited again and again, a person is asked and it is left alone', async () => {
    const id = await allocated();
    const { task_id: taskId, priority } = await taskOf(id);
    for (let time = 0; time < 3; time += 1) {
      await product.tasks('PATCH', `/tasks/${taskId}`, { priority: 'urgent' });
      await repairUntil(id, async () => (await taskOf(id)).priority === priority);
    }
    await product.tasks('PATCH', `/tasks/${taskId}`, { priority: 'low' });
    expect(await repair(id)).toEqual(['D14 reconcile_asked sent']);
    await eventually(async () => (await order(id)).actions[0]?.reason === 'task_edited', 30_000);
    expect((await taskOf(id)).priority).toBe('low');
  });

  it('D15: a deleted task is made anew once; the second time a person is asked', async () => {
    const id = await allocated();
    const { task_id: first } = await taskOf(id);
    await product.tasks('DELETE', `/tasks/${first}`);
    expect(await report(id)).toEqual(['D15 confirm unconfirmed']);
    await pause(SETTLED_MS);
    expect(await repair(id)).toEqual(['D15 reconcile_asked sent']);
    const second = await eventually(async () => taskOf(id), 30_000);
    expect(second.task_id).not.toBe(first);
    expect((await tasksOf(id)).length).toBe(1);
    await eventually(async () => (await order(id)).task?.task_id === second.task_id, 30_000);
    await product.tasks('DELETE', `/tasks/${second.task_id}`);
    await report(id);
    await pause(SETTLED_MS);
    expect(await repair(id)).toEqual(['D15 reconcile_asked sent']);
    await eventually(async () => (await order(id)).actions[0]?.reason === 'task_deleted', 30_000);
    expect(await taskOf(id)).toBeUndefined();
  });
});

describe('drift of the CRM', () => {
  it('D16: a change is taken as its webhook would have been', async () => {
    const id = await allocated();
    await product.crm('PATCH', `/orders/${id}`, { items: [{ sku: 'SKU-111', qty: 3 }] });
    expect(await report(id)).toEqual(['D16 order_updated report_only']);
    expect(await repair(id)).toEqual(['D16 order_updated sent']);
    await eventually(async () => (await order(id)).lines[0].ordered === 3, 30_000);
  });

  it('D17: a cancel starts the handshake with the warehouse', async () => {
    const id = await allocated();
    await product.crm('POST', `/orders/${id}/cancel`, { reason: 'no more' });
    expect(await report(id)).toEqual(['D17 order_cancelled report_only']);
    expect(await repair(id)).toEqual(['D17 order_cancelled sent']);
    await eventually(async () => (await order(id)).stage === 'CANCELLED', 30_000);
    expect((await pickOf(id)).status).toBe('CANCELLED');
  });

  it('D18: what the CRM forgot is told again while the order is open', async () => {
    const id = await allocated();
    await pickOne(id);
    await eventually(async () => (await scene.crmOrder(id)).lines[0].picked === 1, 30_000);
    behindTheBack('crm.db', 'update order_lines set picked = 0 where order_id = ?', id);
    expect(await report(id)).toEqual(['D18 reconcile_asked report_only']);
    expect(await repair(id)).toEqual(['D18 reconcile_asked sent']);
    await eventually(async () => (await scene.crmOrder(id)).lines[0].picked === 1, 30_000);
    expect(await report(id)).toEqual([]);
  });

  it('D18: a CRM that is back from an old backup is told again of an order that has ended', async () => {
    const id = await scene.ended();
    const before = await scene.crmOrder(id);
    expect(before).toMatchObject({ status: 'FULFILLED', lines: [{ shipped: 2 }] });
    behindTheBack('crm.db', 'delete from order_events where order_id = ?', id);
    behindTheBack('crm.db', 'update order_lines set shipped = 0 where order_id = ?', id);
    behindTheBack(
      'crm.db',
      `update orders set sequence = 0, status = 'OPEN' where order_id = ?`,
      id,
    );
    expect(await report(id)).toEqual(['D18 tell_crm report_only']);
    expect(await repair(id)).toEqual(['D18 tell_crm sent']);
    const after = await scene.crmOrder(id);
    expect(after).toMatchObject({ status: 'FULFILLED', sequence: 1, lines: before.lines });
    expect(await report(id)).toEqual([]);
  });

  it('D20: a change of an order that has ended is for a person, who is told what to do', async () => {
    const id = await scene.ended();
    await product.crm('PATCH', `/orders/${id}`, { items: [{ sku: 'SKU-111', qty: 9 }] });
    const run = await scene.reconcile({ scope: { order_id: id } });
    expect(run.drifts).toMatchObject([{ class: 'D20', action: 'human', result: 'reported' }]);
    expect(run.drifts[0].we_say).toContain('takes a new order');
  });

  it('D23: a value that no rule maps reaches the order as such, and a person', async () => {
    const id = `${await allocated()}-x`;
    const customer = { account_priority: 'diamond' };
    const items = [{ sku: 'SKU-111', qty: 1 }];
    await product.crm('POST', '/orders', { order_id: id, customer, items });
    expect(await repair(id)).toEqual(['D23 event_unmapped sent']);
    await eventually(async () => (await order(id)).stage === 'NEEDS_ACTION', 30_000);
  });

  it('says so when nobody knows the order, or the connection', async () => {
    const unknown = await scene.reconcile({ scope: { order_id: 'ORD-NOBODY' } });
    expect(unknown.status).toBe('failed');
    expect(unknown.brakes.failed).toContain('neither our books nor the CRM know it');
    const nowhere = await scene.reconcile({ scope: { connection: 'nope' } });
    expect(nowhere.status).toBe('failed');
    expect(nowhere.brakes.failed).toContain('Known are crm, tasks, wms');
  });
});
