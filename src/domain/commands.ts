import type { AskedLine, CancelWish, OrderIntent, PickStatus } from './inputs.ts';
import type { ActionTaskFace } from './actions/action.ts';
import type { CrmNotice, CrmNoticeType, TaskFace } from './order.ts';
import type { Priority } from './priority.ts';

/** Effects asked of other systems. `key` is the idempotency key and never changes for one effect. */
export type Command =
  | {
      kind: 'create_task';
      key: string;
      priority: Priority;
      dueAt: number | null;
      lineCount: number;
      unitCount: number;
    }
  | { kind: 'update_task'; key: string; taskId: string; patch: TaskPatch }
  | {
      kind: 'request_pick';
      key: string;
      priority: Priority;
      /** Epoch ms, part of the body: the same on every attempt. */
      requestedAt: number;
      lines: AskedLine[];
    }
  | { kind: 'look_at_pick'; key: string; reference: string; pickId: string }
  | {
      kind: 'cancel_pick';
      key: string;
      reference: string;
      pickId: string;
      /** Null for the whole pick. */
      lines: string[] | null;
      reason: string | null;
    }
  | { kind: 'look_at_task'; key: string; taskId: string }
  | {
      kind: 'open_action_task';
      key: string;
      actionId: string;
      title: string;
      instructions: string;
      face: ActionTaskFace;
    }
  | {
      kind: 'update_action_task';
      key: string;
      actionId: string;
      taskId: string;
      face: ActionTaskFace;
      statusChanges: boolean;
    }
  | { kind: 'update_pick'; key: string; reference: string; pickId: string; priority: Priority }
  | { kind: 'tell_crm'; key: string; notices: CrmNotice[] }
  | { kind: 'ask_crm'; key: string }
  | { kind: 'look_at_crm'; key: string };

/** Which of an order's systems a command goes to. */
export function systemOf(command: Pick<Command, 'kind'>): 'crm' | 'tasks' | 'wms' {
  switch (command.kind) {
    case 'create_task':
    case 'update_task':
    case 'look_at_task':
    case 'open_action_task':
    case 'update_action_task':
      return 'tasks';
    case 'request_pick':
    case 'look_at_pick':
    case 'cancel_pick':
    case 'update_pick':
      return 'wms';
    case 'tell_crm':
    case 'ask_crm':
    case 'look_at_crm':
      return 'crm';
  }
}

export interface TaskPatch {
  status?: 'COMPLETED' | 'CANCELLED' | 'OPEN';
  priority?: Priority;
  dueAt?: number | null;
  pickIds?: string[];
  backorderIds?: string[];
}

/** Units of one line of a pick as the WMS shows them; `short` is what it has closed short. */
export interface PickTotals {
  requested: number;
  allocated: number;
  picked: number;
  shipped: number;
  short: number;
  cancelled: number;
}

/** A line of a pick by our id of it. */
export interface SeenLine extends PickTotals {
  lineId: string;
  sku: string;
}

/** A pick as the WMS shows it now. */
export interface PickSnapshot {
  pickId: string;
  status: PickStatus;
  /** Last event that it contains; 0 of a WMS that does not number them, whose latest answer counts. */
  sequence: number;
  /** Without an id of ours a line is known by its SKU. */
  lines: (PickTotals & { lineId: string | null; sku: string })[];
}

export interface CrmSnapshot {
  sequence: number;
  /** Backorder events that it was told; absent when it does not show them. */
  announced?: { type: CrmNoticeType; backorderId: string }[];
  lines: {
    lineId: string;
    picked: number;
    shipped: number;
    backordered: number;
    cancelled: number;
  }[];
}

/** How a command ended. Outcomes that a rule covers are values; only `failed` is a dead letter. */
export type CommandOutcome =
  | { type: 'task_created'; taskId: string; status: string }
  | { type: 'task_updated'; status: string }
  | { type: 'task_seen'; status: string; face: Omit<TaskFace, 'status'> }
  | { type: 'task_missing' }
  | { type: 'pick_accepted'; pick: PickSnapshot }
  | { type: 'pick_out_of_stock' }
  | { type: 'pick_seen'; pick: PickSnapshot }
  | { type: 'pick_missing' }
  | { type: 'cancel_answered'; result: string; answered: string[]; pick: PickSnapshot }
  /** The WMS has no call by which it could be cancelled, or not these lines of it. */
  | { type: 'cancel_impossible'; detail: string }
  | { type: 'crm_told'; upTo: number }
  | { type: 'crm_disagrees'; crm: CrmSnapshot }
  | { type: 'crm_order'; intent: OrderIntent | null; cancel?: CancelWish | null }
  | { type: 'crm_seen'; crm: CrmSnapshot }
  | CommandFailure;

export interface CommandFailure {
  type: 'failed';
  /** Stable group of the failure, such as `wms 503`, `tasks unreachable` or `MAP_ENUM`. */
  cause: string;
  attempts: number;
  lastStatus: number | null;
  lastError: string;
}
