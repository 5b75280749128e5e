import type { CrmOrder } from '../../src/contracts/crm.ts';
import type { OrderView } from '../../src/contracts/operators.ts';
import type { Pick } from '../../src/contracts/picks.ts';
import type { Task } from '../../src/contracts/tasks.ts';
import { readAs } from '../../src/connections/vendor/read-answer.ts';
import type { Stated } from '../../src/reconcile/remote.ts';
import { BUNDLE, MINUTE, START } from './reconcile-stage.ts';
import { shippedWiring } from './shipped-wiring.ts';

const LONG_AGO = new Date(START - 30 * MINUTE).toISOString();

/** The same order as all four sides have it: one line of three units, allocated in one pick. */
export function crmOrder(orderId: string, change: Partial<CrmOrder> = {}): CrmOrder {
  return {
    order_id: orderId,
    version: 1,
    status: 'ALLOCATED',
    sequence: 0,
    customer: { account_priority: 'gold' },
    items: [{ line_id: `${orderId}-1`, sku: 'SKU-1', qty: 3 }],
    fulfillment: {},
    lines: [
      {
        line_id: `${orderId}-1`,
        sku: 'SKU-1',
        ordered: 3,
        picked: 0,
        shipped: 0,
        backordered: 0,
        cancelled: 0,
      },
    ],
    created_at: LONG_AGO,
    updated_at: LONG_AGO,
    ...change,
  };
}

/** What the CRM wants, as the shipped mapping reads it. */
export function statedIn(order: CrmOrder): Stated {
  const { bundle } = shippedWiring();
  return readAs(bundle, { mapping: 'crm.order_stated', to: 'order.stated' }, order);
}

type PickLine = Pick['lines'][number];

export function pickLine(orderId: string, change: Partial<PickLine> = {}): PickLine {
  return {
    line_id: `${orderId}-1`,
    sku: 'SKU-1',
    requested: 3,
    allocated: 3,
    picked: 0,
    shipped: 0,
    short: 0,
    cancelled: 0,
    ...change,
  };
}

export function remotePick(orderId: string, change: Partial<Pick> = {}): Pick {
  return {
    pick_id: `P-${orderId}`,
    order_id: orderId,
    reference: `pick:${orderId}:1:1`,
    status: 'CREATED',
    outcome: null,
    priority: 'high',
    sequence: 1,
    lines: [pickLine(orderId)],
    created_at: LONG_AGO,
    updated_at: LONG_AGO,
    ...change,
  };
}

export function remoteTask(orderId: string, change: Partial<Task> = {}): Task {
  return {
    task_id: `T-${orderId}`,
    external_ref: { type: 'order', id: orderId },
    task_type: 'fulfillment_pick',
    status: 'OPEN',
    priority: 'high',
    title: `Pick ${orderId}`,
    instructions: null,
    due_date: null,
    assignee: null,
    metadata: { pick_ids: [`P-${orderId}`] },
    created_at: LONG_AGO,
    updated_at: LONG_AGO,
    ...change,
  };
}

export function orderView(orderId: string, change: Partial<OrderView> = {}): OrderView {
  return {
    order_id: orderId,
    connection: 'crm',
    version: 1,
    stage: 'FULFILLING',
    headline: 'ALLOCATED',
    flags: [],
    priority: 'high',
    lines: [
      {
        line_id: `${orderId}-1`,
        sku: 'SKU-1',
        ordered: 3,
        open: 0,
        requested: 0,
        allocated: 3,
        picked: 0,
        shipped: 0,
        backordered: 0,
        cancelled: 0,
        substituted_out: 0,
        over: 0,
      },
    ],
    task: { task_id: `T-${orderId}`, status: 'OPEN' },
    picks: [
      {
        pick_id: `P-${orderId}`,
        reference: `pick:${orderId}:1:1`,
        status: 'CREATED',
        lines: [pickLine(orderId)],
      },
    ],
    backorders: [],
    actions: [],
    in_flight: 0,
    waits_for: [`The warehouse to pick P-${orderId} (3 units to go)`],
    mapping_bundle: BUNDLE,
    ...change,
  };
}
