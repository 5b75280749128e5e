import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import { IdSchema } from '../contracts/primitives.ts';
import type { OrderAddress } from '../domain/ids.ts';
import { AppError } from '../errors.ts';
import type { Operations } from '../operations/operations.ts';
import { actorOf } from './actor.ts';
import { ReasonSchema } from './dead-letter-schemas.ts';
import { IdempotencyKeySchema } from './idempotency.ts';
import { missingOrder } from './missing-order.ts';
import { firstReceivedAt } from './order-events.ts';
import type { Inbox } from './ports.ts';
import {
  API_KEY_SECURITY,
  COMMON_PROBLEMS,
  CONFLICT,
  json,
  NOT_FOUND,
  UNREADABLE,
} from './route-parts.ts';
import { ConnectionQuerySchema } from './schemas.ts';

interface OrderCommandsOptions {
  app: OpenAPIHono;
  books: Pick<BooksReader, 'orders'>;
  inbox: Inbox;
  operations: Pick<Operations, 'orders'>;
}

const LINES_MAX = 1000;

/** What an operator may ask of an order by itself, and what it is then. */
const COMMANDS = {
  cancel: {
    status: 'cancelling',
    summary: 'Cancel an order, or lines of it: the warehouse is asked, and its answer counts',
  },
  hold: {
    status: 'on_hold',
    summary: 'Stop an order: nothing new is asked of the warehouse until it is released',
  },
  release: { status: 'released', summary: 'Let an order that is on hold go on' },
  retry: {
    status: 'retrying',
    summary: 'Try again whatever of an order ran out of attempts, at once',
  },
} as const;
type CommandName = keyof typeof COMMANDS;

export function addOrderCommandRoutes(options: OrderCommandsOptions): void {
  const { app, operations } = options;
  for (const command of ['cancel', 'hold', 'release', 'retry'] as const) {
    app.openapi(routeOf(command), async (c) => {
      const { connection } = c.req.valid('query');
      const order = { connection, orderId: c.req.valid('param').order_id };
      const { reason, lines } = c.req.valid('json');
      await refuseUnknown(order, options);
      const answer = await operations.orders.command({
        order,
        command,
        reason,
        lines: lines ?? null,
        by: actorOf(c),
        idempotencyKey: c.req.valid('header')['idempotency-key'],
      });
      if (answer === 'closed') throw await ended(order, options);
      if (answer.kind === 'taken') {
        const { status } = COMMANDS[command];
        return c.json({ order_id: order.orderId, connection, status, detail: answer.detail }, 200);
      }
      throw answer.kind === 'conflict'
        ? conflict(order, answer.detail, options)
        : new AppError('validation', answer.detail, {
            problem: 'command-refused',
            members: { code: answer.code },
          });
    });
  }
}

/** An order whose first step is not written yet may be spoken to; one never heard of may not. */
async function refuseUnknown(
  order: OrderAddress,
  { books, inbox }: OrderCommandsOptions,
): Promise<void> {
  if (books.orders.stageOf(order) !== undefined) return;
  if ((await firstReceivedAt(inbox, order)) === undefined) throw await missingOrder(order, inbox);
}

async function ended(order: OrderAddress, options: OrderCommandsOptions): Promise<AppError> {
  const record = options.books.orders.find(order);
  if (record === undefined) return missingOrder(order, options.inbox);
  return new AppError(
    'conflict',
    `Order ${order.orderId} has ended (${record.stage}), so nothing was done. Its timeline shows how.`,
    { problem: 'order-closed', members: stateOf(record) },
  );
}

function conflict(order: OrderAddress, detail: string, { books }: OrderCommandsOptions): AppError {
  const record = books.orders.find(order);
  const members = record === undefined ? {} : stateOf(record);
  return new AppError('conflict', detail, { problem: 'order-conflict', members });
}

function stateOf(record: { stage: string; headline: string; version: number }) {
  const { stage, headline, version } = record;
  return { stage, headline, version };
}

const RequestSchema = z.object({ reason: ReasonSchema });
const CancelRequestSchema = RequestSchema.extend({
  lines: z.array(IdSchema).min(1).max(LINES_MAX).optional(),
});
/** Only a cancel can be about lines; what would be ignored is refused. */
const WholeRequestSchema = RequestSchema.extend({
  lines: z.array(IdSchema).max(0, 'only a cancel can be about lines').optional(),
});

function bodyOf(command: CommandName) {
  return command === 'cancel' ? CancelRequestSchema : WholeRequestSchema;
}

const AnswerSchema = z
  .object({
    order_id: z.string(),
    connection: z.string(),
    status: z.enum(['cancelling', 'on_hold', 'released', 'retrying']),
    detail: z.string(),
  })
  .meta({ id: 'OrderCommandAnswer' });

function routeOf(command: CommandName) {
  return createRoute({
    method: 'post',
    path: `/api/v1/orders/{order_id}/${command}`,
    operationId: `${command}Order`,
    tags: ['orders'],
    summary: COMMANDS[command].summary,
    security: API_KEY_SECURITY,
    request: {
      params: z.object({ order_id: z.string() }),
      query: ConnectionQuerySchema,
      headers: z.object({ 'idempotency-key': IdempotencyKeySchema.optional() }),
      body: { required: true, ...json('', bodyOf(command)) },
    },
    responses: {
      200: json('The order has taken it', AnswerSchema),
      ...NOT_FOUND,
      ...CONFLICT,
      ...UNREADABLE,
      ...COMMON_PROBLEMS,
    },
  });
}
