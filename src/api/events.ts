import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import type { OperatorsConfig } from './config.ts';
import { listEvents } from './event-list.ts';
import { eventView } from './event-view.ts';
import { connectionsOf, findEvent, type ConnectionNames } from './find-event.ts';
import type { Inbox } from './ports.ts';
import { API_KEY_SECURITY, COMMON_PROBLEMS, json, NOT_FOUND } from './route-parts.ts';
import { EventPageSchema, eventQueryOf, EventSchema, WordSchema } from './schemas.ts';

interface EventRoutesOptions {
  app: OpenAPIHono;
  books: BooksReader;
  inbox: Inbox;
  crmConnections: readonly string[];
  connectionNames: ConnectionNames;
  config: OperatorsConfig;
}

export function addEventRoutes(options: EventRoutesOptions): void {
  const { app, books, inbox, crmConnections, connectionNames, config } = options;
  const list = { inbox, books, crmConnections, roundsMax: config.limits.eventRoundsMax };
  app.openapi(listRouteOf(config), async (c) => {
    const { order_id: orderId, ...filter } = c.req.valid('query');
    return c.json(await listEvents({ ...filter, orderId }, list), 200);
  });
  app.openapi(detailRoute, async (c) => {
    const { connection } = c.req.valid('query');
    const eventId = c.req.valid('param').event_id;
    return c.json(
      eventView(await findEvent(inbox, connectionsOf(connection, connectionNames), eventId), books),
      200,
    );
  });
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
