import type { DeadLetterReads } from '../../books/read-dead-letters.ts';
import { orderKeyOf } from '../../books/read-orders.ts';
import type { Answer } from '../../domain/answers.ts';
import type { OrderAddress } from '../../domain/ids.ts';
import type { OperatorWish } from '../../domain/inputs.ts';
import { replayLetter, type LetterDeps } from '../dead-letters/replay-letter.ts';
import { nonceOf } from '../nonce.ts';
import { OPERATOR, type AskOrder } from '../ports.ts';

export type OrderCall = OperatorWish & {
  reason: string;
  by: string;
  order: OrderAddress;
  idempotencyKey: string | undefined;
};

export interface CommandDeps extends LetterDeps {
  letters: Pick<DeadLetterReads, 'find' | 'openOfOrder'>;
  ask: AskOrder;
}

/** Events of one order that a retry brings in again. */
const EVENTS_MAX = 200;

/** Tells an order what an operator wants of it; `closed` when it has ended or never was. */
export async function commandOrder(call: OrderCall, deps: CommandDeps): Promise<Answer | 'closed'> {
  const { order, idempotencyKey, ...command } = call;
  const key =
    idempotencyKey === undefined
      ? undefined
      : `${call.command} ${orderKeyOf(order)}\n${idempotencyKey}`;
  const nonce = nonceOf(key);
  const answer = await deps.ask(order, {
    type: 'order_commanded',
    connection: OPERATOR,
    eventId: `command:${nonce}`,
    receivedAt: deps.now(),
    ...command,
  });
  if (answer === 'closed' || answer.kind !== 'taken' || call.command !== 'retry') return answer;
  await replayEvents(order, nonce, deps);
  return answer;
}

/** The order sends its own commands again; an event comes again only from the inbox. */
async function replayEvents(order: OrderAddress, nonce: string, deps: CommandDeps): Promise<void> {
  const letters = deps.letters.openOfOrder(order.orderId, EVENTS_MAX);
  for (const { id, kind, orderKey } of letters) {
    if (kind !== 'event' || orderKey !== orderKeyOf(order)) continue;
    await replayLetter({ id, nonce }, deps);
  }
}
