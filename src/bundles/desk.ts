import type { Wiring } from '../wiring/compile.ts';
import { bootDesk } from './boot.ts';
import { outcomeOf } from './change.ts';
import { activateStored, rollBack, storedWiring } from './choose.ts';
import {
  createDeskParts,
  type BundleDeskOptions,
  type Current,
  type DeskParts,
  type Outcome,
} from './desk-parts.ts';
import { prune, removeBundle } from './keep.ts';
import { createLane } from './lane.ts';
import type { Activation, Candidate, Page, PageAsk, StoredBundle } from './records.ts';
import { reloadDirectory, type DirectoryAsk, type ReloadAsk } from './reload.ts';
import type { DiffSummary } from './summary.ts';
import { watchDirectory, type DirectoryWatch } from './watch.ts';
import type { Mistake } from '../mapping/yaml/mistake.ts';

export interface DeskStatus {
  active: Activation;
  candidate: Candidate | null;
  /** `degraded`: the directory is broken; `pending`: it waits to be accepted. */
  state: 'ok' | 'degraded' | 'pending';
  errors: Mistake[];
  since: number;
  /** The directory holds another bundle, which a person put aside. */
  held: boolean;
}

/** Decides which mappings serve; the only writer of `mappings.db`. */
export interface BundleDesk {
  /** Has to be called first. Rejects as `config`, with every mistake, when nothing can serve. */
  boot(): Promise<void>;
  /** Follows the directory from now on, unless the settings say never. */
  watch(): void;
  stop(): Promise<void>;
  /** The bundle that serves, for new orders and for what arrives. */
  active(): Wiring;
  status(): DeskStatus;
  /** Reads the directory now; `reason` is kept as the note unless there is one. */
  reload(reason: string, ask: ReloadAsk): Promise<Outcome>;
  /** Lets a stored bundle serve. What it would need to be accepted for is answered, not kept. */
  activate(hash: string, ask: ReloadAsk): Promise<Outcome>;
  rollback(ask: Omit<ReloadAsk, 'accept'>): Promise<Outcome>;
  history(ask: PageAsk): Page<Activation>;
  get(hash: string): StoredBundle | undefined;
  /** What the last stored inputs become under two stored bundles. */
  diff(from: string, to: string, last: number): Promise<DiffSummary>;
  remove(hash: string): Promise<void>;
}

const WAITING_MAX = 32;
const WATCHER = 'watch';

export function createBundleDesk(options: BundleDeskOptions): BundleDesk {
  const parts = createDeskParts(options);
  const { store, settings, directory, log } = parts;
  const lane = createLane(WAITING_MAX);
  const reload = (ask: DirectoryAsk): Promise<Outcome> =>
    lane.run(async () => {
      const outcome = await reloadDirectory(parts, serving(parts), ask);
      await prune(parts);
      return outcome;
    });
  const follow = () => reload({ by: WATCHER, kind: 'reload', unless: 'seen' });
  let watching: DirectoryWatch | undefined;
  return {
    boot: () => lane.run(() => bootDesk(parts)),
    watch() {
      if (settings.watchMs === 0) return;
      const everyMs = settings.watchMs;
      watching ??= watchDirectory({ directory, everyMs, onChange: follow, log });
    },
    async stop() {
      await watching?.stop();
      await lane.idle();
    },
    active: () => serving(parts).wiring,
    status: () => statusOf(parts),
    reload: (reason, { note = reason, ...ask }) =>
      reload({ ...ask, note, kind: 'reload', unless: null }),
    activate: (hash, ask) => lane.run(() => activateStored(parts, serving(parts), { hash, ask })),
    rollback: (ask) => lane.run(() => rollBack(parts, ask)),
    history: (ask) => store.history(ask),
    get: (hash) => store.get(hash),
    async diff(from, to, last) {
      const wirings = await Promise.all([storedWiring(parts, from), storedWiring(parts, to)]);
      return parts.shadow(...wirings, last);
    },
    remove: (hash) => lane.run(() => removeBundle(parts, hash)),
  };
}

function serving(parts: DeskParts): Current {
  const current = parts.current();
  if (current === null) throw new Error('The mappings are asked for before they were booted.');
  return current;
}

function statusOf(parts: DeskParts): DeskStatus {
  const { activation } = serving(parts);
  const candidate = parts.store.candidate();
  const held = parts.store.seen()?.held ?? false;
  const face = { active: activation, candidate, errors: candidate?.mistakes ?? [], held };
  if (candidate === null) return { ...face, state: 'ok', since: activation.at };
  const state = outcomeOf(candidate) === 'pending' ? 'pending' : 'degraded';
  return { ...face, state, since: candidate.since };
}
