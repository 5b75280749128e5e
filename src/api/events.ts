import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import { AppError } from '../errors.ts';
import type { OperatorsConfig } from './config.ts';
import { listEvents } from './event-list.ts';
import { eventView } from './event-view.ts';
import type { InboxEvent, InboxEvents } from './ports.ts';
import { API_KEY_SECURITY, COMMON_PROBLEMS, json, NOT_FOUND } from './route-parts.ts';
import { EventPageSchema, eventQueryOf, EventSchema, WordSchema } from './schemas.ts';

interface EventRoutesOptions {
  app: OpenAPIHono;
  books: BooksReader;
  inbox: InboxEvents;
  config: OperatorsConfig;
}

/** Where an event is looked for when its connection is not named. */
const DEFAULT_CONNECTIONS = ['crm', 'wms', 'tasks'];

export function addEventRoutes({ app, books, inbox, config }: EventRoutesOptions): void {
  app.openapi(listRouteOf(config), (c) => {
    const { status, connection, order_id: orderId, cursor, limit } = c.req.valid('query');
    const page = listEvents(
      {
        limit,
        ...(status === undefined ? {} : { status }),
        ...(connection === undefined ? {} : { connection }),
        ...(orderId === undefined ? {} : { orderId }),
        ...(cursor === undefined ? {} : { cursor }),
      },
      { inbox, books, roundsMax: config.limits.eventRoundsMax },
    );
    return c.json(page, 200);
  });
  app.openapi(detailRoute, (c) => {
    const { connection } = c.req.valid('query');
    const eventId = c.req.valid('param').event_id;
    const connections = connection === undefined ? DEFAULT_CONNECTIONS : [connection];
    return c.json(eventView(findEvent(inbox, connections, eventId), books), 200);
  });
}

function findEvent(inbox: InboxEvents, connections: string[], eventId: string): InboxEvent {
  for (const connection of connections) {
    const event = inbox.findEvent(connection, eventId);
    if (event !== undefined) return event;
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
