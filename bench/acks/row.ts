import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../../src/supervisor/progress.ts';
import { spreadBy, type Spread } from '../lib/statistics.ts';
import type { AckSettings } from '../settings.ts';
import { measureServer, type ServerName, type ServerResult } from './measure-server.ts';

type Round = Partial<Record<ServerName, ServerResult>> & { crossdock: ServerResult };

export interface AcksRow {
  settings: AckSettings;
  commitDelayMs: number;
  rounds: Round[];
  servers: ServerName[];
  /** Ours by each bound's, per round. */
  ratios: { bound: ServerName; rate: Spread; cpu: Spread }[];
}

interface RowOptions {
  folder: string;
  settings: AckSettings;
  /** Added to each commit of every server that commits. */
  commitDelayMs: number;
  bounds: ServerName[];
  execArgv: string[];
  progress: Progress;
}

/** Durable acknowledgements per second against what is measured beside them in the same round. */
export async function measureAcks(options: RowOptions): Promise<AcksRow> {
  const { settings, commitDelayMs, bounds, progress } = options;
  const servers: ServerName[] = ['crossdock', ...bounds];
  const rounds: Round[] = [];
  for (let round = 0; round < settings.rounds; round += 1) {
    const delay = commitDelayMs === 0 ? '' : `, ${commitDelayMs} ms per commit`;
    const phase = progress.phase(`durable acks${delay}, round ${round + 1} of ${settings.rounds}`);
    const turn = round % servers.length;
    const result = await measureRound([...servers.slice(turn), ...servers.slice(0, turn)], options);
    rounds.push(result);
    phase.done(
      servers.map((name) => `${name} ${Math.round(result[name]?.acksPerSecond ?? 0)}/s`).join(', '),
    );
  }
  const ratio = (bound: ServerName, figure: (server: ServerResult) => number): Spread =>
    spreadBy(rounds, (round) => figure(round.crossdock) / figureOf(round, bound, figure));
  return {
    settings,
    commitDelayMs,
    rounds,
    servers,
    ratios: bounds.map((bound) => ({
      bound,
      rate: ratio(bound, (server) => server.acksPerSecond),
      cpu: ratio(bound, (server) => server.serverCpuUs),
    })),
  };
}

function figureOf(
  round: Round,
  name: ServerName,
  figure: (server: ServerResult) => number,
): number {
  const server = round[name];
  return server === undefined ? Number.NaN : figure(server);
}

/** A fresh database for each server; who goes first changes from round to round. */
async function measureRound(
  order: readonly ServerName[],
  { folder, settings, commitDelayMs, execArgv }: RowOptions,
): Promise<Round> {
  const roundFolder = join(folder, 'acks');
  mkdirSync(roundFolder, { recursive: true });
  const results = new Map<ServerName, ServerResult>();
  try {
    for (const name of order) {
      results.set(
        name,
        await measureServer({ name, folder: roundFolder, settings, commitDelayMs, execArgv }),
      );
    }
  } finally {
    rmSync(roundFolder, { recursive: true, force: true });
  }
  const crossdock = results.get('crossdock');
  if (crossdock === undefined) throw new Error('crossdock was not measured');
  return { ...Object.fromEntries(results), crossdock };
}
