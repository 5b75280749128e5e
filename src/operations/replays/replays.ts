import type { DeadLetterReads } from '../../books/read-dead-letters.ts';
import type { Sqlite } from '../../db/open.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { nonceOf } from '../nonce.ts';
import { scanOpen, type LetterFilter, type ScanLimits } from '../dead-letters/open-letters.ts';
import { createReplayStore, type ReplayProgress } from './replay-store.ts';
import { ReplayRunner } from './runner.ts';

export interface ReplaysOptions {
  sqlite: Sqlite;
  letters: Pick<DeadLetterReads, 'open' | 'openOfOrder'>;
  send(deadLetterId: string, replayId: string): Promise<unknown>;
  scan: ScanLimits;
  limits: {
    itemsMax: number;
    runningMax: number;
    ratePerSDefault: number;
    ratePerSMax: number;
    retryInitialMs: number;
    retryMaxMs: number;
  };
  now: () => number;
  log: Logger;
}

export interface ReplayRequest {
  filter: LetterFilter;
  ratePerS: number | undefined;
  actor: string;
  idempotencyKey: string | undefined;
}

/** Replays of many dead letters, which go on after a restart. */
export interface Replays {
  /** Takes what fits now, the oldest first; what comes later is not part of it. */
  begin(request: ReplayRequest): Promise<ReplayProgress>;
  get(replayId: string): ReplayProgress;
  /** Resolves when nothing more of it will be sent. */
  cancel(replayId: string): Promise<ReplayProgress>;
  start(): void;
  stop(): Promise<void>;
  prune(before: number): void;
}

export function createReplays(options: ReplaysOptions): Replays {
  const { sqlite, send, limits, now, log } = options;
  const store = createReplayStore(sqlite, now);
  const retry = { initialMs: limits.retryInitialMs, maxMs: limits.retryMaxMs };
  const runner = new ReplayRunner({ store, send, retry, log });
  const get = (replayId: string): ReplayProgress => {
    const replay = store.find(replayId);
    if (replay !== undefined) return replay;
    throw new AppError('not-found', `There is no replay ${replayId}.`);
  };
  return {
    async begin({ filter, ratePerS = limits.ratePerSDefault, actor, idempotencyKey }) {
      const replayId = `rpl_${nonceOf(idempotencyKey)}`;
      const before = store.find(replayId);
      if (before !== undefined) return before;
      const { ids, remaining } = await select(filter, options);
      if (store.running().length >= limits.runningMax) throw tooMany(limits.runningMax);
      const rate = Math.min(ratePerS, limits.ratePerSMax);
      const replay = { replayId, filter: JSON.stringify(filter), ratePerS: rate, remaining, actor };
      store.create({ ...replay, createdAt: now() }, ids);
      if (ids.length > 0) runner.run({ replayId, ratePerS: rate });
      return get(replayId);
    },
    get,
    async cancel(replayId) {
      get(replayId);
      store.finish(replayId, 'cancelled');
      await runner.cancel(replayId);
      return get(replayId);
    },
    start: () => runner.start(),
    stop: () => runner.stop(),
    prune: (before) => store.prune(before),
  };
}

/** The oldest have waited longest, and go first. */
async function select(
  filter: LetterFilter,
  { letters, scan, limits }: ReplaysOptions,
): Promise<{ ids: string[]; remaining: number }> {
  const found: string[] = [];
  await scanOpen(filter, { letters, limits: scan }, (letter) => found.push(letter.id));
  found.reverse();
  const ids = found.slice(0, limits.itemsMax);
  return { ids, remaining: found.length - ids.length };
}

function tooMany(runningMax: number): AppError {
  return new AppError(
    'conflict',
    `${runningMax} replays run, as many as CROSSDOCK_REPLAYS_RUNNING_MAX allows. Wait for one to end, or cancel one.`,
    { problem: 'too-many-replays' },
  );
}
