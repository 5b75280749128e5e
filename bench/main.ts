import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processEnv } from '../src/config/env.ts';
import { createProgress, type Progress } from '../src/supervisor/progress.ts';
import { obtainTemporal } from '../src/supervisor/provision/obtain.ts';
import { measureAcks, type AcksRow } from './acks/row.ts';
import { describeMachine } from './lib/machine.ts';
import { measureMapping } from './mapping/row.ts';
import { measureOrders, type OrdersRow } from './orders/row.ts';
import { measureReconcile, type ReconcileRow } from './reconcile/row.ts';
import { printResult, type BenchResult } from './report.ts';
import { HELP, readSettings, type BenchSettings } from './settings.ts';

/** Results belong to a clone and its machine, not to the repository. */
const RESULTS = '.crossdock/bench';

/** The disk that users really have: a commit of 2 ms. */
const SLOW_COMMIT_MS = 2;

/** What shells answer for a program that Ctrl-C ended. */
const STOPPED_BY_SIGNAL = 130;

interface Stage {
  settings: BenchSettings;
  folder: string;
  execArgv: string[];
  progress: Progress;
}

/** Runs the rows asked for, prints their table on stdout and keeps every figure as JSON. */
export async function runBench(args: string[]): Promise<void> {
  const settings = readSettings(args);
  if (settings.help) {
    process.stdout.write(HELP);
    return;
  }
  const progress = createProgress();
  const folder = join(RESULTS, `run-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  tidyUpAtExit(folder);
  const profiles = join(RESULTS, 'profiles');
  const execArgv = settings.profile ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [];
  const stage: Stage = { settings, folder, execArgv, progress };
  const withOrders = settings.rows.includes('orders');
  const cli = withOrders ? await findTemporal(progress) : null;
  const machine = describeMachine(folder, cli?.version ?? null);
  const acks = settings.rows.includes('acks') ? await acksRows(stage) : [];
  const orders = cli === null ? null : await ordersRow(stage, cli.path);
  const reconcile = settings.rows.includes('reconcile') ? await reconcileRow(stage) : null;
  const mapping = settings.rows.includes('mapping')
    ? measureMapping({ settings: settings.mapping, progress })
    : null;
  keep({ at: new Date().toISOString(), machine, acks, orders, reconcile, mapping }, progress);
}

/** Ctrl-C ends by the same way, so that no measured process is left behind. */
function tidyUpAtExit(folder: string): void {
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => process.exit(STOPPED_BY_SIGNAL));
  }
}

async function findTemporal(progress: Progress): Promise<{ path: string; version: string }> {
  const { signal } = new AbortController();
  return obtainTemporal({ env: processEnv(), progress, signal });
}

async function acksRows({ settings, ...stage }: Stage): Promise<AcksRow[]> {
  const options = { ...stage, settings: settings.acks };
  return [
    await measureAcks({ ...options, commitDelayMs: 0, bounds: ['echo', 'floor'] }),
    await measureAcks({ ...options, commitDelayMs: SLOW_COMMIT_MS, bounds: ['floor'] }),
  ];
}

function ordersRow({ settings, ...stage }: Stage, cli: string): Promise<OrdersRow> {
  return measureOrders({ ...stage, cli, settings: settings.orders });
}

function reconcileRow({ settings, ...stage }: Stage): Promise<ReconcileRow> {
  return measureReconcile({ ...stage, settings: settings.reconcile });
}

function keep(result: BenchResult, progress: Progress): void {
  const file = join(RESULTS, `${result.at.replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(printResult(result));
  progress.say(`every figure is in ${file}`);
}
