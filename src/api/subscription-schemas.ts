import { z } from 'zod';
import { InstantSchema, pageOf } from '../contracts/primitives.ts';

export const EventTypePatternSchema = z
  .string()
  .regex(
    /^(\*|[A-Z][A-Z_]*\.(\*|[A-Z][A-Z_]*))$/,
    'must be *, all types of a noun such as ALERT.*, or a type such as ALERT.RAISED',
  );

export const NewSubscriptionSchema = z.object({
  url: z.string().min(1).max(2048),
  event_types: z.array(EventTypePatternSchema).min(1).max(50),
  description: z.string().max(500).optional(),
});

export const SubscriptionSchema = z
  .object({
    subscription_id: z.string(),
    url: z.string(),
    event_types: z.array(z.string()),
    description: z.string().nullable(),
    enabled: z.boolean(),
    disabled_reason: z.string().nullable(),
    created_at: InstantSchema,
    updated_at: InstantSchema,
  })
  .meta({ id: 'Subscription' });

export const SubscriptionPageSchema = pageOf(SubscriptionSchema);

export const CreatedSubscriptionSchema = SubscriptionSchema.extend({ secret: z.string() }).meta({
  id: 'CreatedSubscription',
});

const AttemptSchema = z.object({
  at: InstantSchema,
  status: z.int().nullable(),
  latency_ms: z.int(),
  error: z.string().nullable(),
});

export const DeliverySchema = z
  .object({
    delivery_id: z.string(),
    subscription_id: z.string(),
    event_id: z.string(),
    event_type: z.string(),
    status: z.enum(['pending', 'delivered', 'failed', 'suppressed']),
    attempts: z.array(AttemptSchema),
    body: z.string(),
    created_at: InstantSchema,
    next_attempt_at: InstantSchema.nullable(),
  })
  .meta({ id: 'Delivery' });

export const DeliveryPageSchema = pageOf(DeliverySchema);

export const TestAnswerSchema = z
  .object({ delivered: z.boolean(), attempt: AttemptSchema.nullable(), delivery: DeliverySchema })
  .meta({ id: 'SubscriptionTest' });
