import { randomUUID } from 'node:crypto';
import type { DispatchSettings } from '../config/api.ts';
import { AppError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { OrderSignals } from '../temporal/order-signals.ts';
import { backoffMs } from './backoff.ts';
import { createHandOver, type HandOver } from './hand-over.ts';
import type { Normalise } from './plan.ts';
import type { ClaimedLane, InboxStore } from './store.ts';
import { Waiter } from './waiter.ts';

export interface DispatcherOptions {
  store: InboxStore;
  signals: OrderSignals;
  /** Whether the books say that this order has ended. */
  isClosed: HandOver['isClosed'];
  isEcho: HandOver['isEcho'];
  settings: DispatchSettings;
  log: Logger;
  /** Told of each call that returned, with the number of its events. */
  onHandedOver(outcome: string, events: number): void;
  onSettled(events: number): void;
  normalise: Normalise;
  now?: () => number;
  random?: () => number;
}

/**
 * Hands stored events to their orders. It claims whole lanes under a lease, makes one call for all
 * that a lane holds, and marks the rows only after the call returned. A crash in between repeats
 * the call after the lease, and the workflow knows its events by their ids.
 */
export class Dispatcher {
  private readonly options: DispatcherOptions;
  private readonly owner = `dispatcher-${randomUUID()}`;
  private readonly handOver: (lane: ClaimedLane) => Promise<void>;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly waiter = new Waiter();
  private readonly now: () => number;
  private running: Promise<void> | undefined;
  private stopped = false;
  /** Failed tries in a row while Temporal is away. */
  private failures = 0;
  private retryAt = 0;
  private away: number | null = null;

  constructor(options: DispatcherOptions) {
    this.options = options;
    this.now = options.now ?? Date.now;
    this.handOver = createHandOver({ ...options, now: this.now });
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Something new may be due. */
  wake(): void {
    this.waiter.wake();
  }

  /** Since when Temporal cannot be reached, epoch ms; null while it can. */
  awaySince(): number | null {
    return this.away;
  }

  /** Claims nothing more and lets calls in flight end for at most `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.stopped = true;
    this.waiter.wake();
    await this.running;
    const grace = new Waiter();
    void Promise.allSettled(this.inFlight).then(() => grace.wake());
    if (this.inFlight.size > 0) await grace.wait(graceMs);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const pauseMs = await this.claimAndSend().catch((error: unknown) => {
        this.options.log.error({ err: error }, 'dispatch.claim_failed');
        return this.options.settings.pollMs;
      });
      if (pauseMs <= 0 || this.stopped) continue;
      await this.waiter.wait(pauseMs);
    }
  }

  /** Returns how long nothing more can be done; a wake may cut it short. */
  private async claimAndSend(): Promise<number> {
    const { settings, store } = this.options;
    this.waiter.clear();
    const now = this.now();
    if (this.failures > 0 && now < this.retryAt) return this.retryAt - now;
    const lanesMax = this.freeCalls();
    if (lanesMax === 0) return settings.pollMs;
    const claimed = await store.claim({
      owner: this.owner,
      now,
      leaseMs: settings.leaseMs,
      lanesMax,
      eventsMax: settings.signalEventsMax,
      bytesMax: settings.signalBytesMax,
    });
    for (const lane of claimed) this.send(lane);
    if (claimed.length > 0) return 0;
    const dueAt = await store.nextDueAt(now);
    return Math.min(settings.pollMs, dueAt === null ? settings.pollMs : Math.max(1, dueAt - now));
  }

  /** One call feels its way while Temporal is away, so that an outage is not answered by a flood. */
  private freeCalls(): number {
    if (this.failures > 0) return this.inFlight.size === 0 ? 1 : 0;
    return Math.max(0, this.options.settings.callsMax - this.inFlight.size);
  }

  private send(lane: ClaimedLane): void {
    const call = this.handOver(lane)
      .then(
        () => this.reached(),
        (error: unknown) => this.failed(lane, error),
      )
      .catch((error: unknown) => {
        // The lease ends by itself, and the lane is claimed again then.
        this.options.log.error({ err: error, lane: lane.lane }, 'dispatch.release_failed');
      })
      .finally(() => {
        this.inFlight.delete(call);
        this.waiter.wake();
      });
    this.inFlight.add(call);
  }

  private reached(): void {
    if (this.away !== null) {
      const awayMs = this.now() - this.away;
      this.options.log.info({ awayMs }, 'dispatch.temporal_back');
    }
    this.failures = 0;
    this.away = null;
  }

  private async failed(lane: ClaimedLane, error: unknown): Promise<void> {
    const { log, store, onHandedOver } = this.options;
    const isAway = error instanceof AppError && error.code === 'unavailable';
    if (isAway) this.noteAway(error);
    else log.warn({ err: error, lane: lane.lane }, 'dispatch.refused');
    onHandedOver(isAway ? 'away' : 'refused', lane.events.length);
    const attempts = 1 + Math.max(...lane.events.map((event) => event.attempts));
    await store.release([
      {
        lane: lane.lane,
        owner: this.owner,
        dueAt: isAway ? this.now() : this.now() + this.backoff(attempts),
        error: messageOf(error),
      },
    ]);
  }

  /** Calls that fail together count once. */
  private noteAway(error: AppError): void {
    if (this.now() < this.retryAt) return;
    if (this.away === null) {
      this.away = this.now();
      this.options.log.warn({ reason: error.message }, 'dispatch.temporal_away');
    }
    this.failures += 1;
    this.retryAt = this.now() + this.backoff(this.failures);
  }

  private backoff(failures: number): number {
    const { retryInitialMs: initialMs, retryMaxMs: maxMs } = this.options.settings;
    return backoffMs(failures, { initialMs, maxMs, random: this.options.random ?? Math.random });
  }
}
