import type { Decision } from '../contracts/operators.ts';
import type { Priority } from './priority.ts';

/** A fact from outside; `connection` and `eventId` together name it once and for all. */
interface Fact {
  connection: string;
  eventId: string;
  /** When our inbox received it, epoch ms: the same on every delivery to the workflow. */
  receivedAt: number;
}

export interface AskedLine {
  lineId: string;
  sku: string;
  qty: number;
}

/** What the CRM wants, whole: a line that is missing is wanted no more. */
export interface OrderIntent {
  /** Absent when the CRM sends none: the next version then. */
  version: number | null;
  priority: Priority;
  /** Promised date, epoch ms. */
  promisedAt: number | null;
  lines: AskedLine[];
}

export type OrderCreated = Fact & { type: 'order_created' } & OrderIntent;
export type OrderUpdated = Fact & { type: 'order_updated'; sentAt: number } & OrderIntent;

/** What the CRM wants no more. */
export interface CancelWish {
  version: number | null;
  reason: string | null;
  /** Line ids; null for the whole order. */
  lines: string[] | null;
}

export type OrderCancelled = Fact & { type: 'order_cancelled' } & CancelWish;

export type PickStatus =
  'CREATED' | 'ASSIGNED' | 'IN_PROGRESS' | 'PARTIAL' | 'COMPLETED' | 'CANCELLED';

export interface PickEventLine {
  lineId: string;
  sku: string;
  delta: number;
  cumulative: number;
  /** Units of the line not picked for want of stock so far, on the floor and closed. */
  short: number;
  /** Cancelled units of the line so far; null when the event does not say. */
  cancelled: number | null;
}

export type PickReported = Fact & {
  type: 'pick_reported';
  pickId: string;
  reference: string | null;
  status: PickStatus;
  sequence: number;
  /** Whether `delta` and `cumulative` count picked or shipped units. */
  counts: 'picked' | 'shipped';
  lines: PickEventLine[];
};

/** Something happened to a pick, and the event does not say what: its warehouse is asked. */
export type PickTouched = Fact & {
  type: 'pick_touched';
  pickId: string | null;
  reference: string | null;
};

export type TaskReported = Fact & {
  type: 'task_reported';
  taskId: string;
  status: 'OPEN' | 'ASSIGNED' | 'COMPLETED' | 'CANCELLED' | null;
};

/** An authentic, well-formed event whose values our mapping does not know. */
export type EventUnmapped = Fact & {
  type: 'event_unmapped';
  eventType: string;
  /** Stable code, such as MAP_ENUM. */
  code: string;
  detail: string;
};

/** The allocator found units for a backorder of this order and holds them for it. */
export type StockOffered = Fact & {
  type: 'stock_offered';
  backorderId: string;
  qty: number;
};

export type DeadLetterReplayed = Fact & {
  type: 'dead_letter_replayed';
  deadLetterId: string;
};

export type DeadLetterDiscarded = Fact & {
  type: 'dead_letter_discarded';
  deadLetterId: string;
  reason: string;
};

/** Units of line `lineId` that `qty` x `ratio` units of `sku` stand in for. */
export interface SubstituteLine {
  lineId: string;
  sku: string;
  qty: number;
  /** Units of the substitute for one unit of the line; 1 when absent. */
  ratio: number;
}

/** A person answers an action. `by` names the person or key. */
export type ActionDecided = Fact & {
  type: 'action_decided';
  actionId: string;
  expectedVersion: number;
  decision: Decision;
  /** Lines that it is about; null for all that the action names. */
  lines: string[] | null;
  substitutes: SubstituteLine[];
  note: string | null;
  by: string;
};

/** What an operator wants of an order. */
export type OperatorWish =
  | {
      command: 'cancel' | 'hold' | 'release' | 'retry';
      /** Of a cancel: null for the whole order. */
      lines: string[] | null;
    }
  | {
      command: 'remap';
      /** Hash of the mapping bundle that the order is to be pinned to. */
      bundle: string;
    };

/** An operator acts on an order by itself, without having been asked. */
export type OrderCommanded = Fact & {
  type: 'order_commanded';
  reason: string;
  by: string;
} & OperatorWish;

/** The reconciler, or a person, asks that the order be held against what the other systems show. */
export type ReconcileAsked = Fact & {
  type: 'reconcile_asked';
  /** Why it is asked: drift classes, or `operator`. */
  reason: string;
};

/** What the dispatcher and the allocator send to an order's workflow, in one signal each. */
export type OrderInput =
  | OrderCreated
  | OrderUpdated
  | OrderCancelled
  | PickReported
  | PickTouched
  | TaskReported
  | EventUnmapped
  | StockOffered
  | DeadLetterReplayed
  | DeadLetterDiscarded
  | ReconcileAsked
  | ActionDecided
  | OrderCommanded;
