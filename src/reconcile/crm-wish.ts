import type { OrderInput } from '../domain/inputs.ts';
import { intentOf } from '../vocabulary/intent.ts';
import type { StatedCancel } from '../vocabulary/orders.ts';
import type { ShownOrder } from './compare-crm.ts';
import type { CompareContext } from './drift.ts';
import type { RemoteOrder, Stated } from './remote.ts';

/** What the CRM wants and an order has not heard, as its webhooks would have told it. */
export interface Wish {
  inputs: [OrderInput, ...OrderInput[]];
  /** Its last word is a cancel. */
  cancels: boolean;
  /** What it wants has no words of ours. */
  unmapped: boolean;
}

interface WishInput {
  type: 'order_created' | 'order_updated';
  /** Version that we have. */
  ours: number;
  context: CompareContext;
}

export function wishOf(
  { address, crm, stated: read }: ShownOrder,
  { type, ours, context }: WishInput,
): Wish {
  const { connection, orderId } = address;
  // The ids follow from what they say, so that the same fact is taken once.
  const factOf = (version: number): Fact => ({
    connection,
    eventId: `recon:${connection}:${orderId}:${version}`,
    receivedAt: context.now,
  });
  const stated = read();
  const { listVersion, cancel } = standingOf(crm, stated);
  const list = listInput(factOf(listVersion), { type, stated, crm, listVersion });
  const unmapped = !stated.ok;
  if (cancel === null) return { inputs: [list], cancels: false, unmapped };
  const version = cancel.version ?? crm.version;
  const { reason, lines } = cancel;
  const asked: OrderInput = { type: 'order_cancelled', ...factOf(version), version, reason, lines };
  const hasList = ours > 0 && listVersion <= ours;
  return hasList
    ? { inputs: [asked], cancels: true, unmapped: false }
    : { inputs: [list, asked], cancels: true, unmapped };
}

interface Fact {
  connection: string;
  eventId: string;
  receivedAt: number;
}

interface Standing {
  listVersion: number;
  cancel: StatedCancel | null;
}

/**
 * The list that a cancel follows stands at its own version: one step before the last of several
 * cancels, it would be a raise of what the ones before had cancelled.
 */
function standingOf(crm: RemoteOrder, stated: Stated): Standing {
  const { version, cancellation } = crm;
  if (stated.ok) {
    return { listVersion: stated.value.version ?? version, cancel: stated.value.cancel };
  }
  // A list that nobody can read takes nothing from a cancel of it.
  if (cancellation == null || cancellation.version !== version) {
    return { listVersion: version, cancel: null };
  }
  return {
    listVersion: cancellation.list_version ?? Math.max(1, version - 1),
    cancel: cancellation,
  };
}

interface ListInput extends Pick<WishInput, 'type'> {
  stated: Stated;
  crm: RemoteOrder;
  listVersion: number;
}

function listInput(fact: Fact, { type, stated, crm, listVersion }: ListInput): OrderInput {
  if (!stated.ok) {
    const eventType = type === 'order_created' ? 'ORDER.CREATED' : 'ORDER.UPDATED';
    const { cause: code = 'MAP_TYPE', error: detail } = stated;
    return { type: 'event_unmapped', ...fact, eventType, code, detail };
  }
  const intent = { ...intentOf(stated.value), version: listVersion };
  return type === 'order_created'
    ? { type, ...fact, ...intent }
    : { type, ...fact, sentAt: Date.parse(crm.updated_at), ...intent };
}
