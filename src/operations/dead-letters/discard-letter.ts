import { orderOfKey } from '../../books/read-orders.ts';
import { OPERATOR } from '../ports.ts';
import { findOpenLetter } from './find-letter.ts';
import { orderClosed, type LetterDeps, type LetterRequest } from './replay-letter.ts';

export interface DiscardRequest extends LetterRequest {
  reason: string;
}

/**
 * Tells the order that a person gave a dead letter up; resolves to the id of the order. The order
 * decides what that means for its books.
 */
export async function discardLetter(
  request: DiscardRequest,
  { letters, orders, now }: LetterDeps,
): Promise<string> {
  const letter = findOpenLetter(letters, request.id);
  const order = orderOfKey(letter.orderKey);
  const outcome = await orders.deliver({
    order,
    inputs: [
      {
        type: 'dead_letter_discarded',
        connection: OPERATOR,
        eventId: `discard:${letter.id}:${request.nonce}`,
        receivedAt: now(),
        deadLetterId: letter.id,
        reason: request.reason,
      },
    ],
  });
  if (outcome === 'late') throw orderClosed(letter);
  return order.orderId;
}
