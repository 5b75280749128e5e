import type { LocalOrder } from './drift.ts';
import type { RemoteReader, Spoken } from './read-remote.ts';
import type { RemoteSide, Unread } from './remote-side.ts';
import { bundleIn } from './view-text.ts';

/** By which connections an order is served, and in the words of which bundle. */
export interface Home {
  bundle: string;
  wms: string;
  tasks: string;
}

export interface Homes {
  /** Undefined when the order's bundle cannot be had: then nothing is concluded about it. */
  of(we: LocalOrder): Home | undefined;
  /** Hashes of the bundles that these orders are pinned to. */
  bundles: readonly string[];
  missing: readonly Missing[];
}

/** A connection that cannot be spoken to in the words of a bundle. */
export interface Missing {
  spoken: Spoken;
  unread: Unread;
}

/** Systems in the words of the bundles that a page takes, each made once. */
export type Sides = (spoken: Spoken) => Promise<RemoteSide | { unread: Unread }>;

export function createSides(remote: Pick<RemoteReader, 'side'>): Sides {
  const made = new Map<string, ReturnType<Sides>>();
  return (spoken) => {
    const key = `${spoken.connection} ${spoken.bundle}`;
    const known = made.get(key) ?? remote.side(spoken);
    made.set(key, known);
    return known;
  };
}

export interface HomesInput {
  sides: Sides;
  /** Bundle that most orders are pinned to. */
  likely: string;
  /** Where orders go whose CRM does not say. */
  routing: { wms: string; tasks: string };
  orders: Iterable<LocalOrder>;
}

/** Where each of these orders is at home: its CRM's own file, in the order's bundle, says so. */
export async function homesOf({ sides, likely, routing, orders }: HomesInput): Promise<Homes> {
  const guess = { likely, tail: tailOf(likely) };
  const known = new Map<string, Map<string, Home | undefined>>();
  const missing: Missing[] = [];
  for (const we of orders) {
    const bundle = pinnedTo(we, guess);
    const ofBundle = known.get(bundle) ?? new Map<string, Home | undefined>();
    known.set(bundle, ofBundle);
    const { connection } = we.address;
    if (ofBundle.has(connection)) continue;
    const spoken = { connection, bundle };
    const side = await sides(spoken);
    if ('unread' in side) missing.push({ spoken, unread: side.unread });
    ofBundle.set(
      connection,
      'unread' in side ? undefined : { ...routing, ...routeIn(side), bundle },
    );
  }
  return {
    of: (we) => known.get(pinnedTo(we, guess))?.get(we.address.connection),
    bundles: [...known.keys()],
    missing,
  };
}

/** Where orders of this CRM go, as far as its file says. */
export function routeIn({ spec }: RemoteSide): Partial<Pick<Home, 'wms' | 'tasks'>> {
  const { wms, tasks } = spec.orders;
  return { ...(wms === null ? {} : { wms }), ...(tasks === null ? {} : { tasks }) };
}

/** The bundle that an order was started with, read without parsing its view where possible. */
export function bundleOf(we: LocalOrder): string {
  const { viewText } = we;
  return (viewText === undefined ? undefined : bundleIn(viewText)) ?? we.view.mapping_bundle;
}

function pinnedTo(we: LocalOrder, { likely, tail }: { likely: string; tail: string }): string {
  return we.viewText?.endsWith(tail) ? likely : bundleOf(we);
}

/** How the text of a view ends that is pinned to this bundle. */
function tailOf(bundle: string): string {
  return `,"mapping_bundle":${JSON.stringify(bundle)}}`;
}
