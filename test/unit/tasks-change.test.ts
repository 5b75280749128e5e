import { describe, expect, it } from 'vitest';
import type { Task, TaskPatch } from '../../src/contracts/tasks.ts';
import { changeTask } from '../../src/sandbox/tasks/change.ts';

const OPEN = {
  status: 'OPEN' as Task['status'],
  assignee: null as string | null,
  due_date: null as string | null,
  priority: 'normal' as Task['priority'],
  metadata: { order_id: 'ORD-1', pick_ids: ['P-1'] } as Record<string, unknown>,
};

const CASES: [string, TaskPatch, Partial<typeof OPEN>, string[]][] = [
  ['an assignee', { assignee: 'ann' }, { assignee: 'ann', status: 'ASSIGNED' }, ['assigned']],
  ['the status ASSIGNED', { status: 'ASSIGNED' }, { status: 'ASSIGNED' }, ['assigned']],
  ['completion', { status: 'COMPLETED' }, { status: 'COMPLETED' }, ['completed']],
  [
    'an assignee and completion at once',
    { assignee: 'ann', status: 'COMPLETED' },
    { assignee: 'ann', status: 'COMPLETED' },
    ['assigned', 'completed'],
  ],
  ['cancellation', { status: 'CANCELLED' }, { status: 'CANCELLED' }, []],
  ['a priority', { priority: 'high' }, { priority: 'high' }, []],
  [
    'metadata, merged by key',
    { metadata: { pick_id: 'P-2', pick_ids: ['P-1', 'P-2'] } },
    { metadata: { order_id: 'ORD-1', pick_id: 'P-2', pick_ids: ['P-1', 'P-2'] } },
    [],
  ],
];

describe('a patch of a task', () => {
  it.each(CASES)('with %s', (_, patch, expected, events) => {
    const change = changeTask(OPEN, patch);
    expect(change).toEqual({ task: { ...OPEN, ...expected }, changed: true, events });
  });

  it('that says what is so already changes nothing', () => {
    const { changed, events } = changeTask(OPEN, {
      status: 'OPEN',
      metadata: { order_id: 'ORD-1' },
    });
    expect({ changed, events }).toEqual({ changed: false, events: [] });
  });

  it('tells another assignee, and none when the assignee goes', () => {
    const assigned = changeTask(OPEN, { assignee: 'ann' }).task;
    expect(changeTask(assigned, { assignee: 'bob' }).events).toEqual(['assigned']);
    const back = changeTask(assigned, { assignee: null });
    expect(back).toMatchObject({ task: { status: 'OPEN' }, events: [] });
  });

  it('never completes twice', () => {
    const done = changeTask(OPEN, { status: 'COMPLETED' }).task;
    expect(changeTask(done, { status: 'COMPLETED', priority: 'low' }).events).toEqual([]);
  });
});
