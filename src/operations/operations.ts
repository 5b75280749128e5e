import type { BooksReader } from '../books/read.ts';
import type { OperationsSettings } from '../config/operations.ts';
import type { Page } from '../contracts/primitives.ts';
import type { Answer } from '../domain/answers.ts';
import { openDatabase, type Sqlite } from '../db/open.ts';
import type { Normalise } from '../inbox/plan.ts';
import type { Logger } from '../logger.ts';
import { commandOrder, type OrderCall } from './actions/command-order.ts';
import { decideAction, type DecisionCall, type Verdict } from './actions/decide-action.ts';
import type { NewsOptions } from './actions/news-payload.ts';
import { createNewsStore, type NewsStore } from './actions/news-store.ts';
import { ActionWatcher } from './actions/news.ts';
import { alertPayload, type AlertView } from './alerts/alert-payload.ts';
import { createAlertStore, type AlertFilter, type AlertStore } from './alerts/alert-store.ts';
import { AlertWatcher } from './alerts/watcher.ts';
import { createAuditLog, type AuditLog } from './audit/audit-log.ts';
import { createDeadLetters, type DeadLetters } from './dead-letters/dead-letters.ts';
import { groupByCause, type CauseGroups } from './dead-letters/groups.ts';
import type { LetterFilter } from './dead-letters/open-letters.ts';
import { replayLetter } from './dead-letters/replay-letter.ts';
import { createEventReplays, type EventReplays } from './events/replay-event.ts';
import type { AskOrder, EventStore, OrderInputs } from './ports.ts';
import { createPrune } from './prune.ts';
import { createReplays, type Replays } from './replays/replays.ts';
import * as schema from './schema.ts';
import { createAddressGuard } from './subscriptions/address-guard.ts';
import { resolveByDns, type Resolve } from './subscriptions/outbound-url.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions/subscriptions.ts';

export interface OperationsOptions {
  /** `ops.db`, which only the process of the API writes. */
  file: string;
  books: BooksReader;
  inbox: EventStore;
  orders: OrderInputs;
  ask: AskOrder;
  /** How subscribers are told of actions. */
  actionNews: NewsOptions;
  normalise: Normalise;
  /** Events that wait for their orders. */
  backlog(): { backlog: number; oldestAgeMs: number };
  /** Mappings that do not serve, and why; null when all do. */
  mappings?(): { cause: string; since: number; message: string } | null;
  settings: OperationsSettings;
  log: Logger;
  now?: () => number;
  random?: () => number;
  resolve?: Resolve;
}

/** What operators do beside reading, and what they are told of. */
export interface Operations {
  audit: AuditLog;
  deadLetters: DeadLetters;
  actions: {
    /** Throws a 404 for an action that is not there. */
    decide(call: DecisionCall): Promise<Verdict>;
    /** Looks for news of actions now instead of at the next turn. */
    look(): Promise<void>;
  };
  orders: {
    /** `closed` when the order has ended or never was. */
    command(call: OrderCall): Promise<Answer | 'closed'>;
  };
  replays: Pick<Replays, 'begin' | 'get' | 'cancel'>;
  events: EventReplays;
  subscriptions: Subscriptions;
  alerts: {
    list(filter: AlertFilter): Page<AlertView>;
    /** Looks for causes now instead of at the next turn. */
    look(): Promise<void>;
  };
  start(): void;
  stop(): Promise<void>;
}

export function createOperations(options: OperationsOptions): Operations {
  const { books, inbox, orders, normalise, settings, log, now = Date.now } = options;
  const { sqlite } = openDatabase(schema, {
    file: options.file,
    migrations: 'src/operations/migrations',
    synchronous: 'FULL',
  });
  const letters = books.deadLetters;
  const letterDeps = { letters, events: inbox, orders, ask: options.ask, now };
  const scan = { letters, limits: settings.scan, samplesMax: settings.scan.samplesMax };
  const deepScan = { ...settings.scan, rowsMax: settings.replays.scanRowsMax };
  const replays = createReplays({
    sqlite,
    letters,
    send: (id, nonce) => replayLetter({ id, nonce }, letterDeps),
    scan: deepScan,
    limits: settings.replays,
    now,
    log,
  });
  const subscriptions = subscriptionsOf(sqlite, options);
  const alerts = createAlertStore(sqlite);
  const groups = (filter: LetterFilter) => groupByCause(filter, scan);
  const watcher = watcherOf(sqlite, { ...options, alerts, subscriptions, groups });
  const news = createNewsStore(sqlite);
  const actionWatcher = actionWatcherOf(sqlite, { ...options, news, subscriptions });
  const prune = createPrune({
    sqlite,
    replays,
    alerts,
    news,
    keepMs: settings.keep.forMs,
    deliveries: settings.delivery,
    now,
    log,
  });
  return {
    audit: createAuditLog({ sqlite, log }),
    deadLetters: createDeadLetters({
      ...letterDeps,
      groups,
      deepScan,
      samplesMax: settings.scan.samplesMax,
      normalise,
    }),
    actions: {
      decide: (call) => decideAction(call, { ...letterDeps, actions: books.actions }),
      look: () => actionWatcher.look(),
    },
    orders: { command: (call) => commandOrder(call, letterDeps) },
    replays,
    events: createEventReplays({ books, events: inbox, normalise, now }),
    subscriptions,
    alerts: {
      list(filter) {
        const { items, next } = alerts.list(filter);
        return { items: items.map((alert) => alertPayload(alert, settings.apiUrl)), next };
      },
      look: () => watcher.look(),
    },
    ...lifeOf({
      parts: [replays, subscriptions, watcher, actionWatcher],
      prune,
      pruneEveryMs: settings.keep.pruneEveryMs,
      sqlite,
    }),
  };
}

interface Life {
  parts: Pick<Operations, 'start' | 'stop'>[];
  prune(): void;
  pruneEveryMs: number;
  sqlite: Sqlite;
}

function lifeOf({ parts, prune, pruneEveryMs, sqlite }: Life): Pick<Operations, 'start' | 'stop'> {
  let pruneTimer: NodeJS.Timeout | undefined;
  return {
    start() {
      for (const part of parts) part.start();
      pruneTimer = setInterval(prune, pruneEveryMs);
    },
    async stop() {
      clearInterval(pruneTimer);
      await Promise.all(parts.map((part) => part.stop()));
      sqlite.close();
    },
  };
}

function subscriptionsOf(sqlite: Sqlite, options: OperationsOptions): Subscriptions {
  const { settings, log, now = Date.now, random = Math.random } = options;
  const { outbound } = settings;
  if (outbound.allowCidrs.length > 0) {
    log.warn({ networks: outbound.allowCidrs }, 'outbound.private_networks_allowed');
  }
  return createSubscriptions({
    sqlite,
    guard: createAddressGuard(outbound),
    resolve: options.resolve ?? resolveByDns,
    lookupTimeoutMs: outbound.lookupTimeoutMs,
    policy: settings.delivery,
    limits: settings.subscriptions,
    timeScale: settings.timeScale,
    now,
    random,
    log,
  });
}

interface WatcherParts extends OperationsOptions {
  alerts: AlertStore;
  subscriptions: Subscriptions;
  groups(filter: LetterFilter): Promise<CauseGroups>;
}

function watcherOf(sqlite: Sqlite, parts: WatcherParts): AlertWatcher {
  const { books, settings, log, now = Date.now } = parts;
  return new AlertWatcher({
    sqlite,
    store: parts.alerts,
    publisher: parts.subscriptions.publisher,
    deadLetters: async () => (books.present() ? await parts.groups({}) : undefined),
    backlog: parts.backlog,
    mappings: () => parts.mappings?.() ?? null,
    backlogAgeMs: settings.alerts.backlogAgeMs,
    everyMs: settings.alerts.pollMs,
    apiUrl: settings.apiUrl,
    now,
    log,
  });
}

interface ActionWatcherParts extends OperationsOptions {
  news: NewsStore;
  subscriptions: Subscriptions;
}

function actionWatcherOf(sqlite: Sqlite, parts: ActionWatcherParts): ActionWatcher {
  const { books, settings, actionNews, log, now = Date.now } = parts;
  return new ActionWatcher({
    ...actionNews,
    sqlite,
    store: parts.news,
    publisher: parts.subscriptions.publisher,
    actions: books.actions,
    everyMs: settings.actions.pollMs,
    sliceRows: settings.scan.sliceRows,
    keepMs: settings.keep.forMs,
    now,
    log,
  });
}
