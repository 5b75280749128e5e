import { GroupCommit } from '../db/group-commit.ts';
import type { Sqlite } from '../db/open.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { signTemplate } from '../verification/sign.ts';
import type { DueRow, Outbox, Settlement } from './outbox.ts';
import type { DeliveryPolicy } from './policy.ts';
import { createPoster, type Poster } from './post.ts';
import { reportAttempt } from './report.ts';
import { judge } from './retry.ts';

interface SenderOptions {
  sqlite: Sqlite;
  log: Logger;
  webhookId: string;
  url: string;
  secret: string;
  policy: DeliveryPolicy;
  timeScale: number;
  now: () => number;
  random: () => number;
  outbox: Outbox;
}

/** Longest sleep between two looks at the outbox; a due row is never waited for longer. */
const LOOK_EVERY_MAX_MS = 60_000;

interface InFlight {
  done: Promise<void>;
  cut: AbortController;
}

/** Sends what is due, bounded in concurrency. One sender per webhook and database file. */
class Sender {
  private readonly options: SenderOptions;
  private readonly settlements: GroupCommit<Settlement, true>;
  private readonly inFlight = new Map<number, InFlight>();
  private poster: Poster | undefined;
  private woken = false;
  private lookTimer: NodeJS.Timeout | undefined;
  private pruneTimer: NodeJS.Timeout | undefined;

  constructor(options: SenderOptions) {
    this.options = options;
    const { policy, outbox } = options;
    this.settlements = new GroupCommit({
      sqlite: options.sqlite,
      write: (settlement) => {
        outbox.settle(settlement, policy.attemptsKeptMax);
        return true as const;
      },
      batchMax: policy.concurrencyMax,
      queueMax: policy.concurrencyMax,
    });
  }

  start(): void {
    if (this.poster !== undefined) return;
    this.poster = createPoster(this.options.policy);
    this.pruneTimer = setInterval(() => this.prune(), this.options.policy.pruneEveryMs);
    this.pruneTimer.unref();
    this.wake();
  }

  async stop(): Promise<void> {
    const poster = this.poster;
    if (poster === undefined) return;
    this.poster = undefined;
    clearTimeout(this.lookTimer);
    clearInterval(this.pruneTimer);
    const cutAll = () => this.inFlight.forEach(({ cut }) => cut.abort());
    const grace = setTimeout(cutAll, this.options.policy.stopGraceMs);
    await Promise.all([...this.inFlight.values()].map(({ done }) => done));
    clearTimeout(grace);
    await poster.close();
  }

  wake(): void {
    if (this.woken || this.poster === undefined) return;
    this.woken = true;
    setImmediate(() => this.look());
  }

  private look(): void {
    this.woken = false;
    const { outbox, policy } = this.options;
    if (this.poster === undefined) return;
    clearTimeout(this.lookTimer);
    try {
      const now = this.options.now();
      // Rows in flight are still due, so this many rows hold every free slot's worth of others.
      for (const row of outbox.due(now, policy.concurrencyMax)) this.launch(row);
      // The row in flight stays the first of its lane until it is settled, so one goes at a time.
      const reversed = outbox.dueReverse(now);
      if (reversed) this.launch(reversed);
      const nextAt = outbox.nextDueAt(now) ?? now + LOOK_EVERY_MAX_MS;
      this.sleep(Math.min(nextAt - now, LOOK_EVERY_MAX_MS));
    } catch (error) {
      this.options.log.error({ error: messageOf(error) }, 'delivery.outbox_unreadable');
      this.sleep(policy.storeRetryMs);
    }
  }

  private sleep(waitMs: number): void {
    this.lookTimer = setTimeout(() => this.wake(), waitMs);
  }

  private launch(row: DueRow): void {
    const poster = this.poster;
    const full = this.inFlight.size >= this.options.policy.concurrencyMax;
    if (poster === undefined || full || this.inFlight.has(row.seq)) return;
    const cut = new AbortController();
    const done = this.send({ row, poster, cut }).finally(() => {
      this.inFlight.delete(row.seq);
      this.wake();
    });
    this.inFlight.set(row.seq, { done, cut });
  }

  private async send(input: { row: DueRow; poster: Poster; cut: AbortController }): Promise<void> {
    const { row, poster, cut } = input;
    const { webhookId, url, secret, now, policy, timeScale, random } = this.options;
    const at = now();
    const headers = signTemplate({ secret, body: row.body });
    const outcome = await poster.post({ url, headers, body: row.body, signal: cut.signal });
    if (cut.signal.aborted) return;
    const endedAt = now();
    const tries = row.tries + 1;
    const verdict = judge({
      rule: policy,
      attempt: tries,
      outcome,
      now: endedAt,
      timeScale,
      random,
    });
    const latencyMs = endedAt - at;
    reportAttempt({ log: this.options.log, webhookId, row, outcome, verdict, latencyMs });
    await this.settle({
      seq: row.seq,
      round: row.round,
      tries,
      attempt: { at, status: outcome.status, latencyMs, error: outcome.error },
      verdict:
        verdict.kind === 'retry' ? { nextAt: endedAt + verdict.delayMs } : { status: verdict.kind },
    });
  }

  private async settle(settlement: Settlement): Promise<void> {
    try {
      await this.settlements.submit(settlement);
    } catch (error) {
      // The row stays pending and is sent again; the pause keeps a full disk from becoming a loop.
      this.options.log.error({ error: messageOf(error) }, 'delivery.not_recorded');
      await new Promise((resolve) => setTimeout(resolve, this.options.policy.storeRetryMs));
    }
  }

  private prune(): void {
    const { outbox, policy, now, log } = this.options;
    try {
      const pruned = outbox.prune(now() - policy.retentionMs, policy.pruneBatchMax);
      if (pruned === policy.pruneBatchMax) setImmediate(() => this.poster && this.prune());
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'delivery.prune_failed');
    }
  }
}

export function createSender(options: SenderOptions) {
  const sender = new Sender(options);
  return {
    wake: () => sender.wake(),
    start: () => sender.start(),
    stop: () => sender.stop(),
  };
}
