import { join } from 'node:path';
import type { MappingsPort } from '../api/mappings-port.ts';
import type { BooksReader } from '../books/read.ts';
import type { MappingsSettings } from '../config/mappings.ts';
import { createBundleDesk, type DeskStatus } from '../bundles/desk.ts';
import type { BundleEvent } from '../bundles/desk-parts.ts';
import { openBundleStore } from '../bundles/store.ts';
import { createWiringCache } from '../bundles/wiring-cache.ts';
import type { InboxStore } from '../inbox/store.ts';
import type { Logger } from '../logger.ts';
import { compileStored, compileWiring, type Wiring } from '../wiring/compile.ts';
import type { StartDefaults } from '../wiring/order-start.ts';
import { shippedDirectory } from '../wiring/shipped.ts';
import type { ConnectionSpec } from '../wiring/spec.ts';
import { createMappingsDesk } from './mappings-desk.ts';
import { createShadowRun } from './shadow-run.ts';

export interface ServeMappingsOptions {
  settings: MappingsSettings;
  inbox: Pick<InboxStore, 'get' | 'list'>;
  books: Pick<BooksReader, 'orders'>;
  defaults: StartDefaults;
  /** Variables that a connection waits for. */
  missingOf(spec: ConnectionSpec): readonly string[];
  /** Another bundle serves from now on. */
  onActivated(): void;
  log: Logger;
}

/** The mappings of the process that takes webhooks in: it alone decides which of them serve. */
export interface ServedMappings {
  active(): Wiring;
  state(): DeskStatus['state'];
  /** What does not serve, and why; null when all does. */
  complaint(): { cause: string; since: number; message: string } | null;
  port: MappingsPort;
  /** Follows the directory from now on. */
  watch(): void;
  stop(): Promise<void>;
}

/** Resolves once a bundle serves; rejects as `config`, with every mistake, when none can. */
export async function serveMappings(options: ServeMappingsOptions): Promise<ServedMappings> {
  const { settings, inbox, books, defaults, log } = options;
  const store = openBundleStore(join(settings.dataDir, 'mappings.db'));
  const cache = createWiringCache({
    filesOf: (hash) => store.get(hash)?.files,
    load: compileStored,
    max: settings.compiledMax,
  });
  const shadow = createShadowRun({ inbox, defaults, samplesMax: settings.samplesMax });
  let serving = false;
  const desk = createBundleDesk({
    store,
    cache,
    directory: settings.directory ?? shippedDirectory(),
    load: compileWiring,
    shadow,
    pinned: () => books.orders.bundlesHeld(),
    settings: settings.desk,
    onEvent: (event) => {
      report(event, log);
      if (event.type === 'activated' && serving) options.onActivated();
    },
    log,
  });
  await desk.boot();
  serving = true;
  return {
    active: () => desk.active(),
    state: () => desk.status().state,
    complaint: () => complaintOf(desk.status()),
    port: createMappingsDesk({ ...options, desk, cache, shadow }),
    watch: () => desk.watch(),
    async stop() {
      await desk.stop();
      store.close();
    },
  };
}

function complaintOf({ candidate }: DeskStatus) {
  if (candidate === null) return null;
  const { why, since, message } = candidate;
  return { cause: `mappings ${why}`, since, message };
}

function report(event: BundleEvent, log: Logger): void {
  switch (event.type) {
    case 'activated': {
      const { hash, previous, by, kind } = event.activation;
      const changed = event.summary?.changed ?? null;
      log.info({ bundle: hash, previous, by, kind, changed }, 'mappings.activated');
      return;
    }
    case 'refused':
    case 'pending':
      log.warn(
        {
          bundle: event.candidate.hash,
          why: event.candidate.why,
          message: event.candidate.message,
        },
        `mappings.${event.type}`,
      );
      return;
    case 'settled':
      log.info({ bundle: event.hash }, 'mappings.settled');
  }
}
