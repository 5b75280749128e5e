import type { OrderInput, OrderIntent } from '../domain/inputs.ts';
import { intentOf, type Unmapped } from '../normalise/crm.ts';
import {
  askOrder,
  forPerson,
  handOn,
  type CompareContext,
  type Drift,
  type LocalOrder,
} from './drift.ts';
import type { RemoteOrder } from './remote.ts';
import { retellClosed } from './retell.ts';

type Address = LocalOrder['address'];

/** Buckets that the CRM is told and that only move with what happened. */
const TOLD_BUCKETS = ['picked', 'shipped', 'cancelled'] as const;

/** What the CRM shows of one order, against our books of it: D16, D17, D18, D20, D23. */
export function compareCrm(
  we: LocalOrder | undefined,
  { address, crm }: { address: Address; crm: RemoteOrder },
  context: CompareContext,
): Drift[] {
  const ours = we?.view.version ?? 0;
  if (we === undefined || ours === 0) return unannounced(we, { address, crm }, context);
  if (crm.version > ours) return [newer(we, crm, context)];
  return toldTotals(we, crm, context);
}

function unannounced(
  we: LocalOrder | undefined,
  { address, crm }: { address: Address; crm: RemoteOrder },
  context: CompareContext,
): Drift[] {
  if (crm.items.length === 0 || (we !== undefined && we.closedAt !== null)) return [];
  const inputs = factsOf(address, crm, { type: 'order_created', ours: 0, context });
  const unmapped = inputs.some((input) => input.type === 'event_unmapped');
  return [
    handOn(
      {
        class: unmapped ? 'D23' : 'D16',
        we: { address },
        subject: `version ${crm.version}`,
        connection: address.connection,
        weSay: we === undefined ? 'no such order' : 'events of an order that nobody announced',
        theySay: shown(crm),
      },
      inputs,
    ),
  ];
}

function newer(we: LocalOrder, crm: RemoteOrder, context: CompareContext): Drift {
  const { address } = we;
  const cancelled = crm.cancellation?.version === crm.version;
  const input = {
    class: 'D16' as const,
    we,
    subject: `version ${crm.version}`,
    connection: address.connection,
    weSay: `version ${we.view.version}, ${we.view.headline}`,
    theySay: shown(crm),
  };
  if (we.closedAt !== null) {
    const weSay = `${input.weSay}, closed: what it wants now takes a new order`;
    return forPerson({ ...input, class: 'D20', weSay });
  }
  if (crm.cancellation === undefined && crm.status === 'CANCEL_REQUESTED') {
    // A CRM that does not say which lines it cancels cannot be obeyed without a person.
    return forPerson({ ...input, class: 'D17' });
  }
  const inputs = factsOf(address, crm, {
    type: 'order_updated',
    ours: we.view.version,
    context,
  });
  const unmapped = inputs.some((one) => one.type === 'event_unmapped');
  return handOn({ ...input, class: unmapped ? 'D23' : cancelled ? 'D17' : 'D16' }, inputs);
}

interface FactsInput {
  type: 'order_created' | 'order_updated';
  /** Version that we have. */
  ours: number;
  context: CompareContext;
}

/** The inputs that the CRM's webhooks would have led to; their ids follow from what they say. */
function factsOf(
  address: Address,
  crm: RemoteOrder,
  { type, ours, context }: FactsInput,
): [OrderInput, ...OrderInput[]] {
  const { connection, orderId } = address;
  const factOf = (version: number) => ({
    connection,
    eventId: `recon:${connection}:${orderId}:${version}`,
    receivedAt: context.now,
  });
  const { cancellation } = crm;
  const cancelled = cancellation?.version === crm.version;
  const listVersion = cancelled ? listVersionOf(crm) : crm.version;
  const intent = intentOf(crm, listVersion);
  const list = listInput(factOf(listVersion), { type, intent, crm });
  if (!cancelled) return [list];
  const cancel: OrderInput = {
    type: 'order_cancelled',
    ...factOf(crm.version),
    version: crm.version,
    reason: cancellation?.reason ?? null,
    lines: cancellation?.lines ?? null,
  };
  return ours === 0 || listVersion > ours ? [list, cancel] : [cancel];
}

/**
 * The list that a cancel follows stands at its own version: one step before the last of several
 * cancels, it would be a raise of what the ones before had cancelled.
 */
function listVersionOf({ cancellation, version }: RemoteOrder): number {
  return cancellation?.list_version ?? Math.max(1, version - 1);
}

interface ListInput {
  type: FactsInput['type'];
  intent: OrderIntent | Unmapped;
  crm: RemoteOrder;
}

function listInput(
  fact: { connection: string; eventId: string; receivedAt: number },
  { type, intent, crm }: ListInput,
): OrderInput {
  if ('code' in intent) {
    const eventType = type === 'order_created' ? 'ORDER.CREATED' : 'ORDER.UPDATED';
    return { type: 'event_unmapped', ...fact, eventType, ...intent };
  }
  return type === 'order_created'
    ? { type, ...fact, ...intent }
    : { type, ...fact, sentAt: Date.parse(crm.updated_at), ...intent };
}

function toldTotals(we: LocalOrder, crm: RemoteOrder, context: CompareContext): Drift[] {
  const shownLines = new Map(crm.lines.map((line) => [line.line_id, line]));
  const differences = we.view.lines.flatMap((line) => {
    const told = shownLines.get(line.line_id);
    return TOLD_BUCKETS.flatMap((bucket) => {
      const theirs = told?.[bucket] ?? 0;
      return theirs === line[bucket]
        ? []
        : [{ line: line.line_id, bucket, ours: line[bucket], theirs }];
    });
  });
  if (differences.length === 0) return [];
  const say = (side: 'ours' | 'theirs'): string =>
    differences.map((one) => `${one.line} ${one.bucket} ${one[side]}`).join(', ');
  const input = {
    class: 'D18' as const,
    we,
    subject: `event ${crm.sequence}: ${say('theirs')}`,
    connection: we.address.connection,
    weSay: say('ours'),
    theySay: `${say('theirs')} at event ${crm.sequence}`,
  };
  if (we.closedAt !== null) return [retellClosed(input, { we, crm }, context)];
  // An order that holds a dead letter may be unable to tell it.
  const isHeldUp = we.view.actions.some(
    (action) => action.dead_letter_id !== null && action.closed_at === null,
  );
  return [isHeldUp ? forPerson(input) : askOrder(input, context)];
}

function shown(crm: RemoteOrder): string {
  const units = crm.items.reduce((sum, item) => sum + item.qty, 0);
  const cancelled = crm.cancellation?.version === crm.version ? ', cancelled' : '';
  return `version ${crm.version}, ${crm.status}, ${units} units on ${crm.items.length} lines${cancelled}`;
}
