import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../../src/supervisor/progress.ts';
import { spreadBy, type Spread } from '../lib/statistics.ts';
import type { OrderSettings } from '../settings.ts';
import { measureSide, type SideName, type SideResult } from './measure-side.ts';
import { startTemporal } from './temporal-server.ts';

export interface OrdersRow {
  settings: OrderSettings;
  rounds: Record<SideName, SideResult>[];
  /** Orders per second of each side. */
  ordersPerSecond: Record<SideName, Spread>;
  /** Ours by the bound's, per round. */
  rateRatio: Spread;
  cpuRatio: Spread;
  serverCpu: Record<SideName, Spread>;
  workerCpu: Record<SideName, Spread>;
  history: Record<SideName, SideResult['history']>;
}

interface RowOptions {
  cli: string;
  folder: string;
  settings: OrderSettings;
  execArgv: string[];
  progress: Progress;
}

/** Orders per second to completion against a bare workflow of the same shape, side by side. */
export async function measureOrders(options: RowOptions): Promise<OrdersRow> {
  const { settings, progress } = options;
  const rounds: Record<SideName, SideResult>[] = [];
  for (let round = 1; round <= settings.rounds; round += 1) {
    const phase = progress.phase(`orders to completion, round ${round} of ${settings.rounds}`);
    const result = await measureRound(round, options);
    rounds.push(result);
    phase.done(
      `crossdock ${result.crossdock.ordersPerSecond.toFixed(1)}/s, bare ${result.bare.ordersPerSecond.toFixed(1)}/s`,
    );
  }
  return summarise(settings, rounds);
}

/** A fresh server and fresh databases; who goes first changes from round to round. */
async function measureRound(
  round: number,
  { cli, folder, settings, execArgv }: RowOptions,
): Promise<Record<SideName, SideResult>> {
  const roundFolder = join(folder, `orders-${round}`);
  mkdirSync(roundFolder, { recursive: true });
  const temporal = await startTemporal(cli, roundFolder);
  const measure = (name: SideName): Promise<SideResult> =>
    measureSide({ name, temporal, folder: roundFolder, settings, execArgv });
  try {
    if (round % 2 === 0) {
      const bare = await measure('bare');
      return { bare, crossdock: await measure('crossdock') };
    }
    const crossdock = await measure('crossdock');
    return { crossdock, bare: await measure('bare') };
  } finally {
    await temporal.stop();
    rmSync(roundFolder, { recursive: true, force: true });
  }
}

function summarise(settings: OrderSettings, rounds: Record<SideName, SideResult>[]): OrdersRow {
  const both = (figure: (side: SideResult) => number): Record<SideName, Spread> => ({
    crossdock: spreadBy(rounds, (round) => figure(round.crossdock)),
    bare: spreadBy(rounds, (round) => figure(round.bare)),
  });
  const cpu = (side: SideResult): number => side.serverCpu + side.workerCpu;
  const last = rounds.at(-1);
  if (last === undefined) throw new Error('no round was run');
  const history = { crossdock: last.crossdock.history, bare: last.bare.history };
  if (
    history.crossdock.localActivities !== history.bare.localActivities ||
    history.crossdock.signals !== history.bare.signals
  ) {
    throw new Error(
      `The bound has another shape than an order: ${JSON.stringify(history)}. Make bench/orders/bare-workflow.ts follow it.`,
    );
  }
  return {
    settings,
    rounds,
    ordersPerSecond: both((side) => side.ordersPerSecond),
    rateRatio: spreadBy(rounds, (r) => r.crossdock.ordersPerSecond / r.bare.ordersPerSecond),
    cpuRatio: spreadBy(rounds, (r) => cpu(r.crossdock) / cpu(r.bare)),
    serverCpu: both((side) => side.serverCpu),
    workerCpu: both((side) => side.workerCpu),
    history,
  };
}
