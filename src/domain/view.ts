import type { OrderView } from '../contracts/operators.ts';
import { actionViews } from './actions/action-view.ts';
import { backorderStatus } from './backorders.ts';
import { flagsOf, headlineOf, stageOf } from './headline.ts';
import type { Backorder, OrderState } from './order.ts';
import type { PickRequest } from './pick.ts';
import { waitsFor } from './waits.ts';

/** The order as people and the API read it. */
export function viewOf(state: OrderState): OrderView {
  return {
    order_id: state.address.orderId,
    connection: state.address.connection,
    version: state.version,
    stage: stageOf(state),
    headline: headlineOf(state),
    flags: flagsOf(state),
    priority: state.priority,
    lines: state.lines.map((line) => ({
      line_id: line.lineId,
      sku: line.sku,
      ordered: line.ordered,
      open: line.buckets.open,
      requested: line.buckets.requested,
      allocated: line.buckets.allocated,
      picked: line.buckets.picked,
      shipped: line.buckets.shipped,
      backordered: line.buckets.backordered,
      cancelled: line.buckets.cancelled,
      substituted_out: line.buckets.substitutedOut,
      over: line.over,
    })),
    task:
      state.task.taskId === null
        ? null
        : { task_id: state.task.taskId, status: state.task.status ?? 'OPEN' },
    picks: state.requests.filter((r) => r.status !== 'out_of_stock').map(pickView),
    backorders: state.backorders.map((backorder) => ({
      backorder_id: backorder.backorderId,
      line_id: backorder.lineId,
      qty: unitsOf(backorder),
      status: backorderStatus(backorder),
    })),
    actions: actionViews(state),
    in_flight: state.inFlight.length,
    waits_for: waitsFor(state),
    mapping_bundle: state.mappingBundle,
  };
}

/** Units that it stands for: what the order has lowered since is gone; one that is all gone shows what it was. */
function unitsOf({ qty, open, inPick, filled }: Backorder): number {
  return open + inPick + filled || qty;
}

function pickView(request: PickRequest): OrderView['picks'][number] {
  return {
    pick_id: request.pickId,
    reference: request.reference,
    status: request.pickStatus ?? 'REQUESTED',
    lines: request.lines.map((line) => ({
      line_id: line.lineId,
      sku: line.sku,
      requested: line.requested,
      allocated: line.allocated,
      picked: line.picked,
      shipped: line.shipped,
      short: line.closed,
      cancelled: line.cancelled,
    })),
  };
}

/** What an order is found by besides its id. */
export function termsOf(state: OrderState): string[] {
  const terms = new Set<string>();
  for (const line of state.lines) terms.add(line.sku);
  for (const request of state.requests) if (request.pickId !== null) terms.add(request.pickId);
  for (const backorder of state.backorders) terms.add(backorder.backorderId);
  if (state.task.taskId !== null) terms.add(state.task.taskId);
  return [...terms];
}
