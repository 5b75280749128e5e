import type { OrderAddress } from '../domain/ids.ts';
import type { StoredEvent } from '../inbox/store.ts';
import { orderLane } from '../normalise/lane.ts';
import type { Inbox } from './ports.ts';

/** The newest events that came after their order was closed. */
export async function lateEvents(
  inbox: Inbox,
  order: OrderAddress,
  limit: number,
): Promise<StoredEvent[]> {
  const lanes = [orderLane(order)];
  return (await inbox.list({ lanes, status: 'late', order: 'newest', limit })).items;
}

/** When the first event of this order was taken that is on its way to it; undefined for none. */
export async function firstReceivedAt(
  inbox: Inbox,
  order: OrderAddress,
): Promise<number | undefined> {
  const lanes = [orderLane(order)];
  const oldest = await Promise.all(
    (['accepted', 'dispatched'] as const).map((status) =>
      inbox.list({ lanes, status, order: 'oldest', limit: 1 }),
    ),
  );
  const times = oldest.flatMap((page) => page.items).map((event) => event.receivedAt);
  return times.length === 0 ? undefined : Math.min(...times);
}
