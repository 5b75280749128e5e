import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../books/read-cursor.ts';
import type { Page } from '../contracts/primitives.ts';
import type { EventStatus, QuarantinedEvent, StoredEvent } from '../inbox/store.ts';
import { orderLane } from '../normalise/lane.ts';
import type { Inbox } from './ports.ts';
import { fromInbox, fromQuarantine, UNPROCESSABLE, type ReceivedEvent } from './received-event.ts';

export interface InboxFilter {
  status?: EventStatus | undefined;
  connection?: string | undefined;
  orderId?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface InboxPageOptions {
  inbox: Inbox;
  /** Connections whose orders an order id may belong to. */
  crmConnections: readonly string[];
}

/** Where a page begins in each of the two lists it is made of; absent at the newest row. */
const PlaceSchema = z.object({
  seq: z.int().min(0).optional(),
  held: z.object({ receivedAt: z.int().min(0), id: z.string() }).optional(),
});
type Place = z.infer<typeof PlaceSchema>;

/** Below every row: that list is at its end. */
const END = { seq: 0, held: { receivedAt: 0, id: '' } } as const;

interface Found {
  events: StoredEvent[];
  /** Where the inbox carries on. */
  nextSeq: number;
  held: QuarantinedEvent[];
}

/** One page of what was received, taken or set aside, newest first: two lists read as one. */
export async function inboxPage(
  filter: InboxFilter,
  options: InboxPageOptions,
): Promise<Page<ReceivedEvent>> {
  const from = filter.cursor === undefined ? {} : decodeCursor(PlaceSchema, filter.cursor);
  const found = await find({ filter, from, options });
  const newest = [...found.events, ...found.held]
    .sort((a, b) => b.receivedAt - a.receivedAt)
    .slice(0, filter.limit);
  const next = placeAfter({ from, found, taken: new Set(newest), limit: filter.limit });
  return {
    items: newest
      .filter((row) => 'seq' in row || row.cause !== UNPROCESSABLE)
      .map((row) => ('seq' in row ? fromInbox(row) : fromQuarantine(row))),
    next: isEnd(next) ? null : encodeCursor(next),
  };
}

interface FindInput {
  filter: InboxFilter;
  from: Place;
  options: InboxPageOptions;
}

async function find({ filter, from, options }: FindInput): Promise<Found> {
  const { inbox, crmConnections } = options;
  const { status, orderId, limit } = filter;
  const connection = filter.connection === undefined ? {} : { connection: filter.connection };
  const [page, held] = await Promise.all([
    from.seq === END.seq
      ? { items: [], next: null }
      : inbox.list({
          ...connection,
          ...(status === undefined ? {} : { status }),
          ...(orderId === undefined ? {} : { lanes: lanesOf(orderId, crmConnections) }),
          ...(from.seq === undefined ? {} : { from: from.seq }),
          order: 'newest',
          limit,
        }),
    holdsBack(filter) && from.held?.receivedAt !== END.held.receivedAt
      ? inbox.listQuarantine({
          ...connection,
          ...(from.held === undefined ? {} : { before: from.held }),
          limit,
        })
      : [],
  ]);
  return { events: page.items, nextSeq: page.next ?? END.seq, held };
}

/** A quarantined body belongs to no order yet. */
function holdsBack({ status, orderId }: InboxFilter): boolean {
  return orderId === undefined && (status === undefined || status === 'quarantined');
}

function lanesOf(orderId: string, crmConnections: readonly string[]): string[] {
  return crmConnections.map((connection) => orderLane({ connection, orderId }));
}

interface PlaceInput {
  from: Place;
  found: Found;
  taken: ReadonlySet<StoredEvent | QuarantinedEvent>;
  limit: number;
}

/** A list that was taken whole carries on where it says; else after the last row taken of it. */
function placeAfter({ from, found, taken, limit }: PlaceInput): Place {
  const event = found.events.findLast((row) => taken.has(row));
  const entry = found.held.findLast((row) => taken.has(row));
  const allEvents = found.events.every((row) => taken.has(row));
  const allHeld = found.held.every((row) => taken.has(row));
  const seq = allEvents ? found.nextSeq : (event?.seq ?? from.seq);
  const heldEnds = allHeld && found.held.length < limit;
  const after = entry === undefined ? from.held : { receivedAt: entry.receivedAt, id: entry.id };
  const held = heldEnds ? END.held : after;
  return { ...(seq === undefined ? {} : { seq }), ...(held === undefined ? {} : { held }) };
}

function isEnd(place: Place): boolean {
  return place.seq === END.seq && place.held?.receivedAt === END.held.receivedAt;
}
