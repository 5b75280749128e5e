import { ProvisionEnv } from '../../config/supervisor.ts';
import { parseEnv, type Env } from '../../config/env.ts';
import { AppError } from '../../errors.ts';
import { waitForLock, type Lock } from '../lock.ts';
import type { Progress } from '../progress.ts';
import { cachedBinary, makingSources, presentSources, type Source } from './sources.ts';

export interface TemporalBinary {
  path: string;
  version: string;
  source: Source['name'];
}

interface ObtainOptions {
  env: Env;
  progress: Progress;
  signal: AbortSignal;
  /** What fills the cache; the downloader and the compiler unless told otherwise. */
  makers?: typeof makingSources;
}

interface Failure {
  source: Source['name'];
  reason: string;
  fix: string;
}

const LOCK_POLL_MS = 500;

/** Finds or makes a Temporal CLI, trying its sources in the order of the design's section 3. */
export async function obtainTemporal(options: ObtainOptions): Promise<TemporalBinary> {
  const { progress, signal, makers = makingSources } = options;
  const settings = parseEnv(ProvisionEnv, options.env);
  const failures: Failure[] = [];
  const onFailure = (failure: Failure) => {
    signal.throwIfAborted();
    failures.push(failure);
    progress.say(`Temporal from ${failure.source} failed: ${failure.reason.split('\n').at(-1)}`);
  };
  const present = await firstThatWorks(presentSources(settings), onFailure);
  if (present !== undefined) return present;

  const lock = await lockCache(cachedBinary(settings), options);
  try {
    const made = await firstThatWorks(makers({ settings, progress, signal }), onFailure);
    if (made !== undefined) return made;
  } finally {
    lock.release();
  }
  throw new AppError('config', remedy(failures));
}

async function firstThatWorks(
  sources: Source[],
  onFailure: (failure: Failure) => void,
): Promise<TemporalBinary | undefined> {
  for (const { name, fix, run } of sources) {
    const candidate = await run();
    if (candidate?.ok === true) {
      return { path: candidate.path, version: candidate.version, source: name };
    }
    if (candidate !== undefined) onFailure({ source: name, reason: candidate.reason, fix });
  }
  return undefined;
}

/** One process at a time fills the cache; the others wait and then find it filled. */
async function lockCache(target: string, { progress, signal }: ObtainOptions): Promise<Lock> {
  const wait = { file: `${target}.lock`, pollMs: LOCK_POLL_MS };
  const free = await waitForLock({ ...wait, keepWaiting: () => false });
  if (free !== undefined) return free;
  const phase = progress.phase('waiting for another Crossdock that is obtaining Temporal');
  const lock = await waitForLock({ ...wait, keepWaiting: () => !signal.aborted });
  phase.done();
  signal.throwIfAborted();
  if (lock === undefined) throw new AppError('unavailable', 'waiting for Temporal was given up');
  return lock;
}

function remedy(failures: Failure[]): string {
  const tried = failures.map(
    ({ source, reason, fix }) =>
      `  ${source}: ${reason.replaceAll('\n', '\n      ')}\n    to fix: ${fix}`,
  );
  return [
    'Crossdock needs a Temporal server and could not obtain one. Tried, in this order:',
    ...tried,
    'Or set TEMPORAL_ADDRESS (and TEMPORAL_NAMESPACE) to a server that runs already, or TEMPORAL_CLI to the path of a Temporal CLI.',
  ].join('\n');
}
