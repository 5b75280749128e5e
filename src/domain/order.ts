import type { OrderAddress } from './ids.ts';
import type { OrderCancelled, OrderUpdated, PickReported, PickStatus } from './inputs.ts';
import type { Command } from './commands.ts';
import type { Line } from './books.ts';
import type { OrderPolicy } from './policy.ts';
import type { Priority } from './priority.ts';

/** One line of a pick as the WMS tells it. `short` counts the floor's shorts and the closed ones. */
export interface PickLine {
  lineId: string;
  sku: string;
  requested: number;
  allocated: number;
  /** Total ever picked and not put back. */
  picked: number;
  shipped: number;
  short: number;
  cancelled: number;
  /** The part of `short` that the WMS has closed: ours to backorder, no longer its to fill. */
  closed: number;
}

/** Our side of one pick (fulfilment 3.4). */
export interface PickRequest {
  split: number;
  attempt: number;
  /** Idempotency key and reference. */
  reference: string;
  status: 'sending' | 'accepted' | 'out_of_stock';
  pickId: string | null;
  pickStatus: PickStatus | null;
  /** Last event sequence that the books contain. */
  sequence: number;
  lines: PickLine[];
  /** Backorder whose units this request is to fill, when it is a child pick. */
  fills: string | null;
  /** Fingerprints of the last applied events, by sequence, to tell a repeat from a contradiction. */
  applied: { sequence: number; fingerprint: string }[];
  buffered: PickReported[];
  /** When a gap is given up and the WMS is asked, epoch ms. */
  gapDueAt: number | null;
  /** When silence is long enough to ask the WMS, epoch ms; null when nothing more is expected. */
  checkAt: number | null;
  checks: number;
  /** Lines whose cancel the WMS has answered; it is not asked for them twice. */
  cancelAnswered: string[];
  cancelling: boolean;
}

export interface Backorder {
  backorderId: string;
  lineId: string;
  sku: string;
  /** Units it began with. */
  qty: number;
  /** Units that wait for stock. */
  open: number;
  /** Units in a child pick that the WMS has not answered yet. */
  inPick: number;
  filled: number;
  since: number;
  /** Child picks that got nothing, in a row. */
  misses: number;
  notBefore: number;
}

export type CrmBucket = 'picked' | 'shipped' | 'backordered' | 'cancelled';

export interface CrmLineDelta {
  lineId: string;
  sku: string;
  bucket: CrmBucket;
  delta: number;
  cumulative: number;
}

export type CrmNoticeType =
  | 'ORDER.UPDATED'
  | 'PICK.PARTIAL'
  | 'BACKORDER.CREATED'
  | 'BACKORDER.FILLED'
  | 'ORDER.CANCELLED';

/** One event that the CRM is to be told, in order. */
export interface CrmNotice {
  sequence: number;
  type: CrmNoticeType;
  /** Epoch ms, part of the body: the same on every attempt. */
  at: number;
  status: string;
  lines: CrmLineDelta[];
  backorderId: string | null;
  pickId: string | null;
}

export type CrmTold = Record<CrmBucket, number>;

/** What the task manager should show, and what it was last told (O3: task fields = f(order)). */
export interface TaskFace {
  status: 'OPEN' | 'COMPLETED' | 'CANCELLED';
  priority: Priority;
  dueAt: number | null;
  pickIds: string[];
  backorderIds: string[];
}

export interface DeadLetter {
  id: string;
  kind: 'command' | 'event';
  connection: string;
  /** The command's key or the event's id. */
  subject: string;
  cause: string;
  attempts: number;
  lastStatus: number | null;
  lastError: string;
  at: number;
  /** What a replay sends again; null for an event, which comes back through the inbox. */
  command: Command | null;
}

/** All that is known of one order: owned by its workflow's loop, carried whole over continue-as-new. */
export interface OrderState {
  address: OrderAddress;
  wms: string;
  tasks: string;
  mappingBundle: string;
  policy: OrderPolicy;
  /** False for a shell that only holds events that came before their order. */
  known: boolean;
  version: number;
  /** The CRM's own time of the version applied, to order updates that carry no number. */
  sentAt: number;
  priority: Priority;
  promisedAt: number | null;
  lines: Line[];
  requests: PickRequest[];
  backorders: Backorder[];
  task: { taskId: string | null; told: TaskFace | null; status: string | null; updates: number };
  crm: { nextSequence: number; queue: CrmNotice[]; told: Record<string, CrmTold> };
  cancelReason: string | null;
  inFlight: Command[];
  deadLetters: DeadLetter[];
  parked: PickReported[];
  early: (OrderUpdated | OrderCancelled)[];
  orphan: { dueAt: number; asks: number } | null;
  /** `connection/eventId` of the last inputs taken. */
  seen: string[];
  /** Latest time that an outside fact carried: stable over a repeated step, unlike a clock. */
  clock: number;
  createdAt: number;
  closedAt: number | null;
  counters: { split: number; backorder: number; deadLetter: number; entry: number; step: number; ask: number };
}
