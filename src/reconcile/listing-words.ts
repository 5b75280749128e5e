import type { LocalOrder } from './drift.ts';
import { homesOf, type Home, type Missing, type Sides } from './homes.ts';
import type { RemoteRecord } from './listing-records.ts';
import type { Compared } from './remote.ts';
import type { RemoteSide } from './remote-side.ts';

type Known = Extract<RemoteRecord, { kind: 'record' }>;

/** A record as its order's own bundle reads it. */
export type Spoken =
  { ok: true; one: Compared; home: Home } | { ok: false; bundle: string; error: string };

/** What holds the records of a page against orders in the words that each order is pinned to. */
export interface Words {
  /** Null when that bundle is not to be had: then nothing is concluded. */
  of(we: LocalOrder, record: Known): Spoken | null;
  missing: readonly Missing[];
}

interface WordsInput {
  sides: Sides;
  connection: string;
  /** Bundle in whose words the page was read. */
  bundle: string;
  routing: { wms: string; tasks: string };
  orders: Iterable<LocalOrder>;
}

export async function wordsOf(input: WordsInput): Promise<Words> {
  const { sides, connection, bundle: today, routing, orders } = input;
  const homes = await homesOf({ sides, likely: today, routing, orders });
  const missing = [...homes.missing];
  const spoken = new Map<string, RemoteSide>();
  for (const bundle of homes.bundles) {
    if (bundle === today) continue;
    const side = await sides({ connection, bundle });
    if ('unread' in side) missing.push({ spoken: { connection, bundle }, unread: side.unread });
    else spoken.set(bundle, side);
  }
  return {
    missing,
    of(we, { one, raw, bundle }) {
      const home = homes.of(we);
      if (home === undefined) return null;
      if (home.bundle === bundle) return { ok: true, one, home };
      const side = spoken.get(home.bundle);
      if (side === undefined) return null;
      const read = side.read(raw);
      return read.ok
        ? { ok: true, one: read.value, home }
        : { ok: false, bundle: home.bundle, error: read.error };
    },
  };
}
