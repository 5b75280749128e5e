import { randomBytes, randomUUID } from 'node:crypto';
import type { Page } from '../../contracts/primitives.ts';
import { cursorOf, positionOf } from '../../books/read-cursor.ts';
import type { Sqlite } from '../../db/open.ts';
import { AppError } from '../../errors.ts';

export interface Subscription {
  subscriptionId: string;
  url: string;
  eventTypes: string[];
  description: string | null;
  enabled: boolean;
  disabledReason: string | null;
  createdAt: number;
  updatedAt: number;
}

export interface NewSubscription {
  url: string;
  eventTypes: readonly string[];
  description: string | null;
}

export interface SubscriptionStore {
  /** The secret is shown this once. */
  create(subscription: NewSubscription): { subscription: Subscription; secret: string };
  find(subscriptionId: string): Subscription | undefined;
  secretOf(subscriptionId: string): string | undefined;
  list(request: { cursor?: string | undefined; limit: number }): Page<Subscription>;
  /** All of them: their number is limited. */
  all(): Subscription[];
  setEnabled(subscriptionId: string, enabled: boolean, reason: string | null): boolean;
  remove(subscriptionId: string): boolean;
}

interface Row extends Omit<Subscription, 'eventTypes' | 'enabled'> {
  eventTypes: string;
  enabled: 0 | 1;
}

const COLUMNS = `subscription_id AS subscriptionId, url, event_types AS eventTypes, description,
  enabled, disabled_reason AS disabledReason, created_at AS createdAt, updated_at AS updatedAt`;

const SECRET_BYTES = 32;

interface StoreOptions {
  sqlite: Sqlite;
  countMax: number;
  now: () => number;
}

export function createSubscriptionStore(options: StoreOptions): SubscriptionStore {
  return { ...readers(options.sqlite), ...writers(options) };
}

function readers(sqlite: Sqlite) {
  const one = sqlite.prepare<[string], Row>(
    `SELECT ${COLUMNS} FROM subscriptions WHERE subscription_id = ?`,
  );
  const secret = sqlite.prepare<[string], { secret: string }>(
    'SELECT secret FROM subscriptions WHERE subscription_id = ?',
  );
  const page = sqlite.prepare<[number, string, number], Row>(`SELECT ${COLUMNS} FROM subscriptions
    WHERE (created_at, subscription_id) < (?, ?)
    ORDER BY created_at DESC, subscription_id DESC LIMIT ?`);
  const every = sqlite.prepare<[], Row>(`SELECT ${COLUMNS} FROM subscriptions`);
  return {
    find(subscriptionId: string) {
      const row = one.get(subscriptionId);
      return row && subscriptionOf(row);
    },
    secretOf: (subscriptionId: string) => secret.get(subscriptionId)?.secret,
    list({ cursor, limit }: { cursor?: string | undefined; limit: number }) {
      const from = positionOf(cursor);
      const rows = page.all(from.at, from.key, limit + 1);
      const items = rows.slice(0, limit).map(subscriptionOf);
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      const next = more ? cursorOf({ at: last.createdAt, key: last.subscriptionId }) : null;
      return { items, next };
    },
    all: () => every.all().map(subscriptionOf),
  };
}

function writers({ sqlite, countMax, now }: StoreOptions) {
  const count = sqlite.prepare<[], { count: number }>(
    'SELECT count(*) AS count FROM subscriptions',
  );
  const insert = sqlite.prepare(`INSERT INTO subscriptions
    (subscription_id, url, event_types, description, secret, enabled, created_at, updated_at)
    VALUES (@subscriptionId, @url, @eventTypes, @description, @secret, 1, @at, @at)`);
  const setEnabled = sqlite.prepare(`UPDATE subscriptions SET enabled = @enabled,
    disabled_reason = @reason, updated_at = @at WHERE subscription_id = @subscriptionId`);
  const remove = sqlite.prepare('DELETE FROM subscriptions WHERE subscription_id = ?');
  const keepUnsent = sqlite.prepare(
    `UPDATE deliveries SET status = 'suppressed' WHERE webhook_id = ? AND status = 'pending'`,
  );
  const removeAll = sqlite.transaction((subscriptionId: string) => {
    keepUnsent.run(subscriptionId);
    return remove.run(subscriptionId).changes > 0;
  });
  return {
    create({ url, eventTypes, description }: NewSubscription) {
      if ((count.get()?.count ?? 0) >= countMax) throw tooMany(countMax);
      const subscriptionId = `sub_${randomUUID()}`;
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const at = now();
      const row = { subscriptionId, url, eventTypes: JSON.stringify(eventTypes), description, at };
      insert.run({ ...row, secret });
      const subscription: Subscription = {
        subscriptionId,
        url,
        eventTypes: [...eventTypes],
        description,
        enabled: true,
        disabledReason: null,
        createdAt: at,
        updatedAt: at,
      };
      return { subscription, secret };
    },
    setEnabled: (subscriptionId: string, enabled: boolean, reason: string | null) =>
      setEnabled.run({ subscriptionId, enabled: enabled ? 1 : 0, reason, at: now() }).changes > 0,
    remove: (subscriptionId: string) => removeAll.immediate(subscriptionId),
  };
}

function subscriptionOf(row: Row): Subscription {
  const eventTypes = JSON.parse(row.eventTypes) as string[];
  return { ...row, eventTypes, enabled: row.enabled === 1 };
}

function tooMany(countMax: number): AppError {
  return new AppError(
    'conflict',
    `There are ${countMax} subscriptions, as many as CROSSDOCK_SUBSCRIPTIONS_MAX allows. Delete one first.`,
    { problem: 'too-many-subscriptions' },
  );
}
