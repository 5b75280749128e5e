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
import type { HttpClient, HttpResult } from '../http.ts';

export interface TemplateTasksOptions {
  http: HttpClient;
  /** Where a person decides an action. */
  linkTo(actionId: string): string;
}

/** A task manager that speaks the template contract. */
export function createTemplateTasks({ http, linkTo }: TemplateTasksOptions): Connector {
  return {
    close: () => http.close(),
    async send(command, context) {
      switch (command.kind) {
        case 'create_task':
          return createTask(http, command, context);
        case 'update_task':
          return updateTask(http, command, context);
        case 'look_at_task':
          return lookAtTask(http, command.taskId, context);
        case 'open_action_task':
          return openActionTask({ http, linkTo }, command, context);
        case 'update_action_task':
          return patchTask(http, actionPatch(command), command, context);
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
  return postTask(http, { body, key: command.key, timeoutMs });
}

interface PostTask {
  body: TaskCreate;
  key: string;
  timeoutMs: number;
}

async function postTask(http: HttpClient, { body, key, timeoutMs }: PostTask): Promise<Attempt> {
  const result = await http.call(
    { method: 'POST', path: '/tasks', body, idempotencyKey: key },
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
  context: CommandContext,
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
  return patchTask(http, body, command, context);
}

async function patchTask(
  http: HttpClient,
  body: TaskPatch,
  { taskId, key }: { taskId: string; key: string },
  { timeoutMs }: CommandContext,
): Promise<Attempt> {
  const path = `/tasks/${encodeURIComponent(taskId)}`;
  const result = await http.call({ method: 'PATCH', path, body, idempotencyKey: key }, timeoutMs);
  if (isGone(result)) return done({ type: 'task_missing' });
  if (!isOk(result)) return readFailure(result);
  const task = TaskSchema.safeParse(result.body).data;
  if (task === undefined) return unreadable(result.status, 'a task');
  return done({ type: 'task_updated', status: task.status });
}

async function lookAtTask(
  http: HttpClient,
  taskId: string,
  { timeoutMs }: CommandContext,
): Promise<Attempt> {
  const path = `/tasks/${encodeURIComponent(taskId)}`;
  const result = await http.call({ method: 'GET', path }, timeoutMs);
  if (isGone(result)) return done({ type: 'task_missing' });
  if (!isOk(result)) return readFailure(result);
  const task = TaskSchema.safeParse(result.body).data;
  if (task === undefined) return unreadable(result.status, 'a task');
  return done({
    type: 'task_seen',
    status: task.status,
    face: {
      priority: task.priority,
      dueAt: task.due_date === null ? null : Date.parse(task.due_date),
      pickIds: texts(task.metadata['pick_ids']),
      backorderIds: texts(task.metadata['backorder_ids']),
    },
  });
}

async function openActionTask(
  { http, linkTo }: TemplateTasksOptions,
  command: Extract<Command, { kind: 'open_action_task' }>,
  { order, timeoutMs }: CommandContext,
): Promise<Attempt> {
  const { actionId, face } = command;
  const body: TaskCreate = {
    external_ref: { type: 'order', id: order.orderId },
    task_type: 'human_action',
    priority: face.priority,
    title: command.title.slice(0, 256),
    instructions: command.instructions.slice(0, 4096),
    due_date: iso(face.dueAt),
    metadata: {
      order_id: order.orderId,
      action_id: actionId,
      link: linkTo(actionId),
      escalation: face.escalation,
    },
  };
  return postTask(http, { body, key: command.key, timeoutMs });
}

/** Somebody may have taken the task: `OPEN` is only written over what had closed it. */
function actionPatch({
  face,
  statusChanges,
}: Extract<Command, { kind: 'update_action_task' }>): TaskPatch {
  return {
    ...(statusChanges ? { status: face.status } : {}),
    priority: face.priority,
    due_date: iso(face.dueAt),
    metadata: { escalation: face.escalation },
  };
}

function isGone(result: HttpResult): boolean {
  return result.kind === 'answer' && (result.status === 404 || result.status === 410);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
