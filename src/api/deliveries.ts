import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { Operations } from '../operations/operations.ts';
import type { OperatorsConfig } from './config.ts';
import {
  API_KEY_SECURITY,
  COMMON_PROBLEMS,
  CONFLICT,
  json,
  NOT_FOUND,
  TOO_LARGE,
} from './route-parts.ts';
import { pagingOf, WordSchema } from './schemas.ts';
import { DeliveryPageSchema, DeliverySchema } from './subscription-schemas.ts';

interface DeliveryRoutesOptions {
  app: OpenAPIHono;
  operations: Operations;
  config: OperatorsConfig;
}

export function addDeliveryRoutes({ app, operations, config }: DeliveryRoutesOptions): void {
  const { subscriptions } = operations;
  app.openapi(listRouteOf(config), (c) => {
    const { subscription_id: subscriptionId, event_id: eventId, ...rest } = c.req.valid('query');
    const page = subscriptions.deliveries({ ...rest, subscriptionId, eventId });
    return c.json({ items: page.items.map(deliveryView), next: page.next }, 200);
  });
  app.openapi(redeliverRoute, (c) =>
    c.json(deliveryView(subscriptions.redeliver(c.req.valid('param').id)), 202),
  );
}

type DeliveryView = ReturnType<Operations['subscriptions']['redeliver']>;

/** A webhook of ours is a subscription. */
export function deliveryView(delivery: DeliveryView): z.infer<typeof DeliverySchema> {
  const { webhook_id: subscriptionId, ...rest } = delivery;
  return { ...rest, subscription_id: subscriptionId };
}

function listRouteOf(config: OperatorsConfig) {
  return createRoute({
    method: 'get',
    path: '/api/v1/deliveries',
    operationId: 'listDeliveries',
    tags: ['subscriptions'],
    summary: 'What was sent to subscriptions, newest first, with every attempt',
    security: API_KEY_SECURITY,
    request: {
      query: z.object({
        subscription_id: WordSchema.optional(),
        status: DeliverySchema.shape.status.optional(),
        event_id: WordSchema.optional(),
        ...pagingOf(config.limits.page),
      }),
    },
    responses: { 200: json('One page of deliveries', DeliveryPageSchema), ...COMMON_PROBLEMS },
  });
}

const redeliverRoute = createRoute({
  method: 'post',
  path: '/api/v1/deliveries/{id}/redeliver',
  operationId: 'redeliver',
  tags: ['subscriptions'],
  summary: 'Send a delivery again with all its attempts, whatever became of it',
  security: API_KEY_SECURITY,
  request: { params: z.object({ id: z.string() }) },
  responses: {
    202: json('The delivery, due again', DeliverySchema),
    ...NOT_FOUND,
    ...CONFLICT,
    ...TOO_LARGE,
    ...COMMON_PROBLEMS,
  },
});
