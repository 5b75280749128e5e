import type { Logger } from '../logger.ts';
import { messageOf } from '../errors.ts';
import type { Wiring } from '../wiring/compile.ts';
import type { ChangeLimits } from './judge.ts';
import type { Activation, Candidate } from './records.ts';
import type { ShadowRun } from './shadow.ts';
import type { BundleStore } from './store.ts';
import type { DiffSummary } from './summary.ts';
import type { LoadWiring, WiringCache } from './wiring-cache.ts';

export interface DeskSettings extends ChangeLimits {
  /** Of all files of the directory together. */
  bytesMax: number;
  /** Time between two looks at the directory; 0 for none. */
  watchMs: number;
  /** Bundles kept; beyond it those longest out of use go, but for what orders hold. */
  keptMax: number;
  /** A bundle that served more recently than this stays: orders that hold it may be starting. */
  idleMinMs: number;
}

export type BundleEvent =
  /** `summary` is null where there was nothing to compare with. */
  | { type: 'activated'; activation: Activation; summary: DiffSummary | null }
  /** The directory is broken: the last good one serves. */
  | { type: 'refused'; candidate: Candidate }
  /** The directory waits to be accepted. */
  | { type: 'pending'; candidate: Candidate }
  /** What waited is gone, and what serves is as it was. */
  | { type: 'settled'; hash: string };

export interface BundleDeskOptions {
  store: BundleStore;
  cache: WiringCache;
  directory: string;
  load: LoadWiring;
  shadow: ShadowRun;
  /** Hashes that open orders hold. */
  pinned(): readonly string[] | Promise<readonly string[]>;
  settings: DeskSettings;
  onEvent(event: BundleEvent): void;
  log: Logger;
  now?: () => number;
}

/** What serves, in memory: replaced in one go, after the commit. */
export interface Current {
  activation: Activation;
  wiring: Wiring;
}

/** What the parts of the desk share. */
export interface DeskParts extends Omit<BundleDeskOptions, 'now'> {
  now(): number;
  current(): Current | null;
  swap(current: Current): void;
  emit(event: BundleEvent): void;
}

export function createDeskParts({ now = Date.now, ...options }: BundleDeskOptions): DeskParts {
  let serving: Current | null = null;
  return {
    ...options,
    now,
    current: () => serving,
    swap(current) {
      serving = current;
    },
    emit(event) {
      try {
        options.onEvent(event);
      } catch (error) {
        // What is committed stands, whether or not it could be told.
        options.log.error({ error: messageOf(error), event: event.type }, 'mappings.event_failed');
      }
    },
  };
}

/** What became of a wish to change what serves. */
export type Outcome =
  | { result: 'activated'; activation: Activation; summary: DiffSummary | null }
  | { result: 'unchanged'; hash: string }
  | { result: 'pending' | 'refused'; candidate: Candidate };
