import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '../../src/domain/commands.ts';
import {
  CONTEXT,
  expectFailuresTold,
  outcomeOf,
  sceneOf,
  type Scene,
  type VendorTarget,
} from './vendor-conformance.ts';

export interface TasksTarget extends VendorTarget {
  /** What the system holds, in its words. */
  tickets: object[];
  pageSize: number;
  /** Somebody deletes it there. */
  lose(taskId: string): void;
}

const DUE = Date.UTC(2026, 0, 3);

const CREATE: Command = {
  kind: 'create_task',
  key: 'task:O:pick',
  priority: 'high',
  dueAt: DUE,
  lineCount: 2,
  unitCount: 5,
};

const OPEN: Command = {
  kind: 'open_action_task',
  key: 'task:O:action',
  actionId: 'A-1',
  title: 'Decide',
  instructions: 'Look at it',
  face: { status: 'OPEN', priority: 'urgent', dueAt: null, escalation: null },
};

export function conformsAsTasks(title: string, start: () => Promise<TasksTarget>): void {
  describe(`${title} as a task manager`, () => {
    let scene: Scene<TasksTarget>;
    beforeEach(async () => {
      scene = await sceneOf(start);
    });
    afterEach(async () => {
      await scene.connector.close();
      await scene.target.stub.close();
    });
    const made = async (command: Command = CREATE) =>
      outcomeOf(await scene.connector.send(command, CONTEXT), 'task_created');
    const look = (taskId: string) =>
      scene.connector.send({ kind: 'look_at_task', key: 'l', taskId }, CONTEXT);

    test('a task is made once however often it is asked for', async () => {
      const first = await made();
      expect(first.status).toBe('OPEN');
      expect(await made()).toEqual(first);
      expect(scene.target.tickets).toHaveLength(1);
      expect(scene.connector.capability).toEqual({
        idempotentCreate: scene.target.spec.can.idempotentCreate,
        getByReference: false,
        search: null,
      });
    });

    test('a question to a person is a task with a link to its page', async () => {
      const { taskId } = await made(OPEN);
      expect(JSON.stringify(scene.target.tickets)).toContain('https://x/a/A-1');
      const seen = outcomeOf(await look(taskId), 'task_seen');
      expect(seen.face).toMatchObject({ priority: 'urgent', dueAt: null });
    });

    test('a task is changed in what changed, and seen as it was left', async () => {
      const { taskId } = await made();
      const first = outcomeOf(await look(taskId), 'task_seen');
      const face = { priority: 'high', dueAt: DUE, pickIds: [], backorderIds: [] };
      expect(first).toMatchObject({ status: 'OPEN', face });
      const patch = { pickIds: ['P-1'], backorderIds: ['B-1', 'B-2'] };
      const update: Command = { kind: 'update_task', key: 'u:1', taskId, patch };
      const kept = outcomeOf(await scene.connector.send(update, CONTEXT), 'task_updated');
      expect(kept.status).toBe('OPEN');
      const closing = { ...update, key: 'u:2', patch: { status: 'COMPLETED', dueAt: null } };
      const ended = await scene.connector.send(closing as Command, CONTEXT);
      expect(outcomeOf(ended, 'task_updated').status).toBe('COMPLETED');
      expect(outcomeOf(await look(taskId), 'task_seen')).toMatchObject({
        status: 'COMPLETED',
        face: { ...face, ...patch, dueAt: null },
      });
    });

    test('a question is only reopened when its status changes', async () => {
      const { taskId } = await made(OPEN);
      const face = { status: 'OPEN', priority: 'high', dueAt: DUE, escalation: 'r1' } as const;
      const command: Command = {
        ...{ kind: 'update_action_task', key: 'u', actionId: 'A-1', taskId, face },
        statusChanges: false,
      };
      const { stub } = scene.target;
      // The stub answers nothing to a change, so what is read of it must be read from a look.
      stub.disturb(({ method }) =>
        method === 'PATCH' ? { status: 200, body: scene.target.tickets[0] } : undefined,
      );
      outcomeOf(await scene.connector.send(command, CONTEXT), 'task_updated');
      const quiet = stub.calls.at(-1)?.body;
      const reopened = await scene.connector.send({ ...command, statusChanges: true }, CONTEXT);
      outcomeOf(reopened, 'task_updated');
      const loud = stub.calls.at(-1)?.body;
      expect(Object.keys(loud as object)).toHaveLength(Object.keys(quiet as object).length + 1);
    });

    test('a task that somebody deleted is missing', async () => {
      const { taskId } = await made();
      scene.target.lose(taskId);
      outcomeOf(await look(taskId), 'task_missing');
      const update: Command = { kind: 'update_task', key: 'u', taskId, patch: { dueAt: null } };
      outcomeOf(await scene.connector.send(update, CONTEXT), 'task_missing');
      expect(await scene.reader.get('look_at_task', { task_id: taskId })).toEqual({ found: null });
    });

    test('every task is listed once, over all pages', async () => {
      const ids = [];
      for (let n = 0; n < 5; n += 1) ids.push((await made({ ...CREATE, key: `k${n}` })).taskId);
      const listed: string[] = [];
      let cursor: string | null | undefined;
      for (let pages = 0; pages < 9 && cursor !== null; pages += 1) {
        const limit = scene.target.pageSize;
        const request = { orderId: CONTEXT.order.orderId, limit, cursor };
        const page = await scene.reader.list('list_tasks', request);
        if ('unread' in page) throw new Error(page.unread.error);
        listed.push(...page.records.map((record) => (record.ok ? record.value.task_id : '?')));
        cursor = page.next;
      }
      expect(cursor).toBeNull();
      expect(listed).toEqual(ids);
      const none = await scene.reader.list('list_tasks', { orderId: 'other', limit: 2 });
      expect(none).toEqual({ records: [], next: null });
    });

    test('what befalls a call is told as it is', async () => {
      await expectFailuresTold(scene, CREATE);
      await expectFailuresTold(scene, { kind: 'look_at_task', key: 'l', taskId: 'T-1' });
    });

    test('a command of another kind of system is refused', async () => {
      const attempt = await scene.connector.send({ kind: 'ask_crm', key: 'k' }, CONTEXT);
      expect(attempt).toMatchObject({ kind: 'refused', status: 0 });
    });
  });
}
