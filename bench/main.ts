import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processEnv } from '../src/config/env.ts';
import { createProgress } from '../src/supervisor/progress.ts';
import { obtainTemporal } from '../src/supervisor/provision/obtain.ts';
import { describeMachine } from './lib/machine.ts';
import { measureOrders } from './orders/row.ts';
import { HELP, readSettings } from './settings.ts';

/** Results are data of a clone, not of the repository. */
const RESULTS = '.crossdock/bench';

/** Runs the rows asked for, prints their table on stdout and keeps the figures as JSON. */
export async function runBench(args: string[]): Promise<void> {
  const settings = readSettings(args);
  if (settings.help) {
    process.stdout.write(HELP);
    return;
  }
  const progress = createProgress();
  const folder = join(RESULTS, `run-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const execArgv = settings.profile ? ['--cpu-prof', `--cpu-prof-dir=${RESULTS}/profiles`] : [];
  try {
    const { signal } = new AbortController();
    const cli = await obtainTemporal({ env: processEnv(), progress, signal });
    const machine = describeMachine(folder, cli.version);
    const orders = await measureOrders({ cli: cli.path, folder, settings: settings.orders, execArgv, progress });
    process.stdout.write(JSON.stringify({ machine, orders }, null, 1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
if (process.argv[1]?.endsWith('main.ts')) await runBench(process.argv.slice(2));
