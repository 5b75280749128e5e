import type { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import type { EventStatusSchema } from '../contracts/operators.ts';
import type { Page } from '../contracts/primitives.ts';
import { eventView, type EventView } from './event-view.ts';
import type { InboxEventFilter, InboxEvents } from './ports.ts';

export interface EventFilter extends Omit<InboxEventFilter, 'status'> {
  status?: z.infer<typeof EventStatusSchema>;
}

interface EventListOptions {
  inbox: InboxEvents;
  books: BooksReader;
  /** Pages of the inbox that one page may read. */
  roundsMax: number;
}

/**
 * One page of events. Whether an event was applied is known by the books alone, so these two
 * statuses are sifted out of what the inbox has dispatched; such a page may hold fewer than `limit`
 * events while `next` is not null.
 */
export function listEvents(filter: EventFilter, options: EventListOptions): Page<EventView> {
  const { status, limit, ...rest } = filter;
  if (status !== 'applied' && status !== 'dispatched') {
    return viewed(options, { ...rest, limit, ...(status === undefined ? {} : { status }) });
  }
  const items: EventView[] = [];
  let next = filter.cursor ?? null;
  for (let round = 0; round < options.roundsMax; round += 1) {
    const page = viewed(options, {
      ...rest,
      status: 'dispatched',
      limit: limit - items.length,
      ...(next === null ? {} : { cursor: next }),
    });
    items.push(...page.items.filter((item) => item.status === status));
    next = page.next;
    if (next === null || items.length >= limit) break;
  }
  return { items, next };
}

function viewed({ inbox, books }: EventListOptions, filter: InboxEventFilter): Page<EventView> {
  const page = inbox.listEvents(filter);
  return { items: page.items.map((event) => eventView(event, books)), next: page.next };
}
