import type { Command } from '../../domain/commands.ts';
import type { TaskRecord } from '../../vocabulary/tasks.ts';
import { done, type Attempt, type CommandContext, type Connector } from '../attempt.ts';
import { ask, meaningless, type Asking, type Asked, type Vendor } from './ask.ts';
import { readAs, unreadAttempt, type Read } from './read-answer.ts';
import {
  createTaskWords,
  faceOf,
  openActionTaskWords,
  updateActionTaskWords,
  updateTaskWords,
} from './words.ts';

export interface VendorTasks extends Vendor {
  /** Where a person decides an action. */
  linkTo(actionId: string): string;
}

/** A task manager, as its file describes it. */
export function createVendorTasks(vendor: VendorTasks): Connector {
  return {
    close: () => vendor.http.close(),
    // No call looks a task up by our reference, so keys are all that can make a create safe.
    capability: {
      idempotentCreate: vendor.spec.can.idempotentCreate,
      getByReference: false,
      search: null,
    },
    async send(command, context) {
      const { order } = context;
      switch (command.kind) {
        case 'create_task':
          return createTask(vendor, createTaskWords(command, order), { command, context });
        case 'open_action_task': {
          const link = vendor.linkTo(command.actionId);
          const words = openActionTaskWords(command, { order, link });
          return createTask(vendor, words, { command, context });
        }
        case 'update_task':
          return updateTask(vendor, updateTaskWords(command), { command, context });
        case 'update_action_task':
          return updateTask(vendor, updateActionTaskWords(command), { command, context });
        case 'look_at_task':
          return lookAtTask(vendor, command, context);
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

interface Sending<Kind extends Command['kind']> {
  command: Extract<Command, { kind: Kind }>;
  context: CommandContext;
}

async function createTask(
  vendor: Vendor,
  words: unknown,
  { command, context }: Sending<'create_task' | 'open_action_task'>,
): Promise<Attempt> {
  const call = command.kind;
  const { key } = command;
  const asked = await ask(vendor, { call, words, key, ...ofOrder(context, { key }) });
  if (!asked.ok) return asked.attempt;
  const { meaning, answer } = asked;
  if (meaning !== 'ok' && meaning !== 'exists') {
    return meaningless(vendor, { call, meaning, answer });
  }
  const task = taskIn(vendor, asked);
  if (!task.ok) return unreadAttempt(task, answer.status);
  return done({ type: 'task_created', taskId: task.value.task_id, status: task.value.status });
}

async function updateTask(
  vendor: Vendor,
  words: unknown,
  { command, context }: Sending<'update_task' | 'update_action_task'>,
): Promise<Attempt> {
  const call = command.kind;
  const { key, taskId } = command;
  const asked = await ask(vendor, { call, words, key, ...ofOrder(context, { task_id: taskId }) });
  if (!asked.ok) return asked.attempt;
  const { meaning, answer } = asked;
  if (meaning === 'missing') return done({ type: 'task_missing' });
  if (meaning !== 'ok') return meaningless(vendor, { call, meaning, answer });
  const task = taskIn(vendor, asked);
  if (task.ok) return done({ type: 'task_updated', status: task.value.status });
  if (asked.call.receive !== null) return unreadAttempt(task, answer.status);
  const seen = await lookAtTask(vendor, { taskId }, context);
  if (seen.kind !== 'done' || seen.outcome.type !== 'task_seen') return seen;
  return done({ type: 'task_updated', status: seen.outcome.status });
}

async function lookAtTask(
  vendor: Vendor,
  { taskId }: { taskId: string },
  context: CommandContext,
): Promise<Attempt> {
  const call = 'look_at_task';
  const asked = await ask(vendor, { call, ...ofOrder(context, { task_id: taskId }) });
  if (!asked.ok) return asked.attempt;
  const { meaning, answer } = asked;
  if (meaning === 'missing') return done({ type: 'task_missing' });
  if (meaning !== 'ok') return meaningless(vendor, { call, meaning, answer });
  const task = taskIn(vendor, asked);
  if (!task.ok) return unreadAttempt(task, answer.status);
  return done({ type: 'task_seen', status: task.value.status, face: faceOf(task.value) });
}

function ofOrder(
  { order, timeoutMs }: CommandContext,
  names: Asking['names'],
): Pick<Asking, 'names' | 'timeoutMs'> {
  return { names: { ...names, order_id: order.orderId }, timeoutMs };
}

function taskIn(
  { maps }: Vendor,
  { call, answer }: Extract<Asked, { ok: true }>,
): Read<TaskRecord> {
  return readAs(maps, { mapping: call.receive, to: 'task.record' }, answer.body);
}
