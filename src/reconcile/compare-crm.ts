import {
  askOrder,
  forPerson,
  handOn,
  type CompareContext,
  type Drift,
  type LocalOrder,
} from './drift.ts';
import { wishOf, type Wish } from './crm-wish.ts';
import type { RemoteOrder, Stated } from './remote.ts';
import { retellClosed } from './retell.ts';

type Address = LocalOrder['address'];

/** Buckets that the CRM is told and that only move with what happened. */
const TOLD_BUCKETS = ['picked', 'shipped', 'cancelled'] as const;

/** An order, and what its CRM wants of it. */
export interface ShownOrder {
  address: Address;
  crm: RemoteOrder;
  stated(): Stated;
}

/** What the CRM shows of one order, against our books of it: D16, D17, D18, D20, D23. */
export function compareCrm(
  we: LocalOrder | undefined,
  shownOrder: ShownOrder,
  context: CompareContext,
): Drift[] {
  const { crm } = shownOrder;
  const ours = we?.view.version ?? 0;
  if (we === undefined || ours === 0) return unannounced(we, shownOrder, context);
  if (crm.version > ours) return [newer(we, shownOrder, context)];
  return toldTotals(we, crm, context);
}

function unannounced(
  we: LocalOrder | undefined,
  shownOrder: ShownOrder,
  context: CompareContext,
): Drift[] {
  const { address, crm } = shownOrder;
  if (crm.items.length === 0 || (we !== undefined && we.closedAt !== null)) return [];
  const input = {
    class: 'D16' as const,
    we: { address },
    subject: `version ${crm.version}`,
    connection: address.connection,
    weSay: we === undefined ? 'no such order' : 'events of an order that nobody announced',
    theySay: shown(crm),
  };
  const wish = wishOf(shownOrder, { type: 'order_created', ours: 0, context });
  return [handOn({ ...input, class: wish.unmapped ? 'D23' : 'D16' }, wish.inputs)];
}

function newer(we: LocalOrder, shownOrder: ShownOrder, context: CompareContext): Drift {
  const { address } = we;
  const { crm } = shownOrder;
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
  const ours = we.view.version;
  const wish = wishOf(shownOrder, { type: 'order_updated', ours, context });
  if (isVague(crm, wish)) return forPerson({ ...input, class: 'D17' });
  return handOn(
    { ...input, class: wish.unmapped ? 'D23' : wish.cancels ? 'D17' : 'D16' },
    wish.inputs,
  );
}

/** A CRM that does not say which lines it cancels cannot be obeyed without a person. */
function isVague(crm: RemoteOrder, { cancels }: Wish): boolean {
  return !cancels && crm.cancellation === undefined && crm.status === 'CANCEL_REQUESTED';
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
