import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { ItemStatus, Replay, ReplayItem, ReplayStore } from './replay-store.ts';

export interface RunnerOptions {
  store: ReplayStore;
  /** Sends one dead letter through again. */
  send(deadLetterId: string, replayId: string): Promise<unknown>;
  retry: { initialMs: number; maxMs: number };
  log: Logger;
}

interface Job {
  done: Promise<void>;
  stop: AbortController;
}

/**
 * Works replays off, each at its own rate, one dead letter at a time. An item is marked after it
 * was sent, so a crash in between sends it again under the same event id, which its order knows.
 */
export class ReplayRunner {
  private readonly options: RunnerOptions;
  private readonly jobs = new Map<string, Job>();

  constructor(options: RunnerOptions) {
    this.options = options;
  }

  /** Goes on with what an earlier process left. */
  start(): void {
    for (const replay of this.options.store.running()) this.run(replay);
  }

  run(replay: Pick<Replay, 'replayId' | 'ratePerS'>): void {
    const { replayId } = replay;
    if (this.jobs.has(replayId)) return;
    const stop = new AbortController();
    const done = this.work(replay, stop.signal).finally(() => this.jobs.delete(replayId));
    this.jobs.set(replayId, { done, stop });
  }

  async cancel(replayId: string): Promise<void> {
    const job = this.jobs.get(replayId);
    job?.stop.abort();
    await job?.done;
  }

  /** What is not sent stays for the next start. */
  async stop(): Promise<void> {
    await Promise.all([...this.jobs.keys()].map((replayId) => this.cancel(replayId)));
  }

  private async work(
    { replayId, ratePerS }: Pick<Replay, 'replayId' | 'ratePerS'>,
    stop: AbortSignal,
  ): Promise<void> {
    const { log, retry } = this.options;
    let waits = 0;
    while (!stop.aborted) {
      const came = await this.step(replayId).catch((error: unknown) => {
        log.error({ err: error, replayId }, 'replay.stumbled');
        return 'waits' as const;
      });
      if (came === 'done') return;
      waits = came === 'waits' ? waits + 1 : 0;
      const backoffMs = Math.min(retry.maxMs, retry.initialMs * 2 ** (waits - 1));
      const pauseMs = came === 'waits' ? backoffMs : 1000 / ratePerS;
      await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }

  private async step(replayId: string): Promise<'done' | 'waits' | 'settled'> {
    const { store, log } = this.options;
    const item = store.nextItem(replayId);
    if (item !== undefined) return await this.sendItem(replayId, item);
    store.finish(replayId, 'done');
    log.info({ replayId, total: store.find(replayId)?.total }, 'replay.done');
    return 'done';
  }

  private async sendItem(replayId: string, item: ReplayItem): Promise<'waits' | 'settled'> {
    const { store, send } = this.options;
    const settle = (status: ItemStatus, error: string | null) =>
      store.settle({ ...item, replayId, status, error });
    try {
      await send(item.deadLetterId, replayId);
    } catch (error) {
      if (error instanceof AppError && error.code === 'unavailable') {
        store.note(replayId, error.message);
        return 'waits';
      }
      const resolved = error instanceof AppError && error.problem === 'dead-letter-resolved';
      settle(resolved ? 'skipped' : 'failed', messageOf(error));
      return 'settled';
    }
    settle('sent', null);
    return 'settled';
  }
}
