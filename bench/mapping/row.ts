import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Progress } from '../../src/supervisor/progress.ts';
import { spreadBy, type Spread } from '../lib/statistics.ts';
import type { MappingSettings } from '../settings.ts';

/** Times per order. */
const RoundSchema = z.object({
  /** Lines of each order. */
  lines: z.int(),
  mapUs: z.number(),
  /** The text of the source. */
  jsonUs: z.number(),
  /** Zod at both ends of the mapping. */
  zodUs: z.number(),
  /** Both of it. */
  parseUs: z.number(),
});
export type Round = z.infer<typeof RoundSchema>;

export interface MappingRow {
  settings: MappingSettings;
  rounds: Round[];
  mapUs: Spread;
  parseUs: Spread;
  /** Mapping by parsing and validating, per round. */
  costRatio: Spread;
  /** Mapping by zod alone, as if reading the text cost nothing. */
  zodRatio: Spread;
}

interface RowOptions {
  settings: MappingSettings;
  progress: Progress;
}

/** The mapping of an order against the parsing of its text and zod at both ends of the mapping. */
export function measureMapping({ settings, progress }: RowOptions): MappingRow {
  const rounds: Round[] = [];
  for (let number = 1; number <= settings.rounds; number += 1) {
    const phase = progress.phase(`mapping, round ${number} of ${settings.rounds}`);
    const round = measureRound(settings.orders);
    rounds.push(round);
    phase.done(`map ${round.mapUs.toFixed(2)} us, parse ${round.parseUs.toFixed(2)} us`);
  }
  return {
    settings,
    rounds,
    mapUs: spreadBy(rounds, ({ mapUs }) => mapUs),
    parseUs: spreadBy(rounds, ({ parseUs }) => parseUs),
    costRatio: spreadBy(rounds, ({ mapUs, parseUs }) => mapUs / parseUs),
    zodRatio: spreadBy(rounds, ({ mapUs, zodUs }) => mapUs / zodUs),
  };
}

/** Both sides in one process of their own: this one may have built the program just before. */
function measureRound(orders: number): Round {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const file = fileURLToPath(new URL(`measure-round${ending}`, import.meta.url));
  const args = [...process.execArgv, file, String(orders)];
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const said = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: [...stdio] });
  return RoundSchema.parse(JSON.parse(said));
}
