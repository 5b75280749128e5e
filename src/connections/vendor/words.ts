import type { Command, PickSnapshot } from '../../domain/commands.ts';
import { crmKey, type OrderAddress } from '../../domain/ids.ts';
import type { CrmNotice, TaskFace } from '../../domain/order.ts';
import type { StatedCancel, OrderStated, TellCrm } from '../../vocabulary/orders.ts';
import type { CancelPick, PickRecord, RequestPick, UpdatePick } from '../../vocabulary/picks.ts';
import type {
  CreateTask,
  OpenActionTask,
  TaskRecord,
  UpdateActionTask,
  UpdateTask,
} from '../../vocabulary/tasks.ts';
import type { CancelWish } from '../../domain/inputs.ts';

/** Our commands and facts in the words that mappings run between. */

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

function addressOf({ connection, orderId }: OrderAddress): RequestPick['order'] {
  return { connection, order_id: orderId };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}

export function requestPickWords(
  { key, priority, requestedAt, lines }: Of<'request_pick'>,
  order: OrderAddress,
): RequestPick {
  return {
    order: addressOf(order),
    reference: key,
    priority,
    requested_at: iso(requestedAt),
    lines: lines.map(({ lineId, sku, qty }) => ({ line_id: lineId, sku, qty })),
  };
}

export function updatePickWords(
  { pickId, reference, priority }: Of<'update_pick'>,
  order: OrderAddress,
): UpdatePick {
  return { order: addressOf(order), pick_id: pickId, reference, priority };
}

export function cancelPickWords(
  { pickId, reference, lines, reason }: Of<'cancel_pick'>,
  order: OrderAddress,
): CancelPick {
  return { order: addressOf(order), pick_id: pickId, reference, lines, reason };
}

export function createTaskWords(command: Of<'create_task'>, order: OrderAddress): CreateTask {
  return {
    order: addressOf(order),
    priority: command.priority,
    due_at: isoOrNull(command.dueAt),
    line_count: command.lineCount,
    unit_count: command.unitCount,
  };
}

export function updateTaskWords({ taskId, patch }: Of<'update_task'>): UpdateTask {
  const { status, priority, dueAt, pickIds, backorderIds } = patch;
  return {
    task_id: taskId,
    ...(status === undefined ? {} : { status }),
    ...(priority === undefined ? {} : { priority }),
    ...(dueAt === undefined ? {} : { due_at: isoOrNull(dueAt) }),
    ...(pickIds === undefined ? {} : { pick_ids: pickIds }),
    ...(backorderIds === undefined ? {} : { backorder_ids: backorderIds }),
  };
}

interface Asked {
  order: OrderAddress;
  /** Where the person decides. */
  link: string;
}

export function openActionTaskWords(
  { actionId, title, instructions, face }: Of<'open_action_task'>,
  { order, link }: Asked,
): OpenActionTask {
  return {
    order: addressOf(order),
    action_id: actionId,
    title,
    instructions,
    link,
    priority: face.priority,
    due_at: isoOrNull(face.dueAt),
    escalation: face.escalation,
  };
}

/** Somebody may have taken the task: its status is only written over what had closed it. */
export function updateActionTaskWords({
  taskId,
  face,
  statusChanges,
}: Of<'update_action_task'>): UpdateActionTask {
  return {
    task_id: taskId,
    ...(statusChanges ? { status: face.status } : {}),
    priority: face.priority,
    due_at: isoOrNull(face.dueAt),
    escalation: face.escalation,
  };
}

export function tellCrmWords(notice: CrmNotice, order: OrderAddress): TellCrm {
  return {
    order: addressOf(order),
    event_id: crmKey(order, notice.sequence),
    type: notice.type,
    at: iso(notice.at),
    sequence: notice.sequence,
    status: notice.status,
    lines: notice.lines.map(({ lineId, ...line }) => ({ line_id: lineId, ...line })),
    backorder_id: notice.backorderId,
    pick_id: notice.pickId,
  };
}

/** A warehouse without a sequence of its own is at 0: then its latest answer counts. */
export function snapshotOf({ pick_id, status, sequence = 0, lines }: PickRecord): PickSnapshot {
  return {
    pickId: pick_id,
    status,
    sequence,
    lines: lines.map(({ line_id, ...line }) => ({ lineId: line_id ?? null, ...line })),
  };
}

export function faceOf({ priority, due_date, metadata }: TaskRecord): Omit<TaskFace, 'status'> {
  return {
    priority,
    dueAt: due_date === null ? null : Date.parse(due_date),
    pickIds: texts(metadata['pick_ids']),
    backorderIds: texts(metadata['backorder_ids']),
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

export function cancelWishOf(cancel: StatedCancel | OrderStated['cancel']): CancelWish | null {
  if (cancel === null) return null;
  const { version, reason, lines } = cancel;
  return { version, reason, lines };
}
