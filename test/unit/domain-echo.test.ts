import { describe, expect, it } from 'vitest';
import type { OrderView } from '../../src/contracts/operators.ts';
import { isEcho } from '../../src/domain/echo.ts';
import type { PickReported, TaskReported } from '../../src/domain/inputs.ts';

const FACT = { connection: 'any', eventId: 'e1', receivedAt: 1 };

const view: OrderView = {
  order_id: 'ORD-1',
  connection: 'crm',
  version: 1,
  stage: 'FULFILLING',
  headline: 'ALLOCATED',
  flags: [],
  priority: 'normal',
  lines: [],
  task: { task_id: 'T-1', status: 'OPEN' },
  picks: [{ pick_id: 'PICK-1', reference: 'pick:ORD-1:1:1', status: 'CREATED', lines: [] }],
  backorders: [],
  actions: [],
  in_flight: 0,
  waits_for: [],
  mapping_bundle: 'none',
};

function task(taskId: string, status: TaskReported['status']): TaskReported {
  return { ...FACT, type: 'task_reported', taskId, status };
}

function pick(given: Partial<PickReported>): PickReported {
  return {
    ...FACT,
    type: 'pick_reported',
    pickId: 'PICK-1',
    reference: 'pick:ORD-1:1:1',
    status: 'CREATED',
    sequence: 1,
    counts: 'picked',
    lines: [],
    ...given,
  };
}

describe('an echo', () => {
  it('is what the books hold already: our task as it is, our pick as it was created', () => {
    expect(isEcho(view, task('T-1', 'OPEN'))).toBe(true);
    expect(isEcho(view, pick({}))).toBe(true);
  });

  it('is nothing that a person or the floor did', () => {
    expect(isEcho(view, task('T-1', 'COMPLETED'))).toBe(false);
    expect(isEcho(view, pick({ status: 'ASSIGNED', sequence: 2 }))).toBe(false);
    expect(isEcho(view, pick({ status: 'PARTIAL', sequence: 2 }))).toBe(false);
  });

  it('is nothing that we have not heard of: its answer may have been lost', () => {
    expect(isEcho({ ...view, task: null }, task('T-1', 'OPEN'))).toBe(false);
    expect(isEcho({ ...view, picks: [] }, pick({}))).toBe(false);
    expect(isEcho(view, pick({ pickId: 'PICK-2' }))).toBe(false);
  });
});
