import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  CrmEventSchema,
  OrderCancelledSchema,
  OrderCreatedSchema,
  OrderUpdatedSchema,
} from '../contracts/crm.ts';
import { EnvelopeSchema } from '../contracts/envelope.ts';
import { InventoryAlertSchema } from '../contracts/inventory.ts';
import { EventResultSchema } from '../contracts/operators.ts';
import { PickEventSchema } from '../contracts/picks.ts';
import { InstantSchema } from '../contracts/primitives.ts';
import { TaskEventSchema } from '../contracts/tasks.ts';
import { ActionNewsSchema } from './action-schemas.ts';
import { AlertSchema } from './alert-schema.ts';
import { json } from './route-parts.ts';
import { NamedProblemSchema } from './schemas.ts';

const EnvelopeOfAnySchema = EnvelopeSchema.meta({ id: 'Envelope' });

const AcceptedSchema = z
  .object({
    event_id: z.string(),
    status: z.literal('accepted'),
    duplicate: z.boolean(),
    received_at: InstantSchema,
    links: z.object({ status: z.string() }),
  })
  .meta({ id: 'EventAccepted' });

const DuplicateSchema = AcceptedSchema.extend({
  first_received_at: InstantSchema,
  deliveries: z.int(),
  result: EventResultSchema,
}).meta({ id: 'EventDuplicate' });

const SIGNED = z.object({
  'x-signature': z.string().describe('Hex HMAC-SHA256 of the raw body under the shared secret'),
  'x-event-id': z.string().describe('Equal to `event_id` of the body'),
});

function refusal(description: string) {
  return { description, content: { 'application/problem+json': { schema: NamedProblemSchema } } };
}

const ANSWERS: RouteConfig['responses'] = {
  200: json('A repeat of a stored event, with what became of it', DuplicateSchema),
  202: json('Stored on disk; it will reach its order', AcceptedSchema),
  400: refusal('A required header is missing or differs from the body, not JSON, or too deep'),
  401: refusal('Signature, time or connection not accepted'),
  413: refusal('Over 256 KiB'),
  415: refusal('Not application/json, or encoded'),
  422: refusal('Not valid against its schema, or the event id was used for another body'),
  429: refusal('Over the rate of the connection; see Retry-After'),
  503: refusal('The inbox cannot write or is full; see Retry-After and send again'),
};

const ENDPOINTS = [
  { path: '/webhooks/orders', operationId: 'receiveOrderEvent', from: 'the CRM (connection crm)' },
  { path: '/webhooks/tasks', operationId: 'receiveTaskEvent', from: 'the task manager (tasks)' },
  { path: '/webhooks/wms', operationId: 'receiveWarehouseEvent', from: 'the warehouse (wms)' },
];

const INBOUND = [
  { path: '/webhooks/orders', payload: OrderCreatedSchema, types: ['ORDER.CREATED'] },
  { path: '/webhooks/orders', payload: OrderUpdatedSchema, types: ['ORDER.UPDATED'] },
  { path: '/webhooks/orders', payload: OrderCancelledSchema, types: ['ORDER.CANCELLED'] },
  {
    path: '/webhooks/tasks',
    payload: TaskEventSchema,
    types: ['TASK.CREATED', 'TASK.ASSIGNED', 'TASK.COMPLETED'],
  },
  {
    path: '/webhooks/wms',
    payload: PickEventSchema,
    types: [
      'PICK.CREATED',
      'PICK.ASSIGNED',
      'PICK.IN_PROGRESS',
      'PICK.PARTIAL',
      'PICK.COMPLETED',
      'PICK.CANCELLED',
      'SHIPMENT.CREATED',
      'SHIPMENT.DELIVERED',
    ],
  },
  { path: '/webhooks/wms', payload: InventoryAlertSchema, types: ['INVENTORY.ALERT'] },
];

type Registry = OpenAPIHono['openAPIRegistry'];

/** Documents the ingest endpoints, which are mounted beside this API, and every event by its type. */
export function describeWebhooks(app: OpenAPIHono): void {
  describeEndpoints(app.openAPIRegistry);
  describeInbound(app.openAPIRegistry);
  describeOutbound(app.openAPIRegistry);
}

function describeEndpoints(registry: Registry): void {
  const body = { required: true, ...json('', EnvelopeOfAnySchema) };
  for (const { path, operationId, from } of ENDPOINTS) {
    registry.registerPath({
      method: 'post',
      path,
      operationId,
      tags: ['webhooks'],
      summary: `Events from ${from}`,
      request: { headers: SIGNED, body },
      responses: ANSWERS,
    });
  }
  registry.registerPath({
    method: 'post',
    path: '/webhooks/{connection}',
    operationId: 'receiveEvent',
    tags: ['webhooks'],
    summary: 'Events from any other connection, signed as its profile says',
    request: { params: z.object({ connection: z.string() }), body },
    responses: ANSWERS,
  });
}

function describeInbound(registry: Registry): void {
  for (const { path, payload, types } of INBOUND) {
    for (const type of types) {
      const event = EnvelopeSchema.extend({ event_type: z.literal(type), payload });
      registry.registerWebhook({
        method: 'post',
        path: type,
        tags: ['webhooks'],
        summary: `${type}, sent to ${path}`,
        request: { body: { required: true, ...json('', event) } },
        responses: ANSWERS,
      });
    }
  }
}

function describeOutbound(registry: Registry): void {
  registry.registerWebhook({
    method: 'post',
    path: 'crm-order-event',
    tags: ['webhooks'],
    summary: 'What Crossdock tells the CRM, at its POST /orders/{order_id}/events',
    request: { body: { required: true, ...json('', CrmEventSchema.meta({ id: 'CrmEvent' })) } },
    responses: {
      200: { description: 'Taken, now or before' },
      409: { description: 'Does not follow; the body carries the present sequence' },
    },
  });
  for (const { type, payload, summary } of PUBLISHED) {
    const event = EnvelopeSchema.extend({ event_type: z.literal(type), payload });
    registry.registerWebhook({
      method: 'post',
      path: type,
      tags: ['webhooks'],
      summary,
      request: { headers: SIGNED, body: { required: true, ...json('', event) } },
      responses: {
        200: { description: 'Taken; any 2xx is' },
        410: { description: 'Nobody listens here any more: the subscription is disabled' },
      },
    });
  }
}

/** What goes to subscriptions. */
const PUBLISHED = [
  {
    type: 'ALERT.RAISED',
    payload: AlertSchema,
    summary: 'Something stands in the way of orders: once per cause, to subscriptions',
  },
  {
    type: 'ALERT.RESOLVED',
    payload: AlertSchema,
    summary: 'It does no longer: once, to subscriptions',
  },
  {
    type: 'TASK.HUMAN_ACTION_REQUIRED',
    payload: ActionNewsSchema,
    summary:
      'A person has to decide: once when it is asked, once for each rung of the SLA ladder after that',
  },
  {
    type: 'TASK.HUMAN_ACTION_RESOLVED',
    payload: ActionNewsSchema,
    summary: 'It is decided, or has solved itself: once',
  },
  {
    type: 'SUBSCRIPTION.TEST',
    payload: z.object({ subscription_id: z.string() }),
    summary: 'A person tries a subscription',
  },
];
