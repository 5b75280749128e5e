import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { Operations } from '../operations/operations.ts';
import type { Subscription } from '../operations/subscriptions/store.ts';
import type { OperatorsConfig } from './config.ts';
import { deliveryView } from './deliveries.ts';
import { instant } from './instant.ts';
import {
  API_KEY_SECURITY,
  COMMON_PROBLEMS,
  CONFLICT,
  json,
  NOT_FOUND,
  TOO_LARGE,
  UNREADABLE,
} from './route-parts.ts';
import { pagingOf } from './schemas.ts';
import {
  CreatedSubscriptionSchema,
  NewSubscriptionSchema,
  SubscriptionPageSchema,
  SubscriptionSchema,
  TestAnswerSchema,
} from './subscription-schemas.ts';

interface SubscriptionRoutesOptions {
  app: OpenAPIHono;
  operations: Operations;
  config: OperatorsConfig;
}

export function addSubscriptionRoutes(options: SubscriptionRoutesOptions): void {
  const { app, operations, config } = options;
  const { subscriptions } = operations;
  app.openapi(createRouteOfOne, async (c) => {
    const { url, event_types: eventTypes, description = null } = c.req.valid('json');
    const { subscription, secret } = await subscriptions.create({ url, eventTypes, description });
    return c.json({ ...viewOf(subscription), secret }, 201);
  });
  app.openapi(listRouteOf(config), (c) => {
    const page = subscriptions.list(c.req.valid('query'));
    return c.json({ items: page.items.map(viewOf), next: page.next }, 200);
  });
  app.openapi(detailRoute, (c) => c.json(viewOf(subscriptions.get(c.req.valid('param').id)), 200));
  app.openapi(deleteRoute, (c) => {
    subscriptions.remove(c.req.valid('param').id);
    return c.body(null, 204);
  });
  for (const [action, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    app.openapi(switchRouteOf(action), (c) =>
      c.json(viewOf(subscriptions.setEnabled(c.req.valid('param').id, enabled)), 200),
    );
  }
  app.openapi(testRoute, async (c) => {
    const delivery = deliveryView(await subscriptions.test(c.req.valid('param').id));
    const attempt = delivery.attempts.at(-1) ?? null;
    return c.json({ delivered: delivery.status === 'delivered', attempt, delivery }, 200);
  });
}

function viewOf(subscription: Subscription): z.infer<typeof SubscriptionSchema> {
  return {
    subscription_id: subscription.subscriptionId,
    url: subscription.url,
    event_types: subscription.eventTypes,
    description: subscription.description,
    enabled: subscription.enabled,
    disabled_reason: subscription.disabledReason,
    created_at: instant(subscription.createdAt),
    updated_at: instant(subscription.updatedAt),
  };
}

const PATH = '/api/v1/subscriptions';
const SHARED = { tags: ['subscriptions'], security: API_KEY_SECURITY };
const NAMED = { params: z.object({ id: z.string() }) };
const SUBSCRIPTION = json('The subscription', SubscriptionSchema);

const createRouteOfOne = createRoute({
  ...SHARED,
  method: 'post',
  path: PATH,
  operationId: 'createSubscription',
  summary: 'Have events sent to an address; the secret is shown this once',
  description:
    'Signed as the profile `template`: `X-Signature` is the hex HMAC-SHA256 of the body under the secret, `X-Event-ID` the id of the event.',
  request: { body: { required: true, ...json('', NewSubscriptionSchema) } },
  responses: {
    201: json('The subscription and its secret', CreatedSubscriptionSchema),
    ...CONFLICT,
    ...UNREADABLE,
    ...COMMON_PROBLEMS,
  },
});

function listRouteOf(config: OperatorsConfig) {
  return createRoute({
    ...SHARED,
    method: 'get',
    path: PATH,
    operationId: 'listSubscriptions',
    summary: 'Who is told of what, newest first',
    request: { query: z.object(pagingOf(config.limits.page)) },
    responses: { 200: json('One page', SubscriptionPageSchema), ...COMMON_PROBLEMS },
  });
}

const detailRoute = createRoute({
  ...SHARED,
  method: 'get',
  path: `${PATH}/{id}`,
  operationId: 'getSubscription',
  summary: 'One subscription, without its secret',
  request: NAMED,
  responses: { 200: SUBSCRIPTION, ...NOT_FOUND, ...COMMON_PROBLEMS },
});

const deleteRoute = createRoute({
  ...SHARED,
  method: 'delete',
  path: `${PATH}/{id}`,
  operationId: 'deleteSubscription',
  summary: 'Send nothing more; the log of deliveries stays until its time is over',
  request: NAMED,
  responses: { 204: { description: 'Gone' }, ...NOT_FOUND, ...COMMON_PROBLEMS },
});

function switchRouteOf(action: 'enable' | 'disable') {
  return createRoute({
    ...SHARED,
    method: 'post',
    path: `${PATH}/{id}/${action}`,
    operationId: `${action}Subscription`,
    summary:
      action === 'enable'
        ? 'Send again, beginning with what is owed'
        : 'Send nothing for now; what would be sent is kept',
    request: NAMED,
    responses: { 200: SUBSCRIPTION, ...NOT_FOUND, ...TOO_LARGE, ...COMMON_PROBLEMS },
  });
}

const testRoute = createRoute({
  ...SHARED,
  method: 'post',
  path: `${PATH}/{id}/test`,
  operationId: 'testSubscription',
  summary: 'Send a SUBSCRIPTION.TEST event now, once, and see what came of it',
  request: NAMED,
  responses: {
    200: json('The attempt, whatever came of it', TestAnswerSchema),
    ...NOT_FOUND,
    ...TOO_LARGE,
    ...COMMON_PROBLEMS,
  },
});
