import { join } from 'node:path';
import type { z } from 'zod';
import type { ProvisionEnv } from '../../config/supervisor.ts';
import type { Phase, Progress } from '../progress.ts';
import { buildTemporal } from './build.ts';
import { examineBinary, findOnPath, isExecutable, type Candidate } from './candidate.ts';
import { downloadTemporal } from './download.ts';
import { TEMPORAL_CLI_VERSION } from './version.ts';

export type ProvisionSettings = z.infer<z.ZodObject<typeof ProvisionEnv>>;

export interface Source {
  name: 'TEMPORAL_CLI' | 'PATH' | 'cache' | 'download' | 'build';
  /** What a person does when this source fails. */
  fix: string;
  /** Undefined when there is nothing to try. */
  run: () => Promise<Candidate | undefined>;
}

interface MakerOptions {
  settings: ProvisionSettings;
  progress: Progress;
  signal: AbortSignal;
}

/** Where the binary is kept; all clones of one person share it. */
export function cachedBinary({ XDG_CACHE_HOME, HOME }: ProvisionSettings): string {
  const caches = XDG_CACHE_HOME ?? join(HOME, '.cache');
  return join(caches, 'crossdock', `temporal-cli-${TEMPORAL_CLI_VERSION}`, 'temporal');
}

/** What is there already, tried without a lock. */
export function presentSources(settings: ProvisionSettings): Source[] {
  const named = settings.TEMPORAL_CLI;
  const found = findOnPath('temporal', settings.PATH);
  return [
    {
      name: 'TEMPORAL_CLI',
      fix: 'let TEMPORAL_CLI name a Temporal CLI, or unset it',
      run: async () => (named === undefined ? undefined : examineBinary(named)),
    },
    {
      name: 'PATH',
      fix: 'update the `temporal` on PATH',
      run: async () => (found === undefined ? undefined : examineBinary(found)),
    },
    cacheSource(settings),
  ];
}

/** What fills the cache; the cache itself comes first, as another process may have filled it. */
export function makingSources(options: MakerOptions): Source[] {
  const { settings, progress, signal } = options;
  const target = cachedBinary(settings);
  return [
    cacheSource(settings),
    {
      name: 'download',
      fix: 'allow HTTPS to temporal.download, or install the CLI (https://docs.temporal.io/cli)',
      run: () => {
        const stallMs = settings.CROSSDOCK_TEMPORAL_DOWNLOAD_STALL_MS;
        const phase = progress.phase(`downloading Temporal CLI ${TEMPORAL_CLI_VERSION}`);
        return settle(phase, downloadTemporal({ target, stallMs, signal }));
      },
    },
    {
      name: 'build',
      fix: 'install Go 1.26.4 or later (https://go.dev/dl), with access to a Go module proxy',
      run: () => {
        const timeoutMs = settings.CROSSDOCK_TEMPORAL_BUILD_TIMEOUT_MS;
        const phase = progress.phase(
          'building Temporal from source, takes about 7 minutes the first time',
        );
        const searchPath = settings.PATH;
        return settle(phase, buildTemporal({ target, searchPath, timeoutMs, signal }));
      },
    },
  ];
}

function cacheSource(settings: ProvisionSettings): Source {
  const target = cachedBinary(settings);
  return {
    name: 'cache',
    fix: `remove ${target}`,
    run: async () => (isExecutable(target) ? examineBinary(target) : undefined),
  };
}

async function settle(phase: Phase, work: Promise<Candidate>): Promise<Candidate> {
  const candidate = await work;
  phase.done(candidate.ok ? candidate.version : 'failed');
  return candidate;
}
