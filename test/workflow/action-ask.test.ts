import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Answer } from '../../src/domain/answers.ts';
import { orderWorkflowId, type OrderAddress } from '../../src/domain/ids.ts';
import type { OrderCommanded } from '../../src/domain/inputs.ts';
import { createAskOrder } from '../../src/temporal/ask-order.ts';

let connection: Connection;
let client: Client;

beforeAll(async () => {
  const { address, namespace } = inject('temporal');
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace });
});

afterAll(() => connection.close());

const TAKEN: Answer = { kind: 'taken', detail: 'It is on hold.', action: null };

function command(eventId: string): OrderCommanded {
  return {
    type: 'order_commanded',
    connection: 'operator',
    eventId,
    receivedAt: Date.now(),
    command: 'hold',
    reason: 'payment in doubt',
    lines: null,
    by: 'default',
  };
}

/** An order's workflow that no worker runs, and the answers that the books hold. */
async function startOrder() {
  const order = { connection: 'crm', orderId: `ORD-${randomUUID()}` };
  const answers = new Map<string, Answer>();
  const handle = await client.workflow.start('orderFulfillment', {
    workflowId: orderWorkflowId(order),
    taskQueue: `test-${randomUUID()}`,
  });
  return { order, answers, handle };
}

function askOf(answers: Map<string, Answer>, timeoutMs: number, by = client) {
  const answerOf = (eventId: string) => answers.get(eventId);
  return createAskOrder({ client: by, answerOf, timeoutMs, pollMs: 5 });
}

async function signalsOf(order: OrderAddress): Promise<number> {
  const { events } = await client.workflow.getHandle(orderWorkflowId(order)).fetchHistory();
  return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
}

describe('asking an order', () => {
  it('resolves to the answer as soon as the books hold it', async () => {
    const { order, answers, handle } = await startOrder();
    const asked = askOf(answers, 20_000)(order, command('evt-1'));
    answers.set('evt-2', TAKEN);
    while ((await signalsOf(order)) === 0) await new Promise(setImmediate);
    answers.set('evt-1', { ...TAKEN, detail: 'mine' });
    expect(await asked).toMatchObject({ detail: 'mine' });
    await handle.terminate();
  });

  it('says that nobody answered; the question is kept, and its answer is given when asked again', async () => {
    const { order, answers, handle } = await startOrder();
    const ask = askOf(answers, 500);
    await expect(ask(order, command('evt-1'))).rejects.toMatchObject({
      code: 'unavailable',
      problem: 'order-unanswered',
      retryAfterMs: 5000,
    });
    expect(await signalsOf(order)).toBe(1);
    answers.set('evt-1', TAKEN);
    expect(await ask(order, command('evt-1'))).toEqual(TAKEN);
    expect(await signalsOf(order)).toBe(1);
    await handle.terminate();
  });

  it('is told that the order has ended or never was, and an answer of before all the same', async () => {
    const { order, answers, handle } = await startOrder();
    await handle.terminate();
    const ask = askOf(answers, 5000);
    expect(await ask(order, command('evt-1'))).toBe('closed');
    answers.set('evt-1', TAKEN);
    expect(await ask(order, command('evt-1'))).toEqual(TAKEN);
    const unknown = { connection: 'crm', orderId: `ORD-${randomUUID()}` };
    expect(await ask(unknown, command('evt-2'))).toBe('closed');
  });

  it('says that Temporal is away when it is, but knows what was answered before', async () => {
    const nowhere = Connection.lazy({ address: '127.0.0.1:9' });
    const answers = new Map([['evt-1', TAKEN]]);
    const ask = askOf(answers, 1000, new Client({ connection: nowhere }));
    const order = { connection: 'crm', orderId: 'ORD-1' };
    expect(await ask(order, command('evt-1'))).toEqual(TAKEN);
    await expect(ask(order, command('evt-2'))).rejects.toMatchObject({
      code: 'unavailable',
      problem: 'temporal-away',
    });
    await nowhere.close();
  });
});
