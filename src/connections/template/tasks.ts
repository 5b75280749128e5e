import { TaskSchema, type TaskCreate, type TaskPatch } from '../../contracts/tasks.ts';
import type { Command } from '../../domain/commands.ts';
import {
  done,
  isOk,
  readFailure,
  unreadable,
  type Attempt,
  type CommandContext,
  type Connector,
} from '../attempt.ts';
import type { HttpClient } from '../http.ts';

/** A task manager that speaks the template contract. */
export function createTemplateTasks(http: HttpClient): Connector {
  return {
    close: () => http.close(),
    async send(command, context) {
      switch (command.kind) {
        case 'create_task':
          return createTask(http, command, context);
        case 'update_task':
          return updateTask(http, command, context);
        default:
          return {
            kind: 'refused',
            status: 0,
            error: `A task manager does not take ${command.kind}`,
          };
      }
    },
  };
}

async function createTask(
  http: HttpClient,
  command: Extract<Command, { kind: 'create_task' }>,
  { order, timeoutMs }: CommandContext,
): Promise<Attempt> {
  const body: TaskCreate = {
    external_ref: { type: 'order', id: order.orderId },
    task_type: 'fulfillment_pick',
    priority: command.priority,
    title: `Pick ${order.orderId}`.slice(0, 256),
    instructions: `${command.unitCount} units on ${command.lineCount} lines`,
    due_date: iso(command.dueAt),
    metadata: { order_id: order.orderId },
  };
  const result = await http.call(
    { method: 'POST', path: '/tasks', body, idempotencyKey: command.key },
    timeoutMs,
  );
  if (!isOk(result)) return readFailure(result);
  const task = TaskSchema.safeParse(result.body).data;
  if (task === undefined) return unreadable(result.status, 'a task');
  return done({ type: 'task_created', taskId: task.task_id, status: task.status });
}

async function updateTask(
  http: HttpClient,
  command: Extract<Command, { kind: 'update_task' }>,
  { timeoutMs }: CommandContext,
): Promise<Attempt> {
  const { patch } = command;
  const metadata = {
    ...(patch.pickIds === undefined
      ? {}
      : { pick_id: patch.pickIds.at(-1) ?? null, pick_ids: patch.pickIds }),
    ...(patch.backorderIds === undefined
      ? {}
      : { backorder_id: patch.backorderIds.at(-1) ?? null, backorder_ids: patch.backorderIds }),
  };
  const body: TaskPatch = {
    ...(patch.status === undefined ? {} : { status: patch.status }),
    ...(patch.priority === undefined ? {} : { priority: patch.priority }),
    ...(patch.dueAt === undefined ? {} : { due_date: iso(patch.dueAt) }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
  const path = `/tasks/${encodeURIComponent(command.taskId)}`;
  const result = await http.call(
    { method: 'PATCH', path, body, idempotencyKey: command.key },
    timeoutMs,
  );
  if (!isOk(result)) return readFailure(result);
  const task = TaskSchema.safeParse(result.body).data;
  if (task === undefined) return unreadable(result.status, 'a task');
  return done({ type: 'task_updated', status: task.status });
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
