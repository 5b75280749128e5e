import type { BooksReader } from '../books/read.ts';
import type { Page } from '../contracts/primitives.ts';
import type { EventStatus } from '../inbox/store.ts';
import { eventView, type EventView } from './event-view.ts';
import { inboxPage, type InboxFilter, type InboxPageOptions } from './inbox-page.ts';

export interface EventFilter extends Omit<InboxFilter, 'status'> {
  status?: EventView['status'] | undefined;
}

export interface EventListOptions extends InboxPageOptions {
  books: BooksReader;
  /** Pages of the inbox that one page may read. */
  roundsMax: number;
}

/**
 * One page of events. Whether an event was applied is known by the books alone, so pages of the
 * inbox are sifted; a page may then hold fewer than `limit` events while `next` is not null.
 */
export async function listEvents(
  filter: EventFilter,
  options: EventListOptions,
): Promise<Page<EventView>> {
  const { status, limit } = filter;
  const items: EventView[] = [];
  // What was refused is not kept, so nothing is listed as rejected.
  if (status === 'rejected') return { items, next: null };
  let next = filter.cursor ?? null;
  for (let round = 0; round < options.roundsMax; round += 1) {
    const page = await inboxPage(
      {
        ...filter,
        status: inboxStatusOf(status),
        cursor: next ?? undefined,
        limit: limit - items.length,
      },
      options,
    );
    const views = page.items.map((event) => eventView(event, options.books));
    items.push(...views.filter((view) => status === undefined || view.status === status));
    next = page.next;
    if (next === null || items.length >= limit) break;
  }
  return { items, next };
}

/** Applied events are among the dispatched ones and those that nothing acts on. */
function inboxStatusOf(status: EventFilter['status']): EventStatus | undefined {
  return status === 'applied' || status === 'rejected' ? undefined : status;
}
