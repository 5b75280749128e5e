import type { RunRow } from '../books/read-reconcile-rows.ts';
import { actPage } from './page-act.ts';
import { absencesPage } from './page-absences.ts';
import { auditOrdersPage, auditOutboxPage, auditStockPage } from './page-audit.ts';
import { listingPage } from './page-listing.ts';
import { orderPage } from './page-order.ts';
import { coverageOf } from './coverage.ts';
import { phaseAfter, phasesOf, type Phase, type RunKind } from './phases.ts';
import { emptyDraft, type PageDone, type PageInput, type RunDeps } from './run-deps.ts';

/** Where a run stands: all that its workflow carries from page to page. */
export interface RunProgress {
  runId: string;
  phase: string;
  cursor: string | null;
  /** Pages done. */
  page: number;
}

export interface RunRequest {
  runId: string;
  kind: RunKind;
  mode: 'repair' | 'report';
  connection: string | null;
  orderId: string | null;
}

/** Rows of each kind that one run prunes. */
const PRUNE_ROWS_MAX = 5000;
const COVERAGE_KEPT_MS = 7 * 86_400_000;

/** Opens a run's report; a repeat finds the one that is there. */
export function beginRun(deps: RunDeps, request: RunRequest): RunProgress {
  const { book, settings, now } = deps;
  const { runId, kind, connection, orderId } = request;
  const careful = isNewSetup(deps, kind);
  const scope = scopeOf(deps, { kind, connection });
  const coverage = coverageOf(kind, scope);
  book.begin({
    runId,
    tier: kind,
    scopeConnection: connection,
    scopeOrderId: orderId,
    mode: careful ? 'report' : request.mode,
    setup: deps.setup(),
    startedAt: now(),
    brakes: JSON.stringify({
      ...(careful ? { setup_changed: SETUP_CHANGED } : {}),
      ...(coverage === null ? {} : { [COVERAGE]: coverage }),
    }),
  });
  book.prune(
    {
      reports: now() - settings.keepMs,
      coverage: now() - COVERAGE_KEPT_MS,
      overlapMs: settings.overlapMs,
    },
    PRUNE_ROWS_MAX,
  );
  const [first] = phasesOf(kind, scope);
  return { runId, phase: first?.name ?? 'close', cursor: null, page: 0 };
}

const SETUP_CHANGED =
  'the connections or the mapping have changed: the first runs after that only report; a run of one order repairs';

/** Whether one of the last runs of its kind was made with other connections or another mapping. */
function isNewSetup({ book, settings, setup }: RunDeps, kind: RunKind): boolean {
  if (kind === 'order') return false;
  const now = setup();
  const before = book.lastSetups(kind, settings.reportFirstRuns);
  return before.some((one) => one !== null && one !== now);
}

/** One page of a run; null when the run is over. Safe to repeat. */
export async function runPage(deps: RunDeps, progress: RunProgress): Promise<RunProgress | null> {
  const { book, settings, now, log } = deps;
  const { runId, page } = progress;
  const run = book.run(runId);
  if (run === undefined) return null;
  const kind = run.tier as RunKind;
  const unknown = unknownScope(deps, run);
  if (unknown !== null) {
    failRun(deps, runId, unknown);
    return null;
  }
  const phases = phasesOf(kind, scopeOf(deps, { kind, connection: run.scopeConnection }));
  const ended = run.status !== 'running';
  const phase = phases.find((one) => one.name === (ended ? 'close' : progress.phase));
  if (phase === undefined) {
    failRun(deps, runId, CONNECTIONS_CHANGED);
    return null;
  }
  if (phase.kind === 'close') {
    close(deps, run);
    return null;
  }
  const { draft, next, failed } = await pageOf(deps, phase, {
    ...{ run, cursor: progress.cursor, following: phaseAfter(phases, phase.name) },
  });
  if (failed !== undefined) {
    failRun(deps, runId, failed);
    return null;
  }
  book.commitPage({ ...draft, runId, page: page + 1, at: now(), driftsMax: settings.driftsMax });
  if (Object.keys(draft.brakes).length > 0) {
    log.warn({ runId, phase: phase.name, brakes: draft.brakes }, 'reconciliation.braked');
  }
  const following = phaseAfter(phases, phase.name)?.name ?? 'close';
  return next === null
    ? { runId, phase: following, cursor: null, page: page + 1 }
    : { runId, phase: phase.name, cursor: next, page: page + 1 };
}

const CONNECTIONS_CHANGED =
  'the connections changed while the run was under way: start another one, or wait for the next';

/** The run could not go on: its report says so. */
export function failRun({ book, now, log }: RunDeps, runId: string, error: string): void {
  book.brake(runId, { failed: error });
  book.finish(runId, { status: 'failed', at: now() });
  log.error({ runId, error }, 'reconciliation.failed');
}

async function pageOf(deps: RunDeps, phase: Phase, input: PageInput): Promise<PageDone> {
  switch (phase.kind) {
    case 'listing':
      return listingPage(deps, phase, input);
    case 'order':
      return orderPage(deps, input);
    case 'absences':
      return absencesPage(deps, input);
    case 'audit-orders':
      return auditOrdersPage(deps, input);
    case 'audit-stock':
      return auditStockPage(deps, phase.connection, input);
    case 'audit-outbox':
      return auditOutboxPage(deps, input);
    case 'act':
      return actPage(deps, input);
    case 'close':
      return { draft: emptyDraft(), next: null };
  }
}

function close({ book, now, log }: RunDeps, run: RunRow): void {
  book.finish(run.runId, { status: 'completed', at: now() });
  const { runId, tier, scanned, counts, brakes } = run;
  const summary = { runId, tier, scanned, counts, brakes };
  const pulled = Object.keys(JSON.parse(brakes) as object).filter((name) => name !== COVERAGE);
  if (counts === '{}' && pulled.length === 0) log.debug(summary, 'reconciliation.ended');
  else log.warn(summary, 'reconciliation.ended');
}

/** Beside the brakes: which connections are covered otherwise than by a listing. */
const COVERAGE = 'coverage';

/** Why there is nothing that a run of this scope could look at; null when there is. */
function unknownScope({ remote }: RunDeps, run: RunRow): string | null {
  const { scopeConnection: connection, tier } = run;
  if (connection === null) return null;
  const known = remote
    .today()
    .connections.filter(({ spec }) => tier !== 'order' || spec.kind === 'crm')
    .map(({ spec }) => spec.name);
  if (known.includes(connection)) return null;
  const what = tier === 'order' ? 'No CRM connection' : 'No connection';
  return `${what} ${connection}: nothing was compared. Known are ${known.join(', ')}.`;
}

/** The connection of an order's scope is its CRM, which narrows nothing. */
function scopeOf(
  { remote }: RunDeps,
  { kind, connection }: { kind: RunKind; connection: string | null },
) {
  return { connections: remote.today().connections, only: kind === 'order' ? null : connection };
}
