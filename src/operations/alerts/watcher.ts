import { randomUUID } from 'node:crypto';
import type { Sqlite } from '../../db/open.ts';
import type { Logger } from '../../logger.ts';
import type { CauseGroups } from '../dead-letters/groups.ts';
import { groupKey } from '../dead-letters/groups.ts';
import { Poll } from '../poll.ts';
import type { Publisher } from '../subscriptions/publisher.ts';
import type { Alert, AlertFacts, AlertStore } from './alert-store.ts';
import { alertPayload } from './alert-payload.ts';

export interface WatcherOptions {
  sqlite: Sqlite;
  store: AlertStore;
  publisher: Publisher;
  /** Undefined while the books cannot tell. */
  deadLetters(): Promise<CauseGroups | undefined>;
  backlog(): { backlog: number; oldestAgeMs: number };
  /** Mappings that do not serve, and why; null when all do. */
  mappings(): { cause: string; since: number; message: string } | null;
  backlogAgeMs: number;
  everyMs: number;
  apiUrl: string;
  now: () => number;
  log: Logger;
}

/** What stands now; `complete` when a cause that is not among them has gone. */
interface Found {
  facts: AlertFacts[];
  complete: boolean;
}

/**
 * One alert per cause: raised once, kept up to date while it stands, resolved once. An alert and
 * its events are one commit, so neither a restart nor a crash repeats or loses them.
 */
export class AlertWatcher {
  private readonly options: WatcherOptions;
  private readonly apply: (found: Found) => { raised: Alert[]; resolved: Alert[] };
  private readonly poll: Poll;

  constructor(options: WatcherOptions) {
    this.options = options;
    this.poll = new Poll(() => this.lookOnce(), { name: 'alert', ...options });
    const apply = options.sqlite.transaction((found: Found) => this.settle(found));
    this.apply = (found) => apply.immediate(found);
  }

  start(): void {
    this.poll.start();
  }

  stop(): Promise<void> {
    return this.poll.stop();
  }

  look(): Promise<void> {
    return this.poll.look();
  }

  private async lookOnce(): Promise<void> {
    const groups = await this.options.deadLetters();
    const deadLetters = groups?.groups ?? [];
    const own = [...this.backlogFacts(), ...this.mappingFacts()];
    const complete = groups !== undefined && !groups.truncated;
    const { raised, resolved } = this.apply({ facts: [...deadLetters, ...own], complete });
    const { log } = this.options;
    for (const alert of raised) log.warn(this.lineOf(alert), 'alert.raised');
    for (const alert of resolved) log.info(this.lineOf(alert), 'alert.resolved');
  }

  private backlogFacts(): AlertFacts[] {
    const { backlog, backlogAgeMs, now } = this.options;
    const { backlog: count, oldestAgeMs } = backlog();
    if (count === 0 || oldestAgeMs < backlogAgeMs) return [];
    return [
      {
        kind: 'backlog',
        connection: 'inbox',
        cause: 'inbox backlog',
        count,
        ordersBlocked: 0,
        oldestAt: now() - oldestAgeMs,
        lastError: `The oldest of ${count} events has waited ${Math.round(oldestAgeMs / 1000)} s for its order`,
      },
    ];
  }

  private mappingFacts(): AlertFacts[] {
    const found = this.options.mappings();
    if (found === null) return [];
    const { cause, since, message } = found;
    return [
      {
        ...{ kind: 'mappings', connection: 'mappings', cause },
        ...{ count: 1, ordersBlocked: 0, oldestAt: since, lastError: message },
      },
    ];
  }

  private settle({ facts, complete }: Found): { raised: Alert[]; resolved: Alert[] } {
    const standing = new Map(this.options.store.standing().map((one) => [groupKey(one), one]));
    const raised: Alert[] = [];
    for (const fact of facts) {
      const alert = standing.get(groupKey(fact));
      standing.delete(groupKey(fact));
      if (alert === undefined) raised.push(this.raise(fact));
      else this.renew(alert, fact);
    }
    const gone = [...standing.values()].filter((one) => complete || isOwn(one));
    return { raised, resolved: gone.map((alert) => this.resolve(alert)) };
  }

  private raise(facts: AlertFacts): Alert {
    const { store, now } = this.options;
    const at = now();
    const { kind, connection, cause, count, ordersBlocked, oldestAt, lastError } = facts;
    const alert: Alert = {
      alertId: `alr_${randomUUID()}`,
      ...{ kind, connection, cause, count, ordersBlocked, oldestAt, lastError },
      raisedAt: at,
      updatedAt: at,
      resolvedAt: null,
    };
    store.insert(alert);
    this.publish('ALERT.RAISED', alert);
    return alert;
  }

  private renew(alert: Alert, facts: AlertFacts): void {
    const { count, ordersBlocked, oldestAt, lastError } = facts;
    const same =
      alert.count === count &&
      alert.ordersBlocked === ordersBlocked &&
      alert.oldestAt === oldestAt &&
      alert.lastError === lastError;
    if (same) return;
    const { store, now } = this.options;
    store.update({ ...alert, count, ordersBlocked, oldestAt, lastError, updatedAt: now() });
  }

  private resolve(standing: Alert): Alert {
    const { store, now } = this.options;
    const at = now();
    const alert = { ...standing, count: 0, ordersBlocked: 0, updatedAt: at, resolvedAt: at };
    store.update(alert);
    this.publish('ALERT.RESOLVED', alert);
    return alert;
  }

  private publish(eventType: 'ALERT.RAISED' | 'ALERT.RESOLVED', alert: Alert): void {
    const { publisher, apiUrl } = this.options;
    publisher.publish({
      eventType,
      eventId: `${alert.alertId}:${eventType === 'ALERT.RAISED' ? 'raised' : 'resolved'}`,
      payload: alertPayload(alert, apiUrl),
      at: alert.updatedAt,
    });
  }

  private lineOf({ alertId, kind, connection, cause, count, ordersBlocked, lastError }: Alert) {
    return { alertId, kind, connection, cause, count, ordersBlocked, lastError };
  }
}

/** Whether it stands is always known, whatever the books tell. */
function isOwn({ kind }: AlertFacts): boolean {
  return kind === 'backlog' || kind === 'mappings';
}
