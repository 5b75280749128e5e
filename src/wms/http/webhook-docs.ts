import { z } from '@hono/zod-openapi';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { EnvelopeSchema } from '../../contracts/envelope.ts';
import { InventoryAlertSchema } from '../../contracts/inventory.ts';
import { PickEventSchema, PickStatusSchema } from '../../contracts/picks.ts';

const PICK_TYPES = PickStatusSchema.options.map((status) => `PICK.${status}`);

const WEBHOOKS: readonly { types: readonly string[]; payload: z.ZodType; summary: string }[] = [
  { types: PICK_TYPES, payload: PickEventSchema, summary: 'A pick has changed' },
  {
    types: ['SHIPMENT.CREATED', 'SHIPMENT.DELIVERED'],
    payload: PickEventSchema,
    summary: 'Picked units have left, or have arrived',
  },
  {
    types: ['INVENTORY.ALERT'],
    payload: InventoryAlertSchema,
    summary: 'Available stock rose, ran out, or is below the low mark',
  },
];

/** Documents the events that the WMS sends. */
export function registerWebhooks(registry: OpenAPIHono['openAPIRegistry']): void {
  for (const { types, payload, summary } of WEBHOOKS) {
    for (const type of types) {
      registry.registerWebhook({
        method: 'post',
        path: type,
        summary,
        description:
          'Signed: `X-Signature` is the hex HMAC-SHA256 of the raw body, `X-Event-ID` the event id. Tried 5 times with full jitter; may arrive twice or out of order.',
        request: {
          body: {
            content: {
              'application/json': {
                schema: EnvelopeSchema.extend({ event_type: z.literal(type), payload }),
              },
            },
          },
        },
        responses: { 200: { description: 'Taken. Any 2xx stops the retries.' } },
      });
    }
  }
}
