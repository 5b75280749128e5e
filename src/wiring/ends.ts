import type { CallName, ConnectionKind, EventMeaning } from './spec.ts';

/** What an event of one kind of system may become. */
export const MEANINGS_OF: Readonly<Record<ConnectionKind, readonly EventMeaning[]>> = {
  crm: ['order.created', 'order.updated', 'order.cancelled'],
  tasks: ['task.reported'],
  wms: ['pick.reported', 'pick.touched', 'stock.risen'],
};

/** The ends of ours of a call's mappings: what is sent, and what the answer may be read as. */
export interface CallEnds {
  send: string | null;
  receive: readonly string[];
  /** Nothing can be done without reading the answer. */
  reads: boolean;
  stated?: string;
}

const NOTHING: CallEnds = { send: null, receive: [], reads: false };
const PICK: CallEnds = { send: null, receive: ['pick.record'], reads: true };
const TASK: CallEnds = { send: null, receive: ['task.record'], reads: true };

export const ENDS: Readonly<Record<CallName, CallEnds>> = {
  tell_crm: { ...NOTHING, send: 'command.tell_crm' },
  get_order: { send: null, receive: ['order.record'], reads: true, stated: 'order.stated' },
  list_orders: { send: null, receive: ['order.record'], reads: true, stated: 'order.stated' },
  list_events: { send: null, receive: ['order.announced'], reads: true },
  create_task: { ...TASK, send: 'command.create_task' },
  update_task: { ...TASK, send: 'command.update_task' },
  look_at_task: TASK,
  open_action_task: { ...TASK, send: 'command.open_action_task' },
  update_action_task: { ...TASK, send: 'command.update_action_task' },
  list_tasks: TASK,
  request_pick: {
    send: 'command.request_pick',
    receive: ['pick.record', 'pick.named'],
    reads: true,
  },
  find_pick: PICK,
  look_at_pick: PICK,
  update_pick: { send: 'command.update_pick', receive: ['pick.record'], reads: false },
  cancel_pick: {
    send: 'command.cancel_pick',
    receive: ['pick.cancel_answered', 'pick.record'],
    reads: false,
  },
  read_stock: { send: null, receive: ['stock.level'], reads: true },
  list_picks: PICK,
  audit_stock: NOTHING,
  alive: NOTHING,
};

/** Without these a system cannot serve an order. */
export const REQUIRED_CALLS: Readonly<Record<ConnectionKind, readonly CallName[]>> = {
  crm: ['tell_crm', 'get_order'],
  tasks: ['create_task', 'update_task', 'look_at_task', 'open_action_task', 'update_action_task'],
  wms: ['request_pick', 'look_at_pick'],
};
