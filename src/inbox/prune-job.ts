import type { InboxSettings } from '../config/api.ts';
import type { Logger } from '../logger.ts';
import type { InboxStore } from './store.ts';

interface PruneOptions {
  store: Pick<InboxStore, 'prune'>;
  settings: Pick<InboxSettings, 'keepMs' | 'pruneBatchMax'>;
  now: () => number;
  /** Lets others in between two steps; a pass ends early when it says so. */
  pause(): Promise<'go-on' | 'stop'>;
}

/** One pass over the inbox in bounded steps; returns how many rows were forgotten. */
export async function pruneOnce(options: PruneOptions): Promise<number> {
  const { store, settings, now, pause } = options;
  const { keepMs, pruneBatchMax: limit } = settings;
  const at = now();
  const before = {
    crm: at - keepMs.crm,
    tasks: at - keepMs.tasks,
    wms: at - keepMs.wms,
    quarantine: at - keepMs.quarantine,
  };
  let removed = 0;
  let after: number | null = null;
  do {
    const step = await store.prune({ before, after, limit });
    removed += step.removed;
    after = step.next;
  } while (after !== null && (await pause()) === 'go-on');
  return removed;
}

interface PruneJobOptions extends Omit<PruneOptions, 'pause'> {
  everyMs: number;
  log: Logger;
}

/** Wait between two steps of a pass: requests come first. */
const STEP_PAUSE_MS = 20;

/** Forgets old events from time to time. */
export class PruneJob {
  private readonly options: PruneJobOptions;
  private timer: NodeJS.Timeout | undefined;
  private pass: Promise<void> | undefined;
  private stopped = false;

  constructor(options: PruneJobOptions) {
    this.options = options;
  }

  start(): void {
    this.timer = setInterval(() => {
      this.pass ??= this.run().finally(() => {
        this.pass = undefined;
      });
    }, this.options.everyMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.pass;
  }

  private async run(): Promise<void> {
    const { log } = this.options;
    try {
      const removed = await pruneOnce({ ...this.options, pause: () => this.pause() });
      if (removed > 0) log.info({ removed }, 'inbox.pruned');
    } catch (error) {
      log.error({ err: error }, 'inbox.prune_failed');
    }
  }

  private async pause(): Promise<'go-on' | 'stop'> {
    await new Promise((resolve) => setTimeout(resolve, STEP_PAUSE_MS));
    return this.stopped ? 'stop' : 'go-on';
  }
}
