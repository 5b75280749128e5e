import type { Page } from '../../contracts/primitives.ts';
import type { Sqlite } from '../../db/open.ts';
import type { DeliveryPolicy } from '../../delivery/policy.ts';
import type { DeliveryView } from '../../delivery/view.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { AddressGuard } from './address-guard.ts';
import {
  createDeliveryReads,
  type DeliveryReads,
  type SubscriptionDeliveryFilter,
} from './delivery-list.ts';
import { createGuardedPoster } from './guarded-post.ts';
import { vetUrl, type Resolve } from './outbound-url.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { SubscriptionSender } from './sender.ts';
import {
  createSubscriptionStore,
  type NewSubscription,
  type Subscription,
  type SubscriptionStore,
} from './store.ts';
import { sendTest } from './test-send.ts';

export interface SubscriptionsOptions {
  sqlite: Sqlite;
  guard: AddressGuard;
  resolve: Resolve;
  lookupTimeoutMs: number;
  policy: DeliveryPolicy;
  limits: { countMax: number; pendingMax: number; concurrencyMax: number };
  timeScale: number;
  now: () => number;
  random: () => number;
  log: Logger;
}

/** Who is told of what, and what became of it. */
export interface Subscriptions {
  create(subscription: NewSubscription): Promise<{ subscription: Subscription; secret: string }>;
  list(request: { cursor?: string | undefined; limit: number }): Page<Subscription>;
  /** Throws a 404 for one that is not there, like all that name one. */
  get(subscriptionId: string): Subscription;
  setEnabled(subscriptionId: string, enabled: boolean): Subscription;
  remove(subscriptionId: string): void;
  /** Sends a test event now, also to a disabled one, and resolves to what came of it. */
  test(subscriptionId: string): Promise<DeliveryView>;
  deliveries(filter: SubscriptionDeliveryFilter): Page<DeliveryView>;
  redeliver(deliveryId: string): DeliveryView;
  publisher: Publisher;
  start(): void;
  stop(): Promise<void>;
}

const BY_OPERATOR = 'disabled by an operator';

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { sqlite, guard, policy, limits, now, log } = options;
  const store = createSubscriptionStore({ sqlite, countMax: limits.countMax, now });
  const poster = createGuardedPoster({ policy, guard });
  const sender = new SubscriptionSender({
    ...options,
    subscriptions: store,
    poster,
    perSubscriptionMax: limits.concurrencyMax,
  });
  const reads = createDeliveryReads(sqlite);
  const { get, found } = finders(store, reads);
  return {
    async create(subscription) {
      const url = await vetUrl({
        url: subscription.url,
        guard,
        resolve: options.resolve,
        timeoutMs: options.lookupTimeoutMs,
      });
      return store.create({ ...subscription, url });
    },
    list: store.list,
    get,
    setEnabled(subscriptionId, enabled) {
      get(subscriptionId);
      store.setEnabled(subscriptionId, enabled, enabled ? null : BY_OPERATOR);
      sender.wake();
      return get(subscriptionId);
    },
    remove(subscriptionId) {
      get(subscriptionId);
      store.remove(subscriptionId);
    },
    async test(subscriptionId) {
      const subscription = get(subscriptionId);
      const secret = store.secretOf(subscriptionId) ?? '';
      const { attemptsKeptMax } = policy;
      return found(await sendTest({ sqlite, subscription, secret, poster, now, attemptsKeptMax }));
    },
    deliveries: reads.list,
    redeliver(deliveryId) {
      const delivery = found(deliveryId);
      const subscription = get(delivery.webhook_id);
      if (!subscription.enabled) throw disabled(subscription);
      sender.outboxOf(subscription.subscriptionId).redeliver(deliveryId, now());
      sender.wake();
      return found(deliveryId);
    },
    publisher: createPublisher({
      sqlite,
      subscriptions: store,
      pendingMax: limits.pendingMax,
      wake: () => sender.wake(),
      log,
    }),
    start: () => sender.start(),
    async stop() {
      await sender.stop();
      await poster.close();
    },
  };
}

/** Both throw a 404 for what is not there. */
function finders(store: SubscriptionStore, reads: DeliveryReads) {
  return {
    get(subscriptionId: string): Subscription {
      const subscription = store.find(subscriptionId);
      if (subscription === undefined) throw missing('subscription', subscriptionId);
      return subscription;
    },
    found(deliveryId: string): DeliveryView {
      const delivery = reads.find(deliveryId);
      if (delivery === undefined) throw missing('delivery', deliveryId);
      return delivery;
    },
  };
}

function missing(what: 'subscription' | 'delivery', id: string): AppError {
  const list = what === 'delivery' ? 'deliveries' : 'subscriptions';
  return new AppError(
    'not-found',
    `There is no ${what} ${id}. GET /api/v1/${list} lists what there is.`,
  );
}

function disabled({ subscriptionId, disabledReason }: Subscription): AppError {
  return new AppError(
    'conflict',
    `Subscription ${subscriptionId} is disabled (${disabledReason ?? 'no reason'}), so nothing was sent. Enable it first: what is owed to it goes out then.`,
    { problem: 'subscription-disabled' },
  );
}
