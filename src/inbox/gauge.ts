import type { Backlog } from './store.ts';

export interface InboxHealth {
  /** Events stored and not yet handed to their order. */
  backlog: number;
  oldestAgeMs: number;
  /** At the present pace; null while nothing drains. */
  drainSeconds: number | null;
}

export interface GaugeOptions {
  count(): Promise<Backlog>;
  /** Whether a write succeeds now; asked only after one failed. */
  probeWrite(): boolean;
  now?: () => number;
}

/** Weight of the newest measurement in the pace. */
const PACE_WEIGHT = 0.3;

/**
 * The backlog as the hot path needs it: counted in memory, and set right from the store at each
 * refresh, so that asking costs nothing and a drift does not last.
 */
export class InboxGauge {
  /** Read on every request. */
  backlog = 0;
  writable = true;
  private oldestReceivedAt: number | null = null;
  private handedOver = 0;
  private pacePerSecond = 0;
  private lastRefreshAt: number;
  private timer: NodeJS.Timeout | undefined;
  private readonly options: GaugeOptions;
  private readonly now: () => number;

  constructor(options: GaugeOptions) {
    this.options = options;
    this.now = options.now ?? Date.now;
    this.lastRefreshAt = this.now();
  }

  added(): void {
    this.backlog += 1;
    this.oldestReceivedAt ??= this.now();
    this.writable = true;
  }

  settled(count: number): void {
    this.backlog = Math.max(0, this.backlog - count);
    this.handedOver += count;
  }

  writeFailed(): void {
    this.writable = false;
  }

  read(): InboxHealth {
    const oldest = this.backlog === 0 ? null : this.oldestReceivedAt;
    return {
      backlog: this.backlog,
      oldestAgeMs: oldest === null ? 0 : Math.max(0, this.now() - oldest),
      drainSeconds: this.drainSeconds(),
    };
  }

  /** Sets the count right and measures the pace since the last time. */
  async refresh(): Promise<void> {
    const { count, oldestReceivedAt } = await this.options.count();
    this.backlog = count;
    this.oldestReceivedAt = oldestReceivedAt;
    const elapsedS = (this.now() - this.lastRefreshAt) / 1000;
    if (elapsedS > 0) {
      const pace = this.handedOver / elapsedS;
      this.pacePerSecond += (pace - this.pacePerSecond) * PACE_WEIGHT;
    }
    this.handedOver = 0;
    this.lastRefreshAt = this.now();
    if (!this.writable) this.writable = this.options.probeWrite();
  }

  start(everyMs: number, onError: (error: unknown) => void): void {
    this.timer = setInterval(() => {
      this.refresh().catch(onError);
    }, everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private drainSeconds(): number | null {
    if (this.backlog === 0) return 0;
    return this.pacePerSecond < 0.01 ? null : Math.ceil(this.backlog / this.pacePerSecond);
  }
}
