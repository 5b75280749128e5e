import type { BooksReader } from '../books/read.ts';
import type { OperationsSettings } from '../config/operations.ts';
import type { Page } from '../contracts/primitives.ts';
import { openDatabase, type Sqlite } from '../db/open.ts';
import type { Normalise } from '../inbox/plan.ts';
import type { Logger } from '../logger.ts';
import { alertPayload, type AlertView } from './alerts/alert-payload.ts';
import { createAlertStore, type AlertFilter, type AlertStore } from './alerts/alert-store.ts';
import { AlertWatcher } from './alerts/watcher.ts';
import { createAuditLog, type AuditLog } from './audit/audit-log.ts';
import { discardLetter } from './dead-letters/discard-letter.ts';
import { groupByCause, type CauseGroups } from './dead-letters/groups.ts';
import type { LetterFilter } from './dead-letters/open-letters.ts';
import { previewReplay, type ReplayPreview } from './dead-letters/preview.ts';
import { replayLetter } from './dead-letters/replay-letter.ts';
import { showLetter, type ShownLetter } from './dead-letters/show-letter.ts';
import { createEventReplays, type EventReplays } from './events/replay-event.ts';
import { nonceOf } from './nonce.ts';
import type { EventStore, OrderInputs } from './ports.ts';
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
  normalise: Normalise;
  /** Events that wait for their orders. */
  backlog(): { backlog: number; oldestAgeMs: number };
  settings: OperationsSettings;
  log: Logger;
  now?: () => number;
  random?: () => number;
  resolve?: Resolve;
}

interface LetterCall {
  id: string;
  idempotencyKey: string | undefined;
}

/** What operators do beside reading, and what they are told of. */
export interface Operations {
  audit: AuditLog;
  deadLetters: {
    groups(filter: LetterFilter): Promise<CauseGroups>;
    preview(filter: LetterFilter): Promise<ReplayPreview>;
    show(id: string): Promise<ShownLetter>;
    /** Both resolve to the id of the order. */
    replay(call: LetterCall): Promise<string>;
    discard(call: LetterCall & { reason: string }): Promise<string>;
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
  const letterDeps = { letters, events: inbox, orders, now };
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
  const prune = createPrune({
    sqlite,
    replays,
    alerts,
    keepMs: settings.keep.forMs,
    deliveries: settings.delivery,
    now,
    log,
  });
  let pruneTimer: NodeJS.Timeout | undefined;
  return {
    audit: createAuditLog({ sqlite, log }),
    deadLetters: {
      groups,
      preview: (filter) =>
        previewReplay(filter, { ...scan, limits: deepScan, events: inbox, normalise }),
      show: (id) => showLetter(id, letterDeps),
      replay: ({ id, idempotencyKey }) =>
        replayLetter({ id, nonce: nonceOf(idempotencyKey) }, letterDeps),
      discard: ({ id, idempotencyKey, reason }) =>
        discardLetter({ id, nonce: nonceOf(idempotencyKey), reason }, letterDeps),
    },
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
    start() {
      replays.start();
      subscriptions.start();
      watcher.start();
      pruneTimer = setInterval(prune, settings.keep.pruneEveryMs);
    },
    async stop() {
      clearInterval(pruneTimer);
      await Promise.all([replays.stop(), subscriptions.stop(), watcher.stop()]);
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
    backlogAgeMs: settings.alerts.backlogAgeMs,
    everyMs: settings.alerts.pollMs,
    apiUrl: settings.apiUrl,
    now,
    log,
  });
}
