import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../../src/supervisor/progress.ts';
import { forkBench, type BenchChild } from '../lib/child.ts';
import { spreadBy, type Spread } from '../lib/statistics.ts';
import type { ReconcileSettings } from '../settings.ts';
import { seedOrders } from './seed.ts';
import type { PassReport } from './serve-passes.ts';
import { startSystems } from './systems.ts';

type SideName = 'crossdock' | 'reader';
type Round = Record<SideName, PassReport>;
type Sides = Record<SideName, BenchChild>;

/** Records of the other systems for each order: the order, its pick and its task. */
const RECORDS_PER_ORDER = 3;

export interface ReconcileRow {
  settings: ReconcileSettings;
  rounds: Round[];
  ordersPerSecond: Record<SideName, Spread>;
  cpu: Record<SideName, Spread>;
  memoryMb: Record<SideName, Spread>;
  /** Ours by the plain reader's, per round. */
  rateRatio: Spread;
}

interface RowOptions {
  folder: string;
  settings: ReconcileSettings;
  execArgv: string[];
  progress: Progress;
}

/** A reconciliation of everything against a client that reads the same pages of the same systems. */
export async function measureReconcile(options: RowOptions): Promise<ReconcileRow> {
  const { settings, execArgv, progress } = options;
  const folder = join(options.folder, 'reconcile');
  mkdirSync(folder, { recursive: true });
  const seeding = progress.phase(`reconciliation, ${settings.orders} orders in four databases`);
  const { systems, stop } = await startSystems(folder);
  seedOrders(folder, settings.orders);
  const fork = (module: string): Promise<BenchChild> =>
    forkBench({ module, input: systems, folder, execArgv });
  const sides: Sides = {
    reader: await fork('reconcile/plain-reader'),
    crossdock: await fork('reconcile/our-reconciler'),
  };
  try {
    await measureRound(sides, { number: 0, settings });
    seeding.done('and a round that is dropped');
    const rounds: Round[] = [];
    for (let number = 1; number <= settings.rounds; number += 1) {
      const phase = progress.phase(`reconciliation, round ${number} of ${settings.rounds}`);
      const round = await measureRound(sides, { number, settings });
      rounds.push(round);
      const { crossdock, reader } = round;
      phase.done(
        `crossdock ${crossdock.seconds.toFixed(2)} s, reader ${reader.seconds.toFixed(2)} s`,
      );
    }
    return summarise(settings, rounds);
  } finally {
    await Promise.all([sides.crossdock.stop(), sides.reader.stop()]);
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One side after the other, for they share the systems; who goes first changes. */
async function measureRound(
  sides: Sides,
  { number, settings }: { number: number; settings: ReconcileSettings },
): Promise<Round> {
  const passOf = async (name: SideName): Promise<PassReport> => {
    const { process: child, ended } = sides[name];
    const reported = once(child, 'message') as Promise<[PassReport]>;
    child.send({ type: 'go' });
    const [report] = await Promise.race([reported, ended.then(() => gone(name))]);
    const expected = RECORDS_PER_ORDER * settings.orders;
    if (report.records !== expected) {
      throw new Error(`${name} looked at ${report.records} records, not ${expected}`);
    }
    return report;
  };
  if (number % 2 === 0) {
    const reader = await passOf('reader');
    return { reader, crossdock: await passOf('crossdock') };
  }
  const crossdock = await passOf('crossdock');
  return { crossdock, reader: await passOf('reader') };
}

function gone(name: SideName): never {
  throw new Error(`${name} ended before its pass was over`);
}

function summarise(settings: ReconcileSettings, rounds: Round[]): ReconcileRow {
  const both = (figure: (pass: PassReport) => number): Record<SideName, Spread> => ({
    crossdock: spreadBy(rounds, (round) => figure(round.crossdock)),
    reader: spreadBy(rounds, (round) => figure(round.reader)),
  });
  return {
    settings,
    rounds,
    ordersPerSecond: both((pass) => settings.orders / pass.seconds),
    cpu: both((pass) => pass.cpuSeconds),
    memoryMb: both((pass) => pass.memoryMb),
    rateRatio: spreadBy(rounds, (round) => round.reader.seconds / round.crossdock.seconds),
  };
}
