import type { DeadLetterReads, DeadLetterRow } from '../../books/read-dead-letters.ts';
import { orderOfKey } from '../../books/read-orders.ts';
import { AppError } from '../../errors.ts';
import { OPERATOR, type EventStore, type OrderInputs } from '../ports.ts';
import { findOpenLetter } from './find-letter.ts';

export interface LetterDeps {
  letters: Pick<DeadLetterReads, 'find'>;
  events: EventStore;
  orders: OrderInputs;
  now: () => number;
}

export interface LetterRequest {
  id: string;
  /** Tells one request from another; a repeat of the same one changes nothing. */
  nonce: string;
}

/** Sends a dead letter through again; resolves to the id of the order that goes on. */
export async function replayLetter(request: LetterRequest, deps: LetterDeps): Promise<string> {
  const letter = findOpenLetter(deps.letters, request.id);
  if (letter.kind === 'event') await redispatch(letter, deps);
  else await resume(letter, request, deps);
  return orderOfKey(letter.orderKey).orderId;
}

/** The order still holds this dead letter open: it is resolved when the event comes back readable. */
async function redispatch(letter: DeadLetterRow, { events, now }: LetterDeps): Promise<void> {
  const event = { connection: letter.connection, eventId: letter.subject };
  if ((await events.reaccept([event], now())) > 0) return;
  const stored = await events.get(event.connection, event.eventId);
  if (stored?.status === 'accepted') return;
  throw new AppError(
    'conflict',
    `Event ${letter.subject} of ${letter.connection} is no longer in the inbox, so it cannot be replayed: the order stays as it is. Have its sender send it again under a new event id.`,
    { problem: 'event-forgotten' },
  );
}

async function resume(
  letter: DeadLetterRow,
  { nonce }: LetterRequest,
  { orders, now }: LetterDeps,
): Promise<void> {
  const outcome = await orders.deliver({
    order: orderOfKey(letter.orderKey),
    inputs: [
      {
        type: 'dead_letter_replayed',
        connection: OPERATOR,
        eventId: `replay:${letter.id}:${nonce}`,
        receivedAt: now(),
        deadLetterId: letter.id,
      },
    ],
  });
  if (outcome === 'late') throw orderClosed(letter);
}

export function orderClosed(letter: DeadLetterRow): AppError {
  return new AppError(
    'conflict',
    `The order of dead letter ${letter.id} is closed, so nothing was sent. Its timeline shows how it ended.`,
    { problem: 'order-closed' },
  );
}
