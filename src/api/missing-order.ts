import type { OrderAddress } from '../domain/ids.ts';
import { AppError } from '../errors.ts';
import { instant } from './instant.ts';
import { firstReceivedAt } from './order-events.ts';
import type { Inbox } from './ports.ts';

/** When to look again for an order whose first step is being written. */
const PENDING_RETRY_MS = 1000;

/** Tells an order that nobody knows from one whose first event is on its way through. */
export async function missingOrder(order: OrderAddress, inbox: Inbox): Promise<AppError> {
  const receivedAt = await firstReceivedAt(inbox, order);
  if (receivedAt === undefined) {
    return new AppError(
      'not-found',
      `No order ${order.orderId} is known from connection ${order.connection}, and no event about it was received. Check the id, or name its connection with ?connection=.`,
    );
  }
  return new AppError(
    'not-found',
    `An event about order ${order.orderId} was received at ${instant(receivedAt)} and is being processed: the order is not written yet. Nothing is lost; ask again in a moment.`,
    {
      problem: 'order-pending',
      retryAfterMs: PENDING_RETRY_MS,
      members: { received_at: instant(receivedAt) },
    },
  );
}
