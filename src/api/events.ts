import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import { AppError } from '../errors.ts';
import type { OperatorsConfig } from './config.ts';
import { listEvents } from './event-list.ts';
import { eventView } from './event-view.ts';
import type { Inbox } from './ports.ts';
import { fromInbox, fromQuarantine, type ReceivedEvent } from './received-event.ts';
import { API_KEY_SECURITY, COMMON_PROBLEMS, json, NOT_FOUND } from './route-parts.ts';
import { EventPageSchema, eventQueryOf, EventSchema, WordSchema } from './schemas.ts';

interface EventRoutesOptions {
  app: OpenAPIHono;
  books: BooksReader;
  inbox: Inbox;
  crmConnections: readonly string[];
  config: OperatorsConfig;
}

/** Where an event is looked for when its connection is not named. */
const DEFAULT_CONNECTIONS = ['crm', 'wms', 'tasks'];

export function addEventRoutes(options: EventRoutesOptions): void {
  const { app, books, inbox, crmConnections, config } = options;
  const list = { inbox, books, crmConnections, roundsMax: config.limits.eventRoundsMax };
  app.openapi(listRouteOf(config), async (c) => {
    const { order_id: orderId, ...filter } = c.req.valid('query');
    return c.json(await listEvents({ ...filter, orderId }, list), 200);
  });
  app.openapi(detailRoute, async (c) => {
    const { connection } = c.req.valid('query');
    const eventId = c.req.valid('param').event_id;
    const connections = connection === undefined ? DEFAULT_CONNECTIONS : [connection];
    return c.json(eventView(await findEvent(inbox, connections, eventId), books), 200);
  });
}

async function findEvent(
  inbox: Inbox,
  connections: string[],
  eventId: string,
): Promise<ReceivedEvent> {
  for (const connection of connections) {
    const event = await inbox.get(connection, eventId);
    if (event !== undefined) return fromInbox(event);
  }
  for (const connection of connections) {
    const [held] = await inbox.listQuarantine({ connection, eventId, limit: 1 });
    if (held !== undefined) return fromQuarantine(held);
  }
  throw new AppError(
    'not-found',
    `No event ${eventId} is stored from ${connections.join(', ')}. It never arrived, was refused, or is older than the inbox remembers; its sender's delivery log tells which.`,
  );
}

function listRouteOf(config: OperatorsConfig) {
  return createRoute({
    method: 'get',
    path: '/api/v1/events',
    operationId: 'listEvents',
    tags: ['events'],
    summary: 'Received events, newest first',
    description:
      'A page may hold fewer than `limit` events while `next` is not null: carry on with `next`.',
    security: API_KEY_SECURITY,
    request: { query: eventQueryOf(config.limits.page) },
    responses: { 200: json('One page of events', EventPageSchema), ...COMMON_PROBLEMS },
  });
}

const detailRoute = createRoute({
  method: 'get',
  path: '/api/v1/events/{event_id}',
  operationId: 'getEvent',
  tags: ['events'],
  summary: 'One received event and what became of it',
  security: API_KEY_SECURITY,
  request: {
    params: z.object({ event_id: z.string() }),
    query: z.object({ connection: WordSchema.optional() }),
  },
  responses: { 200: json('The event', EventSchema), ...NOT_FOUND, ...COMMON_PROBLEMS },
});
