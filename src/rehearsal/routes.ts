import { Hono } from 'hono';
import { z } from 'zod';
import { InstantSchema } from '../contracts/primitives.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { WebhookModeSchema } from '../delivery/mode.ts';
import { AppError } from '../errors.ts';
import { FaultSchema, type Faults } from './faults.ts';
import { jsonBody, parseInput } from './input.ts';
import type { RequestLog } from './request-log.ts';

const LIMIT = 500;
const LIMIT_MAX = 2000;

const ListSchema = z.object({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT),
});

const RequestsQuerySchema = ListSchema.extend({
  method: z.string().optional(),
  path: z.string().optional(),
  since: z
    .union([InstantSchema, z.string().regex(/^\d{1,15}$/)], 'must be an ISO instant or epoch ms')
    .optional(),
});

const DeliveriesQuerySchema = ListSchema.extend({
  event_id: z.string().optional(),
  status: z.string().optional(),
});

interface RehearsalRoutesDeps {
  faults: Faults;
  requests: RequestLog;
  delivery: Delivery;
}

/** The switches of a rehearsal, to be mounted at `/_sandbox`. */
export function rehearsalRoutes({ faults, requests, delivery }: RehearsalRoutesDeps): Hono {
  const app = new Hono();
  app.get('/requests', (c) => {
    const { since, method, path, cursor, limit } = parseInput(RequestsQuerySchema, c.req.query());
    return c.json(
      requests.list({
        limit,
        ...(method === undefined ? {} : { method }),
        ...(path === undefined ? {} : { path }),
        ...(cursor === undefined ? {} : { cursor }),
        ...(since === undefined ? {} : { sinceMs: instantMs(since) }),
      }),
    );
  });
  app.post('/faults', async (c) =>
    c.json(faults.add(parseInput(FaultSchema, await jsonBody(c))), 201),
  );
  app.get('/faults', (c) => c.json({ items: faults.list(), next: null }));
  app.delete('/faults', (c) => {
    faults.clear();
    return c.body(null, 204);
  });
  app.get('/webhooks', (c) => c.json(delivery.mode()));
  app.put('/webhooks', async (c) => {
    delivery.setMode(parseInput(WebhookModeSchema, await jsonBody(c)));
    return c.json(delivery.mode());
  });
  app.get('/webhooks/deliveries', (c) => {
    const {
      event_id: eventId,
      status,
      cursor,
      limit,
    } = parseInput(DeliveriesQuerySchema, c.req.query());
    return c.json(
      delivery.list({
        limit,
        ...(eventId === undefined ? {} : { eventId }),
        ...(status === undefined ? {} : { status }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
  });
  app.post('/webhooks/deliveries/:id/redeliver', (c) => {
    const view = delivery.redeliver(c.req.param('id'));
    if (view) return c.json(view, 202);
    throw new AppError('not-found', 'There is no such delivery. List them at the path above it.');
  });
  return app;
}

function instantMs(since: string): number {
  return /^\d+$/.test(since) ? Number(since) : Date.parse(since);
}
