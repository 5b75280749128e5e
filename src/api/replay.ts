import { createHash, randomUUID } from 'node:crypto';
import type { BooksReader } from '../books/read.ts';
import type { DeadLetterRow } from '../books/read-dead-letters.ts';
import { orderOfKey } from '../books/read-orders.ts';
import { AppError } from '../errors.ts';
import type { Inbox, OrderInputs } from './ports.ts';

export interface ReplayOptions {
  books: BooksReader;
  inbox: Inbox;
  orderSignals: OrderInputs;
  now: () => number;
}

export interface ReplayRequest {
  id: string;
  idempotencyKey: string | undefined;
}

/** The connection of what a person at the operators' API asks of an order. */
const OPERATOR = 'operator';

/** Sends a dead letter through again; returns the id of the order that goes on. */
export async function replay(request: ReplayRequest, options: ReplayOptions): Promise<string> {
  const letter = options.books.deadLetters.find(request.id);
  if (letter === undefined) {
    throw new AppError(
      'not-found',
      `There is no dead letter ${request.id}. GET /api/v1/dead-letters lists those that are open.`,
    );
  }
  if (letter.status !== 'open') throw resolved(letter);
  if (letter.kind === 'event') await redispatch(letter, options);
  else await resume(letter, request, options);
  return orderOfKey(letter.orderKey).orderId;
}

/** The order still holds this dead letter open: it is resolved when the event comes back readable. */
async function redispatch(letter: DeadLetterRow, { inbox, now }: ReplayOptions): Promise<void> {
  const event = { connection: letter.connection, eventId: letter.subject };
  if ((await inbox.reaccept([event], now())) > 0) return;
  throw new AppError(
    'conflict',
    `Event ${letter.subject} of ${letter.connection} is no longer in the inbox, so it cannot be replayed: the order stays as it is. Have its sender send it again under a new event id.`,
    { problem: 'event-forgotten' },
  );
}

async function resume(
  letter: DeadLetterRow,
  request: ReplayRequest,
  { orderSignals, now }: ReplayOptions,
): Promise<void> {
  const outcome = await orderSignals.deliver({
    order: orderOfKey(letter.orderKey),
    inputs: [
      {
        type: 'dead_letter_replayed',
        connection: OPERATOR,
        eventId: `replay:${letter.id}:${nonceOf(request.idempotencyKey)}`,
        receivedAt: now(),
        deadLetterId: letter.id,
      },
    ],
  });
  if (outcome === 'delivered') return;
  throw new AppError(
    'conflict',
    `The order of dead letter ${letter.id} is closed, so nothing was sent again. Its timeline shows how it ended.`,
    { problem: 'order-closed' },
  );
}

/** The same key gives the same event id, so a repeat that reaches the order changes nothing. */
function nonceOf(idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return randomUUID();
  return createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32);
}

function resolved(letter: DeadLetterRow): AppError {
  return new AppError(
    'conflict',
    `Dead letter ${letter.id} was ${letter.status} already, so nothing was sent again. If the command failed once more, it has a new dead letter.`,
    {
      problem: 'dead-letter-resolved',
      members: { id: letter.id, dead_letter_status: letter.status },
    },
  );
}
