import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvelopeSchema } from '../../src/contracts/envelope.ts';
import { TaskEventSchema, TaskSchema } from '../../src/contracts/tasks.ts';
import { eventually } from '../support/eventually.ts';
import { startSandboxStage, type SandboxStage } from '../support/sandbox-stage.ts';

let tasks: SandboxStage;

beforeEach(async () => {
  tasks = await startSandboxStage('tasks');
});

afterEach(async () => {
  await tasks.close();
});

const TASK = {
  external_ref: { type: 'order', id: 'ORD-1' },
  task_type: 'fulfillment_pick',
  priority: 'high',
  title: 'Fulfil ORD-1',
  instructions: 'Pack <well> & "soon"',
  due_date: '2026-01-19T23:59:00Z',
  metadata: { order_id: 'ORD-1' },
};

function told(count: number) {
  return eventually(() => tasks.told().length >= count && tasks.told());
}

describe('a task', () => {
  it('is made, answered whole, and told as TASK.CREATED with the payload of the seed', async () => {
    const answer = await tasks.call('POST', '/tasks', TASK, 'task:ORD-1:pick');
    expect(answer.status).toBe(201);
    const task = TaskSchema.parse(answer.body);
    expect(task).toMatchObject({ ...TASK, status: 'OPEN', assignee: null });
    const [event] = await told(1);
    expect(EnvelopeSchema.parse(event)).toMatchObject({
      event_id: `evt_task_${task.task_id}_1_created`,
      event_type: 'TASK.CREATED',
      source: 'taskmgr.sandbox',
    });
    expect(TaskEventSchema.parse(event?.payload)).toEqual({
      task_id: task.task_id,
      external_ref: TASK.external_ref,
      task_type: 'fulfillment_pick',
      status: 'OPEN',
      assignee: null,
      priority: 'high',
      instructions: TASK.instructions,
      due_date: TASK.due_date,
    });
  });

  it('is made once per key, also when every answer is lost', async () => {
    const fault = { method: 'POST', path: '/tasks', kind: 'drop_after', times: 3 };
    await tasks.call('POST', '/_sandbox/faults', fault);
    for (let n = 0; n < 3; n += 1) {
      await expect(tasks.call('POST', '/tasks', TASK, 'key')).rejects.toThrow();
    }
    const again = await tasks.call('POST', '/tasks', { ...TASK, title: 'other' }, 'key');
    expect(again.status).toBe(200);
    expect(again.body.title).toBe(TASK.title);
    const { body: list } = await tasks.call('GET', '/tasks?external_ref=ORD-1');
    expect(list).toEqual({ items: [again.body], next: null });
    const { body: log } = await tasks.call('GET', '/_sandbox/requests?method=POST&path=/tasks');
    expect(log.items.map((item: { effect: string }) => item.effect)).toEqual([
      'created',
      'replayed',
      'replayed',
      'replayed',
    ]);
    await told(1);
    expect(tasks.told()).toHaveLength(1);
  });

  it('without a key is made each time', async () => {
    await tasks.call('POST', '/tasks', TASK);
    await tasks.call('POST', '/tasks', TASK);
    expect((await tasks.call('GET', '/tasks')).body.items).toHaveLength(2);
  });

  it('is patched, and a repeat under the same key changes nothing', async () => {
    const { body: task } = await tasks.call('POST', '/tasks', TASK);
    const path = `/tasks/${task.task_id}`;
    const patch = { status: 'COMPLETED', metadata: { pick_id: 'PICK-1' } };
    const fault = { method: 'PATCH', path: '/tasks/*', kind: 'drop_after' };
    await tasks.call('POST', '/_sandbox/faults', fault);
    await expect(tasks.call('PATCH', path, patch, 'k')).rejects.toThrow();
    const answer = await tasks.call('PATCH', path, patch, 'k');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: 'COMPLETED',
      metadata: { order_id: 'ORD-1', pick_id: 'PICK-1' },
    });
    expect((await tasks.call('GET', path)).body).toEqual(answer.body);
    const unkeyed = await tasks.call('PATCH', path, patch);
    expect(unkeyed.body).toEqual(answer.body);
    const { body: log } = await tasks.call('GET', '/_sandbox/requests?method=PATCH');
    expect(log.items.map((item: { effect: string }) => item.effect)).toEqual([
      'created',
      'replayed',
      'none',
    ]);
    const events = await told(2);
    expect(events[1]).toMatchObject({
      event_type: 'TASK.COMPLETED',
      payload: { status: 'COMPLETED' },
    });
    expect(tasks.told()).toHaveLength(2);
  });

  it('is deleted once, and its key makes another task then', async () => {
    const { body: task } = await tasks.call('POST', '/tasks', TASK, 'key');
    const path = `/tasks/${task.task_id}`;
    expect((await tasks.call('DELETE', path)).status).toBe(204);
    expect((await tasks.call('DELETE', path)).status).toBe(404);
    expect((await tasks.call('GET', path)).status).toBe(404);
    expect((await tasks.call('PATCH', path, { assignee: 'ann' })).status).toBe(404);
    const again = await tasks.call('POST', '/tasks', TASK, 'key');
    expect(again.status).toBe(201);
    expect(again.body.task_id).not.toBe(task.task_id);
  });

  it('that is deleted is told to nobody, and takes its patches and their answers with it', async () => {
    const { body: task } = await tasks.call('POST', '/tasks', TASK);
    const path = `/tasks/${task.task_id}`;
    expect((await tasks.call('PATCH', path, { priority: 'low' }, 'k')).status).toBe(200);
    await tasks.call('DELETE', path);
    expect((await tasks.call('PATCH', path, { priority: 'low' }, 'k')).status).toBe(404);
    expect((await tasks.call('GET', `${path}/page`)).status).toBe(404);
    await tasks.call('POST', '/tasks', { ...TASK, external_ref: { type: 'order', id: 'ORD-9' } });
    const types = (await told(2)).map((event) => event.event_type);
    expect(types).toEqual(['TASK.CREATED', 'TASK.CREATED']);
    const { body: log } = await tasks.call('GET', '/_sandbox/webhooks/deliveries');
    expect(log.items).toHaveLength(2);
  });

  it('for a person’s decision stands beside the task of its order, one for each key', async () => {
    const action = { ...TASK, task_type: 'human_action', title: 'Decide' };
    const made = [
      await tasks.call('POST', '/tasks', TASK, 'task:ORD-1:fulfil'),
      await tasks.call('POST', '/tasks', action, 'task:ORD-1:action-1'),
      await tasks.call('POST', '/tasks', action, 'task:ORD-1:action-2'),
      await tasks.call('POST', '/tasks', action, 'task:ORD-1:action-2'),
    ];
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 200]);
    expect(made[3]?.body).toEqual(made[2]?.body);
    const { body: list } = await tasks.call('GET', '/tasks?external_ref=ORD-1');
    expect(list.items.map((task: { task_type: string }) => task.task_type)).toEqual([
      'fulfillment_pick',
      'human_action',
      'human_action',
    ]);
  });

  it('that does not fit is refused with pointers', async () => {
    const answer = await tasks.call('POST', '/tasks', { ...TASK, priority: 'maximal' });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].pointer).toBe('/priority');
    expect((await tasks.call('GET', '/tasks/T-1x')).status).toBe(404);
  });

  it('is listed by reference and status, page by page', async () => {
    for (let n = 0; n < 5; n += 1) await tasks.call('POST', '/tasks', TASK);
    await tasks.call('POST', '/tasks', { ...TASK, external_ref: { type: 'order', id: 'ORD-2' } });
    await tasks.call('PATCH', '/tasks/T-2', { assignee: 'ann' });
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await tasks.call('GET', `/tasks?external_ref=ORD-1&limit=2${cursor}`);
      seen.push(...body.items.map((item: { task_id: string }) => item.task_id));
      cursor = body.next === null ? '' : `&cursor=${body.next}`;
    } while (cursor !== '');
    expect(seen).toEqual(['T-1', 'T-2', 'T-3', 'T-4', 'T-5']);
    const assigned = await tasks.call('GET', '/tasks?status=ASSIGNED');
    expect(assigned.body.items).toMatchObject([{ task_id: 'T-2', assignee: 'ann' }]);
    expect((await tasks.call('GET', '/tasks?status=LOST')).status).toBe(422);
  });

  it('stays over a restart, with its key', async () => {
    const { body } = await tasks.call('POST', '/tasks', TASK, 'key');
    await tasks.restart();
    expect((await tasks.call('POST', '/tasks', TASK, 'key')).body).toEqual(body);
  });
});

describe('the pages of a task', () => {
  const ACTION = {
    ...TASK,
    task_type: 'human_action',
    title: 'Decide <script>alert(1)</script>',
    metadata: {
      action_id: 'A-1',
      link: 'http://127.0.0.1:4000/actions/A-1',
      escalation: 'lead',
    },
  };

  function press(path: string, form: Record<string, string>, headers = {}) {
    return fetch(tasks.base + path, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'manual',
      headers,
    });
  }

  it('show it escaped, with its instructions, metadata and link', async () => {
    await tasks.call('POST', '/tasks', ACTION);
    const list = (await tasks.call('GET', '/')).body as string;
    expect(list).toContain('href="/tasks/T-1/page"');
    const page = (await tasks.call('GET', '/tasks/T-1/page')).body as string;
    expect(page).toContain('Decide &lt;script&gt;');
    expect(page).toContain('Pack &lt;well&gt; &amp; &quot;soon&quot;');
    expect(page).toContain(
      '<a class="big" href="http://127.0.0.1:4000/actions/A-1">Decide in Crossdock</a>',
    );
    expect(page).toContain('A-1');
    expect(list + page).not.toContain('<script');
  });

  it('show a decision with its due date, priority, assignee and escalation', async () => {
    await tasks.call('POST', '/tasks', {
      ...ACTION,
      assignee: 'kim',
      due_date: '2020-01-19T23:59:00Z',
    });
    const pageOf = async () => (await tasks.call('GET', '/tasks/T-1/page')).body as string;
    const page = await pageOf();
    expect(page).toContain(
      'Overdue since <time datetime="2020-01-19T23:59:00Z">2020-01-19 23:59 UTC',
    );
    expect(page).toContain('escalated to lead');
    for (const fact of ['high', 'kim', '2020-01-19 23:59 UTC', 'lead']) {
      expect(page).toContain(`<dd>${fact}</dd>`);
    }
    const patch = { due_date: '2999-01-01T00:00:00Z', metadata: { escalation: null } };
    await tasks.call('PATCH', '/tasks/T-1', patch);
    expect(await pageOf()).toContain('Due <time datetime="2999-01-01T00:00:00Z">');
    expect(await pageOf()).not.toContain('escalated');
    await tasks.call('PATCH', '/tasks/T-1', { status: 'CANCELLED' });
    expect(await pageOf()).not.toContain('Decide in Crossdock');
  });

  it('list decisions before other tasks, the first due on top, and ended ones last', async () => {
    await tasks.call('POST', '/tasks', { ...ACTION, due_date: '2020-01-01T00:00:00Z' });
    await tasks.call('PATCH', '/tasks/T-1', { status: 'COMPLETED' });
    await tasks.call('POST', '/tasks', { ...ACTION, due_date: '2020-03-01T00:00:00Z' });
    await tasks.call('POST', '/tasks', { ...ACTION, due_date: '2020-02-01T01:00:00+02:00' });
    await tasks.call('POST', '/tasks', { ...ACTION, due_date: null });
    await tasks.call('POST', '/tasks', { ...TASK, due_date: '2999-01-01T00:00:00Z' });
    const page = (await tasks.call('GET', '/')).body as string;
    const shown = [...page.matchAll(/href="\/tasks\/(T-\d)\/page"/g)].map((match) => match[1]);
    expect(shown).toEqual(['T-3', 'T-2', 'T-4', 'T-5', 'T-1']);
    expect(page.match(/Overdue since/g)).toHaveLength(2);
  });

  it('delete a task only after a second look, and lead back to the list', async () => {
    await tasks.call('POST', '/tasks', ACTION);
    const page = (await tasks.call('GET', '/tasks/T-1/page')).body as string;
    expect(page).toMatch(/<details>.*action="\/tasks\/T-1\/page\/delete".*<\/details>/s);
    const pressed = await press('/tasks/T-1/page/delete', {});
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, '/']);
    expect((await tasks.call('GET', '/tasks/T-1')).status).toBe(404);
    expect((await press('/tasks/T-1/page/delete', {})).status).toBe(404);
  });

  it('make no link of what a browser should not follow', async () => {
    const metadata = { link: 'javascript:alert(1)' };
    await tasks.call('POST', '/tasks', { ...ACTION, metadata });
    expect((await tasks.call('GET', '/tasks/T-1/page')).body).not.toContain('href="javascript');
  });

  it('assign and complete it by forms, and tell so', async () => {
    await tasks.call('POST', '/tasks', ACTION);
    const assigned = await press('/tasks/T-1/page/assign', { assignee: ' Ann & Bob ' });
    expect(assigned.status).toBe(303);
    expect(assigned.headers.get('location')).toBe('/tasks/T-1/page');
    expect((await press('/tasks/T-1/page/assign', { assignee: ' ' })).status).toBe(422);
    expect((await press('/tasks/T-1/page/complete', {})).status).toBe(303);
    expect((await press('/tasks/T-9/page/complete', {})).status).toBe(404);
    expect((await tasks.call('GET', '/tasks/T-1')).body).toMatchObject({
      status: 'COMPLETED',
      assignee: 'Ann & Bob',
    });
    const types = (await told(3)).map((event) => event.event_type);
    expect(types.sort()).toEqual(['TASK.ASSIGNED', 'TASK.COMPLETED', 'TASK.CREATED']);
    const page = (await tasks.call('GET', '/tasks/T-1/page')).body as string;
    expect(page).not.toMatch(/page\/(assign|complete)/);
  });

  it('cannot be pressed from another site', async () => {
    await tasks.call('POST', '/tasks', ACTION);
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await press('/tasks/T-1/page/complete', {}, headers)).status).toBe(403);
    expect((await tasks.call('GET', '/tasks/T-1')).body.status).toBe('OPEN');
  });
});
