import { GroupCommit } from '../../db/group-commit.ts';
import type { Sqlite } from '../../db/open.ts';
import { createOutbox, type DueRow, type Outbox, type Settlement } from '../../delivery/outbox.ts';
import type { DeliveryPolicy } from '../../delivery/policy.ts';
import { reportAttempt } from '../../delivery/report.ts';
import { judge, type Verdict } from '../../delivery/retry.ts';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { signTemplate } from '../../verification/sign.ts';
import type { Poster, PostOutcome } from './guarded-post.ts';
import type { Subscription, SubscriptionStore } from './store.ts';

export interface SenderOptions {
  sqlite: Sqlite;
  subscriptions: SubscriptionStore;
  poster: Poster;
  policy: DeliveryPolicy;
  /** Attempts in flight to one subscription. */
  perSubscriptionMax: number;
  timeScale: number;
  now: () => number;
  random: () => number;
  log: Logger;
}

/** Longest sleep between two looks at the outbox; a due row is never waited for longer. */
const LOOK_EVERY_MAX_MS = 60_000;

interface InFlight {
  subscriptionId: string;
  done: Promise<void>;
  cut: AbortController;
}

interface Attempt {
  subscription: Subscription;
  row: DueRow;
  cut: AbortController;
}

/**
 * Sends what is owed to enabled subscriptions. A row leaves `pending` only with the commit that
 * holds its outcome, so after a kill -9 a receiver may see an event twice, never not at all.
 */
export class SubscriptionSender {
  private readonly options: SenderOptions;
  private readonly outboxes = new Map<string, Outbox>();
  private readonly settlements: GroupCommit<{ outbox: Outbox; settlement: Settlement }, true>;
  private readonly inFlight = new Map<number, InFlight>();
  private running = false;
  private woken = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: SenderOptions) {
    this.options = options;
    const { policy, sqlite } = options;
    this.settlements = new GroupCommit({
      sqlite,
      write: ({ outbox, settlement }) => {
        outbox.settle(settlement, policy.attemptsKeptMax);
        return true as const;
      },
      batchMax: policy.concurrencyMax,
      queueMax: policy.concurrencyMax,
    });
  }

  start(): void {
    this.running = true;
    this.wake();
  }

  /** Ends attempts in flight within the policy's grace; what is unfinished stays pending. */
  async stop(): Promise<void> {
    this.running = false;
    clearTimeout(this.timer);
    const cutAll = () => this.inFlight.forEach(({ cut }) => cut.abort());
    const grace = setTimeout(cutAll, this.options.policy.stopGraceMs);
    await Promise.all([...this.inFlight.values()].map(({ done }) => done));
    clearTimeout(grace);
  }

  wake(): void {
    if (this.woken || !this.running) return;
    this.woken = true;
    setImmediate(() => this.look());
  }

  outboxOf(subscriptionId: string): Outbox {
    const known = this.outboxes.get(subscriptionId);
    if (known !== undefined) return known;
    const outbox = createOutbox(this.options.sqlite, subscriptionId);
    this.outboxes.set(subscriptionId, outbox);
    return outbox;
  }

  private look(): void {
    this.woken = false;
    if (!this.running) return;
    clearTimeout(this.timer);
    const { subscriptions, perSubscriptionMax, policy, log, now } = this.options;
    try {
      const at = now();
      let nextAt = at + LOOK_EVERY_MAX_MS;
      for (const subscription of subscriptions.all().filter((one) => one.enabled)) {
        const outbox = this.outboxOf(subscription.subscriptionId);
        // Rows in flight are still due, so this many rows hold every free slot's worth of others.
        for (const row of outbox.due(at, perSubscriptionMax)) this.launch(subscription, row);
        nextAt = Math.min(nextAt, outbox.nextDueAt(at) ?? nextAt);
      }
      this.sleep(nextAt - at);
    } catch (error) {
      log.error({ error: messageOf(error) }, 'delivery.outbox_unreadable');
      this.sleep(policy.storeRetryMs);
    }
  }

  private sleep(waitMs: number): void {
    this.timer = setTimeout(() => this.wake(), waitMs);
  }

  private launch(subscription: Subscription, row: DueRow): void {
    const { policy, perSubscriptionMax } = this.options;
    const { subscriptionId } = subscription;
    const own = [...this.inFlight.values()].filter((one) => one.subscriptionId === subscriptionId);
    const full = this.inFlight.size >= policy.concurrencyMax || own.length >= perSubscriptionMax;
    if (full || this.inFlight.has(row.seq)) return;
    const cut = new AbortController();
    const done = this.send({ subscription, row, cut }).finally(() => {
      this.inFlight.delete(row.seq);
      this.wake();
    });
    this.inFlight.set(row.seq, { subscriptionId, done, cut });
  }

  private async send({ subscription, row, cut }: Attempt): Promise<void> {
    const { subscriptions, poster, policy, log, now } = this.options;
    const { subscriptionId, url } = subscription;
    const secret = subscriptions.secretOf(subscriptionId);
    if (secret === undefined) return;
    const at = now();
    const headers = signTemplate({ secret, body: row.body });
    const outcome = await poster.post({ url, headers, body: row.body, signal: cut.signal });
    if (cut.signal.aborted) return;
    const endedAt = now();
    const verdict = this.verdictOf(outcome, row.tries + 1, endedAt);
    const latencyMs = endedAt - at;
    reportAttempt({ log, webhookId: subscriptionId, row, outcome, verdict, latencyMs });
    if (outcome.blocked) log.warn({ subscriptionId, error: outcome.error }, 'delivery.blocked');
    if (outcome.status === 410) this.disable(subscription);
    const { status, error } = outcome;
    await this.settle(this.outboxOf(subscriptionId), policy.storeRetryMs, {
      seq: row.seq,
      round: row.round,
      tries: row.tries + 1,
      attempt: { at, status, latencyMs, error },
      verdict:
        verdict.kind === 'retry' ? { nextAt: endedAt + verdict.delayMs } : { status: verdict.kind },
    });
  }

  /** What the guard refuses is not tried again. */
  private verdictOf(outcome: PostOutcome, attempt: number, now: number): Verdict {
    if (outcome.blocked) return { kind: 'failed' };
    const { policy: rule, timeScale, random } = this.options;
    return judge({ rule, attempt, outcome, now, timeScale, random });
  }

  /** 410 says that nobody will ever listen there again. */
  private disable({ subscriptionId }: Subscription): void {
    const reason = 'it answered 410 Gone';
    this.options.subscriptions.setEnabled(subscriptionId, false, reason);
    this.options.log.warn({ subscriptionId, reason }, 'subscription.disabled');
  }

  private async settle(outbox: Outbox, retryMs: number, settlement: Settlement): Promise<void> {
    try {
      await this.settlements.submit({ outbox, settlement });
    } catch (error) {
      // The row stays pending and is sent again; the pause keeps a full disk from becoming a loop.
      this.options.log.error({ error: messageOf(error) }, 'delivery.not_recorded');
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}
