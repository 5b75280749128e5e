import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { packagePath } from '../supervisor/provision/version.ts';
import { CliError } from './cli-error.ts';
import type { Context } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { usage } from './flags.ts';
import { readRunFile, runFilePath, type RunFile } from './run-file.ts';

/** The running Crossdock that a command speaks to. */
export interface Instance {
  apiUrl: string;
  /** Empty when none is known and the command needs none. */
  apiKey: string;
  /** Absent when it was named by address. */
  local: { dataDir: string; run: RunFile } | undefined;
}

export type Surroundings = Pick<Context, 'flags' | 'settings' | 'cwd'>;

const DEFAULT_DATA_DIR = '.crossdock';

/** Flags win over the environment, and within each an address over a data directory. */
export function findInstance(
  context: Surroundings,
  { needsKey }: { needsKey: boolean } = { needsKey: true },
): Instance {
  const { flags, settings } = context;
  const namedUrl = flags.text('url');
  const url = namedUrl ?? (flags.text('data-dir') === undefined ? settings.apiUrl : undefined);
  const apiKey = flags.text('api-key') ?? settings.apiKey;
  if (url !== undefined) {
    const found = byAddress(originOf(url), apiKey, context);
    if (needsKey && found.apiKey === '') throw keyMissing(found.apiUrl);
    return found;
  }
  const dataDir = findDataDir(context);
  const run = readRunFile(dataDir);
  if (run === undefined) throw notRunning(dataDir);
  return {
    apiUrl: originOf(run.urls.api),
    apiKey: flags.text('api-key') ?? run.secrets.api_key,
    local: { dataDir, run },
  };
}

/** Where the instance keeps its data: here, or in the clone that this command is from. */
export function findDataDir({ flags, settings, cwd }: Surroundings): string {
  const named = flags.text('data-dir') ?? settings.dataDir;
  if (named !== undefined) return resolve(cwd, named);
  const here = resolve(cwd, DEFAULT_DATA_DIR);
  return existsSync(runFilePath(here)) ? here : packagePath(DEFAULT_DATA_DIR);
}

/** Where `up` keeps its data: as npm start, which always runs at the root of the clone. */
export function startingDataDir({ flags, settings, cwd }: Surroundings): string {
  const named = flags.text('data-dir') ?? settings.dataDir;
  return named === undefined ? packagePath(DEFAULT_DATA_DIR) : resolve(cwd, named);
}

/** An instance of this machine is known by its address too, so that its key need not be given. */
function byAddress(apiUrl: string, apiKey: string | undefined, context: Surroundings): Instance {
  const dataDir = findDataDir(context);
  const run = readRunFile(dataDir);
  const local =
    run !== undefined && originOf(run.urls.api) === apiUrl ? { dataDir, run } : undefined;
  return { apiUrl, apiKey: apiKey ?? local?.run.secrets.api_key ?? '', local };
}

function keyMissing(apiUrl: string): CliError {
  return usage(
    `An API key for ${apiUrl} is missing.`,
    'Give --api-key KEY or set CROSSDOCK_API_KEY; `crossdock status` on its machine prints it.',
  );
}

function originOf(url: string): string {
  try {
    const { origin, pathname, protocol } = new URL(url);
    if (protocol !== 'http:' && protocol !== 'https:') throw new Error(protocol);
    return origin + pathname.replace(/\/+$/, '');
  } catch {
    throw usage(`\`${url}\` is not an address such as http://127.0.0.1:4000.`);
  }
}

function notRunning(dataDir: string): CliError {
  return new CliError(
    EXIT.unreachable,
    'not-running',
    `Crossdock is not running on ${dataDir}: there is no run.json.`,
    {
      hint: 'Start it with `npm start` or `crossdock up`, or name another one with --data-dir DIR or --url URL.',
    },
  );
}
