import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { IdSchema, InstantSchema, pageOf } from '../../contracts/primitives.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import { AppError } from '../../errors.ts';
import { PageQuery } from '../http/cursor.ts';
import { answersOf, bearer } from '../http/docs.ts';

const DeliverySchema = z.object({
  delivery_id: IdSchema,
  webhook_id: IdSchema,
  event_id: IdSchema,
  event_type: z.string(),
  status: z.enum(['pending', 'delivered', 'failed', 'suppressed']),
  attempts: z.array(
    z.object({
      at: InstantSchema,
      status: z.int().nullable(),
      latency_ms: z.number(),
      error: z.string().nullable(),
    }),
  ),
  body: z.string(),
});

const listRoute = createRoute({
  method: 'get',
  path: '/webhook-deliveries',
  tags: ['webhooks'],
  summary: 'Webhooks sent and owed, newest first',
  security: bearer,
  request: {
    query: z.object({
      event_id: z.string().max(128).optional(),
      status: DeliverySchema.shape.status.optional(),
      ...PageQuery,
    }),
  },
  responses: answersOf({ 200: ['A page of deliveries', pageOf(DeliverySchema)] }),
});

const redeliverRoute = createRoute({
  method: 'post',
  path: '/webhook-deliveries/{delivery_id}/redeliver',
  tags: ['webhooks'],
  summary: 'Send a webhook again, the same bytes',
  security: bearer,
  request: { params: z.object({ delivery_id: IdSchema }) },
  responses: answersOf({ 202: ['It is on its way', DeliverySchema] }),
});

/** The delivery log of webhooks out. */
export function deliveryRoutes(delivery: Delivery): OpenAPIHono {
  const app = new OpenAPIHono();
  app.openapi(listRoute, (c) => {
    const { event_id: eventId, status, cursor, limit } = c.req.valid('query');
    return c.json(
      delivery.list({
        limit,
        ...(eventId === undefined ? {} : { eventId }),
        ...(status === undefined ? {} : { status }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
  });
  app.openapi(redeliverRoute, (c) => {
    const { delivery_id: deliveryId } = c.req.valid('param');
    const view = delivery.redeliver(deliveryId);
    if (view === undefined) {
      throw new AppError('not-found', `There is no delivery ${deliveryId}, so nothing was sent.`);
    }
    c.set('effect', 'created');
    return c.json(view, 202);
  });
  return app;
}
