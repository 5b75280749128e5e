import { openDatabase, type Sqlite } from '../db/open.ts';
import type {
  Activation,
  BundleTexts,
  Candidate,
  Page,
  PageAsk,
  Seen,
  StoredBundle,
} from './records.ts';
import * as schema from './schema.ts';
import { directoryRecordOf } from './store-candidate.ts';
import { bundleReaderOf, filesWriterOf } from './store-files.ts';
import { historyOf, type NewActivation } from './store-history.ts';

/** How long a bundle has been out of use. */
export interface BundleAge {
  hash: string;
  /** When it last ceased to serve, or was stored if it never served. */
  idleSince: number;
}

/** `mappings.db`, which the api alone writes. Every write is one transaction. */
export interface BundleStore {
  get(hash: string): StoredBundle | undefined;
  active(): Activation | undefined;
  /** The activation that a rollback returns to. */
  backTo(): Activation | undefined;
  history(ask: PageAsk): Page<Activation>;
  candidate(): Candidate | null;
  seen(): Seen | null;
  /** Stored once by its hash; never changed. */
  keep(bundle: BundleTexts, at: number): void;
  /** The bundle serves and nothing waits any more. Null leaves what was seen as it is. */
  activate(change: NewActivation, seen: Seen | null): Activation;
  /** What serves goes on; the candidate waits. */
  wait(candidate: Candidate, seen: Seen | null): void;
  /** What serves goes on, and nothing waits. */
  settle(seen: Seen | null): void;
  /** Longest out of use first. */
  ages(): BundleAge[];
  remove(hash: string): void;
  close(): void;
}

export function openBundleStore(file: string): BundleStore {
  const { sqlite } = openDatabase(schema, {
    file,
    migrations: 'src/bundles/migrations',
    synchronous: 'FULL',
  });
  const files = filesWriterOf(sqlite);
  const history = historyOf(sqlite);
  const directory = directoryRecordOf(sqlite);
  const see = (seen: Seen | null): void => {
    if (seen !== null) directory.see(seen);
  };
  const write = immediately(sqlite);
  return {
    get: bundleReaderOf(sqlite),
    active: () => history.active(),
    backTo: () => history.backTo(),
    history: (ask) => history.page(ask),
    candidate: () => directory.candidate(),
    seen: () => directory.seen(),
    keep: (bundle, at) => write(() => files.keep(bundle, at)),
    activate: (change, seen) =>
      write(() => {
        directory.clear();
        see(seen);
        return history.append(change);
      }),
    wait: (candidate, seen) =>
      write(() => {
        directory.wait(candidate);
        see(seen);
      }),
    settle: (seen) =>
      write(() => {
        directory.clear();
        see(seen);
      }),
    ages: agesOf(sqlite),
    remove: (hash) => write(() => files.remove(hash)),
    close: () => void sqlite.close(),
  };
}

function immediately(sqlite: Sqlite): <Result>(work: () => Result) => Result {
  return (work) => sqlite.transaction(work).immediate();
}

function agesOf(sqlite: Sqlite): BundleStore['ages'] {
  const ages = sqlite.prepare<[], BundleAge>(`SELECT hash, coalesce(
      (SELECT max(a.at) FROM activations a WHERE a.previous = bundles.hash), stored_at
    ) AS idleSince FROM bundles ORDER BY idleSince, hash`);
  return () => ages.all();
}
