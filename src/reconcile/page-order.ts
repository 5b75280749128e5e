import { DEFAULT_CRM, type OrderAddress } from '../domain/ids.ts';
import { auditOrder } from './audit-order.ts';
import { expectedOf, listedIn } from './expected.ts';
import { bundleOf, createSides, routeIn, type Home } from './homes.ts';
import { lookFor, shelfOf, unseenOf } from './look-for.ts';
import { compareListed, compareWithCrm, type Asked } from './order-shown.ts';
import {
  addDrifts,
  contextOf,
  emptyDraft,
  noteUnread,
  type Draft,
  type PageDone,
  type PageInput,
  type RunDeps,
} from './run-deps.ts';

/** One order, held against everything at once; whoever asks for it does not wait for it to settle. */
export async function orderPage(deps: RunDeps, { run }: PageInput): Promise<PageDone> {
  const draft = emptyDraft();
  const address = addressOf(deps, run);
  const sides = createSides(deps.remote);
  const home = await homeOf(deps, { address, sides, draft });
  const asked: Asked = { deps, address, home, sides, draft, runId: run.runId };
  const crmKnows = await compareWithCrm(asked);
  const shown = new Set<string>();
  for (const connection of [home.wms, home.tasks]) {
    for (const remote of await compareListed(asked, connection)) shown.add(remote);
  }
  const we = deps.book.order(address);
  draft.scanned += we === undefined ? 0 : 1;
  if (we === undefined && !crmKnows && draft.drifts.length === 0) {
    return { draft, next: null, failed: unknownOrder(address, draft) };
  }
  if (we === undefined || we.closedAt !== null) return { draft, next: null };
  addDrifts(draft, auditOrder(we, deps.settings, contextOf(deps, run.runId)));
  const listed = listedIn(deps.remote.today());
  const expected = expectedOf(we, { home, listed, stage: 'all' }).filter(
    ({ system, connection, remote }) =>
      system !== 'crm' && !(`unread_${connection}` in draft.brakes) && !shown.has(remote),
  );
  const shelf = shelfOf(deps, run.runId, expected);
  const unseen = unseenOf(expected, { shelf, draft });
  const isWhole = await lookFor(deps, unseen, { we, home, run, draft, shelf, sides });
  if (isWhole && draft.drifts.length === 0 && Object.keys(draft.brakes).length === 0) {
    draft.verified.push(`${address.connection}/${address.orderId}`);
  }
  return { draft, next: null };
}

/** Without a connection it is the default CRM's, or the one's that has it in our books. */
function addressOf({ book, remote }: RunDeps, run: PageInput['run']): OrderAddress {
  const orderId = run.scopeOrderId ?? '';
  if (run.scopeConnection !== null) return { connection: run.scopeConnection, orderId };
  const names = remote
    .today()
    .connections.flatMap(({ spec }) => (spec.kind === 'crm' ? [spec.name] : []));
  if (names.includes(DEFAULT_CRM)) return { connection: DEFAULT_CRM, orderId };
  const ours = names.find((connection) => book.order({ connection, orderId }) !== undefined);
  return { connection: ours ?? names[0] ?? DEFAULT_CRM, orderId };
}

/** An order that is not in our books is at home where a new one would be. */
async function homeOf(
  { book, remote, routing }: RunDeps,
  { address, sides, draft }: Pick<Asked, 'address' | 'sides' | 'draft'>,
): Promise<Home> {
  const today = remote.today().bundle;
  const we = book.order(address);
  const bundle = we === undefined ? today : bundleOf(we);
  const side = await sides({ connection: address.connection, bundle });
  if (!('unread' in side)) return { ...routing, ...routeIn(side), bundle };
  noteUnread(draft, address.connection, side.unread);
  return { ...routing, bundle };
}

function unknownOrder({ connection, orderId }: OrderAddress, { brakes }: Draft): string {
  const unread = Object.values(brakes).map(String).join(', ');
  return unread === ''
    ? `No order ${orderId} of ${connection}: neither our books nor the CRM know it. Look at its id and connection.`
    : `No order ${orderId} of ${connection} in our books, and the other systems could not be asked: ${unread}.`;
}
