import { z } from 'zod';
import type { Api } from '../api.ts';
import { readAs } from '../rows.ts';

const EventSchema = z.looseObject({
  event_id: z.string(),
  event_type: z.string().nullable(),
  connection: z.string(),
  order_id: z.string().nullable(),
  status: z.string(),
  received_at: z.string(),
  cause: z.string().nullable().optional(),
});
export type ReceivedEvent = z.infer<typeof EventSchema>;

const PageSchema = z.object({ items: z.array(EventSchema), next: z.string().nullable() });

interface FeedOptions {
  orderId: string | undefined;
  /** Of those that are there at the start, how many of the newest. */
  last: number;
  /** Epoch ms: everything received from here on, instead of the last few. */
  since: number | undefined;
  /** Pages that one look may read. */
  pagesMax: number;
  /** How much later than a younger event one may become visible. */
  overlapMs: number;
}

export interface News {
  /** Oldest first, each of them told once. */
  events: ReceivedEvent[];
  /** More came than one look may read: some are left out. */
  gap: boolean;
}

const PAGE_ROWS = 200;

/**
 * Events as they arrive. The list is newest first, so each look pages back, by keyset, into what is
 * known already: nothing is missed over a restart of either side, and nothing is told twice.
 */
export class EventFeed {
  private readonly options: FeedOptions;
  /** When each told event was received, for as long as it may be met again. */
  private readonly told = new Map<string, number>();
  private begun = false;
  /** What was received before can no longer turn up, so it need not be remembered. */
  private floorAt: number;

  constructor(options: FeedOptions) {
    this.options = options;
    this.floorAt = options.since ?? Number.NEGATIVE_INFINITY;
  }

  async look(api: Api): Promise<News> {
    if (this.begun || this.options.since !== undefined) return this.catchUp(api);
    const page = await this.page(api, null);
    this.begun = true;
    this.remember(page.items);
    const oldest = page.items.at(-1);
    // What lies before the first page is past, however close it is to the newest.
    if (page.next !== null && oldest !== undefined) this.raiseFloor(receivedAt(oldest) + 1);
    return { events: page.items.slice(0, this.options.last).toReversed(), gap: false };
  }

  private async catchUp(api: Api): Promise<News> {
    const events: ReceivedEvent[] = [];
    let cursor: string | null = null;
    let gap = true;
    for (let pages = 0; pages < this.options.pagesMax; pages += 1) {
      const page = await this.page(api, cursor);
      const fresh = page.items.filter(
        (event) => receivedAt(event) >= this.floorAt && !this.told.has(keyOf(event)),
      );
      events.push(...fresh);
      const oldest = page.items.at(-1);
      const reachedKnown = oldest !== undefined && receivedAt(oldest) < this.floorAt;
      gap = page.next !== null && !reachedKnown;
      if (!gap) break;
      cursor = page.next;
    }
    this.remember(events);
    return { events: events.toReversed(), gap };
  }

  private remember(events: readonly ReceivedEvent[]): void {
    for (const event of events) {
      this.told.set(keyOf(event), receivedAt(event));
      this.raiseFloor(receivedAt(event) - this.options.overlapMs);
    }
    for (const [key, at] of this.told) if (at < this.floorAt) this.told.delete(key);
  }

  private raiseFloor(at: number): void {
    this.floorAt = Math.max(this.floorAt, at);
  }

  private async page(api: Api, cursor: string | null) {
    const path = '/api/v1/events';
    const answer = await api.ask({
      method: 'GET',
      path,
      query: { order_id: this.options.orderId, limit: PAGE_ROWS, cursor: cursor ?? undefined },
    });
    return readAs(PageSchema, answer, path);
  }
}

/** A body in quarantine may carry the id of an event that was taken. */
function keyOf({ connection, event_id: eventId, received_at: at }: ReceivedEvent): string {
  return `${connection} ${eventId} ${at}`;
}

function receivedAt(event: ReceivedEvent): number {
  return Date.parse(event.received_at);
}
