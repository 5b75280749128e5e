import { auditOrder } from './audit-order.ts';
import { repairsAllowed } from './brakes.ts';
import { askOrder, type Drift } from './drift.ts';
import { hasStockAudit } from './phases.ts';
import type { Delivery, StockFinding } from './remote.ts';
import {
  addDrifts,
  contextOf,
  driftRow,
  emptyDraft,
  looseDrift,
  noteUnread,
  type Draft,
  type PageDone,
  type PageInput,
  type RunDeps,
} from './run-deps.ts';
import { OPEN_STAGES } from './stages.ts';
import { walkOrders } from './walk-orders.ts';

const ENDED_STAGES = ['FULFILLED', 'CLOSED_SHORT', 'CANCELLED', 'ORPHANED'];

const QUARANTINE_WINDOW_MS = 86_400_000;

/** Rows of one kind that the audit of the outboxes takes in one run. */
const OUTBOX_ROWS_MAX = 100;

/** Our own books, order by order: those that are open, and those that ended lately. */
export function auditOrdersPage(deps: RunDeps, { run, cursor }: PageInput): PageDone {
  const draft = emptyDraft();
  const { settings } = deps;
  const stages = [...OPEN_STAGES, ...ENDED_STAGES];
  const from = run.tier === 'all' ? -1 : run.startedAt - settings.keepMs;
  const { orders, next } = walkOrders(deps, { cursor, until: run.startedAt, stages, from });
  for (const we of orders) {
    draft.scanned += 1;
    addDrifts(draft, auditOrder(we, settings, contextOf(deps, run.runId)));
  }
  if (cursor === null) addDrifts(draft, strayWaiters(deps, run.runId));
  return { draft, next };
}

/** Places on the waiting list that no open order stands behind. */
function strayWaiters(deps: RunDeps, runId: string): Drift[] {
  return deps.book.strayWaiters(OUTBOX_ROWS_MAX).map(({ backorderId, orderKey }) => {
    const slash = orderKey.indexOf('/');
    const address = {
      connection: orderKey.slice(0, slash),
      orderId: orderKey.slice(slash + 1),
    };
    const we = deps.book.order(address) ?? { address };
    const input = {
      class: 'D8' as const,
      we,
      subject: backorderId,
      connection: address.connection,
      weSay: `${backorderId} waits for stock`,
      theySay: 'its order is closed or unknown',
    };
    return askOrder(input, contextOf(deps, runId));
  });
}

/** A warehouse audits its own ledger (S2, S3, S5), and mends it when the brakes allow. */
export async function auditStockPage(
  deps: RunDeps,
  connection: string,
  { run }: PageInput,
): Promise<PageDone> {
  const draft = emptyDraft();
  const { remote } = deps;
  const key = `recon:${run.runId}`;
  const look = await remote.auditStock(connection, { repair: false, key: `${key}:look` });
  if ('unread' in look) {
    noteUnread(draft, connection, look.unread);
    return { draft, next: null };
  }
  const { checked, findings } = look.audit;
  draft.scanned += checked;
  const why = heldBack(deps, { run, checked, findings });
  if (findings.length === 0 || why !== null) {
    for (const finding of findings) {
      addFinding(draft, { connection, finding, result: why ?? 'none' });
    }
    if (why === 'braked') draft.brakes['stock_repairs'] = findings.length;
    return { draft, next: null };
  }
  const mend = await remote.auditStock(connection, { repair: true, key: `${key}:mend` });
  const mended = 'audit' in mend ? mend.audit.findings : findings;
  for (const finding of mended) {
    const result = finding.repaired ? 'repaired' : 'reported';
    addFinding(draft, { connection, finding, result });
  }
  return { draft, next: null };
}

interface Held {
  run: PageInput['run'];
  checked: number;
  findings: readonly StockFinding[];
}

/** The warehouse mends all or nothing, so one class that may not be mended holds all back. */
function heldBack(deps: RunDeps, { run, checked, findings }: Held): string | null {
  if (run.mode === 'report') return 'report_only';
  const { brakes } = deps.settings;
  for (const name of ['D9', 'D10', 'D11'] as const) {
    const count = findings.filter((finding) => finding.class === name).length;
    if (count === 0) continue;
    if (brakes.off.includes(name)) return 'off';
    if (count > repairsAllowed(name, checked, brakes)) return 'braked';
  }
  return null;
}

interface Mended {
  connection: string;
  finding: StockFinding;
  result: string;
}

function addFinding(draft: Draft, { connection, finding, result }: Mended): void {
  const subject = [finding.pick_id, finding.sku, finding.location, finding.lot]
    .filter((part) => part != null)
    .join(' ');
  const drift = looseDrift({
    class: finding.class,
    subject,
    connection,
    weSay: `${subject}: ${text(finding.we_say)}`,
    theySay: text(finding.they_say),
  });
  draft.drifts.push({ ...driftRow(drift), action: 'rebuild', result });
}

/** What waits to be delivered for too long: our inbox, the allocator's offers, the WMS's webhooks. */
export async function auditOutboxPage(deps: RunDeps, _input: PageInput): Promise<PageDone> {
  const draft = emptyDraft();
  const { book, settings, now } = deps;
  const oldest = deps.inboxOldestAt();
  if (oldest !== null && now() - oldest > settings.undeliveredMs) {
    const theySay = `the oldest was received at ${new Date(oldest).toISOString()}`;
    const say = { weSay: 'events wait in the inbox', theySay };
    addDrifts(draft, [looseDrift({ class: 'D21', subject: 'inbox', connection: 'inbox', ...say })]);
  }
  for (const offer of book.unsentOffers(now() - settings.undeliveredMs, OUTBOX_ROWS_MAX)) {
    const theySay = `placed at ${new Date(offer.at).toISOString()} and not signalled`;
    const say = { weSay: `offer ${offer.offerId} for ${offer.orderKey}`, theySay };
    const what = { subject: offer.offerId, connection: 'allocator' };
    addDrifts(draft, [looseDrift({ class: 'D21', ...what, ...say })]);
  }
  addDrifts(draft, quarantined(deps));
  await undelivered(deps, draft);
  return { draft, next: null };
}

/** What could not be read, and is an operator's to release: D7b and D23. */
function quarantined(deps: RunDeps): Drift[] {
  return deps.quarantined(deps.now() - QUARANTINE_WINDOW_MS).map(({ connection, cause, count }) =>
    looseDrift({
      class: cause === 'event-id-reused' ? 'D7b' : 'D23',
      subject: `quarantine: ${cause}`,
      connection,
      weSay: `${count} events of the last day in quarantine: ${cause}`,
      theySay: 'events that are not as agreed; GET /api/v1/events?status=quarantined shows them',
    }),
  );
}

/** Webhooks that the built-in warehouse gave up. */
async function undelivered({ remote }: RunDeps, draft: Draft): Promise<void> {
  for (const { spec } of remote.today().connections.filter(hasStockAudit)) {
    const failed = await remote.failedDeliveries(spec.name, OUTBOX_ROWS_MAX);
    if ('unread' in failed) {
      noteUnread(draft, spec.name, failed.unread);
      continue;
    }
    const { deliveries } = failed;
    draft.scanned += deliveries.length;
    addDrifts(
      draft,
      deliveries.map((delivery) => lostWebhook(spec.name, delivery)),
    );
  }
}

function lostWebhook(
  connection: string,
  { delivery_id: deliveryId, event_type: eventType }: Delivery,
): Drift {
  const loose = looseDrift({
    ...{ class: 'D21', subject: deliveryId, connection },
    weSay: `no ${eventType} of ${deliveryId}`,
    theySay: `${deliveryId} ${eventType} could not be delivered`,
  });
  return { ...loose, action: 'redeliver', act: { kind: 'redeliver', connection, deliveryId } };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
