import type { BooksReader } from '../books/read.ts';
import type { Appended, EventName } from '../inbox/store.ts';
import { orderOfLane } from '../normalise/lane.ts';

/** What became of an event, as a repeat of it is told. */
export interface EventOutcome {
  order_id: string | null;
  stage: string | null;
  state: string;
}

type Known = Extract<Appended, { outcome: 'duplicate' }>;

/** Joins the inbox's word with the books'; books that cannot be read leave it at `processing`. */
export function createOutcomes(books: Pick<BooksReader, 'events' | 'orders'>) {
  return ({ connection, eventId }: EventName, { lane, status }: Known): EventOutcome => {
    const order = orderOfLane(lane);
    const orderId = order?.orderId ?? null;
    try {
      const outcome = books.events.outcome(connection, eventId);
      const stage =
        outcome?.stage ?? (order === null ? undefined : books.orders.stageOf(order)) ?? null;
      return { order_id: orderId, stage, state: outcome?.state ?? stateOf(status, order !== null) };
    } catch {
      return { order_id: orderId, stage: null, state: stateOf(status, order !== null) };
    }
  };
}

/** Stock alerts go to the allocator, which keeps no word on each: told is applied. */
function stateOf(status: Known['status'], ofOrder: boolean): string {
  if (status === 'accepted' || (status === 'dispatched' && ofOrder)) return 'processing';
  return status === 'dispatched' ? 'applied' : status;
}
