import type { Action, Concern } from './actions/action.ts';
import type { OrderAddress } from './ids.ts';
import type { Line } from './books.ts';
import type { Command } from './commands.ts';
import type { OrderCancelled, OrderUpdated, PickReported } from './inputs.ts';
import type { PickRequest } from './pick.ts';
import type { OrderPolicy } from './policy.ts';
import type { Priority } from './priority.ts';
import type { Version } from './versions.ts';

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
  'ORDER.UPDATED' | 'PICK.PARTIAL' | 'BACKORDER.CREATED' | 'BACKORDER.FILLED' | 'ORDER.CANCELLED';

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

/** A stop that an operator put on the order: nothing new is asked of the warehouse meanwhile. */
export interface Hold {
  by: string;
  reason: string;
  at: number;
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
  /** Keys of commands that were on their way when the bundle was exchanged. */
  inOldWords: string[];
  policy: OrderPolicy;
  /** False for a shell that only holds events that came before their order. */
  known: boolean;
  /** The highest that was taken. */
  version: number;
  /** What the CRM has stated so far, in its order. */
  versions: Version[];
  priority: Priority;
  promisedAt: number | null;
  lines: Line[];
  requests: PickRequest[];
  backorders: Backorder[];
  task: {
    taskId: string | null;
    told: TaskFace | null;
    status: string | null;
    /** A person gave the task up: none is made again. */
    givenUp: boolean;
    /** Times that it was found gone, and how many of them are made good before a person is asked. */
    deletions: number;
    deletionsMadeGood: number;
    /** Times that our fields were written over what somebody had made of them. */
    rewrites: number;
  };
  crm: {
    nextSequence: number;
    queue: CrmNotice[];
    told: Record<string, CrmTold>;
    /** It asked to cancel, and has been told nothing since. */
    awaitsCancelAnswer: boolean;
    /** Times in a row that the CRM stood elsewhere than we thought. */
    disagreements: number;
  };
  cancelReason: string | null;
  holds: Hold[];
  /** Conditions that a person is asked about when they last. */
  concerns: Concern[];
  actions: Action[];
  /** When a unit last moved, epoch ms. */
  movedAt: number;
  inFlight: Command[];
  deadLetters: DeadLetter[];
  /** Contents of events that nobody could read and a person gave up. */
  givenUp: string[];
  parked: PickReported[];
  early: (OrderUpdated | OrderCancelled)[];
  /** The version at which the CRM was asked, before the end, whether there is a later one. */
  farewell: number | null;
  /** Of a shell: when the CRM is asked next, how often it was, and how often it denied the order. */
  orphan: { dueAt: number; asks: number; denials: number } | null;
  /** `connection/eventId` of the last inputs taken. */
  seen: string[];
  /** Latest time that an outside fact carried: stable over a repeated step, unlike a clock. */
  clock: number;
  createdAt: number;
  closedAt: number | null;
  counters: {
    split: number;
    deadLetter: number;
    entry: number;
    input: number;
    ask: number;
    action: number;
  };
}
