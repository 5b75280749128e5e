import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBundleReader } from '../bundles/reader.ts';
import { createWiringCache } from '../bundles/wiring-cache.ts';
import type { MappingsSettings } from '../config/mappings.ts';
import { AppError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { compileStored, type Wiring } from '../wiring/compile.ts';

export interface FollowMappingsOptions {
  settings: MappingsSettings;
  log: Logger;
}

/** The mappings of a process that does what the api has decided on. */
export interface FollowedMappings {
  active(): Wiring;
  /** Undefined for a bundle that is not stored: never another one instead. */
  get(hash: string): Promise<Wiring | undefined>;
  close(): void;
}

/** How long one wait for the first bundle lasts before it is said in the log. */
const WAIT_MS = 10_000;

/** Resolves once the api has let a bundle serve, however long that takes. */
export async function followMappings({
  settings,
  log,
}: FollowMappingsOptions): Promise<FollowedMappings> {
  let serving: Wiring | undefined;
  const cache = createWiringCache({
    filesOf: (hash) => reader.filesOf(hash),
    load: compileStored,
    max: settings.compiledMax,
  });
  const serve = async (hash: string): Promise<void> => {
    const wiring = await cache.get(hash);
    if (wiring === undefined) throw new AppError('unavailable', `Bundle ${hash} is not stored.`);
    serving = wiring;
    log.info({ bundle: hash }, 'mappings.followed');
  };
  const reader = openBundleReader(join(settings.dataDir, 'mappings.db'), {
    pollMs: settings.pollMs,
    onChange: (hash) => {
      serve(hash).catch((error: unknown) => {
        log.error({ bundle: hash, error: messageOf(error) }, 'mappings.not_followed');
      });
    },
    log,
  });
  for (;;) {
    try {
      await serve(await reader.firstActive(WAIT_MS));
      break;
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'worker.waits_for_mappings');
      await sleep(settings.pollMs);
    }
  }
  return {
    active: () => serving ?? unserved(),
    get: (hash) => cache.get(hash),
    close: () => reader.close(),
  };
}

function unserved(): never {
  throw new Error('The mappings are asked for before they were followed.');
}
