import { z } from 'zod';
import { InstantSchema, PrioritySchema, QuantitySchema } from './primitives.ts';
import { PickLineSchema } from './picks.ts';

export const OrderStageSchema = z.enum([
  'RECEIVED',
  'FULFILLING',
  'WAITING',
  'CLOSING',
  'NEEDS_ACTION',
  'FULFILLED',
  'CLOSED_SHORT',
  'CANCELLED',
  'ORPHANED',
]);

export const HeadlineSchema = z.enum([
  'CANCELLED',
  'FULFILLED',
  'CLOSED_SHORT',
  'PARTIALLY_SHIPPED',
  'PICKED',
  'PARTIALLY_PICKED',
  'ALLOCATED',
  'PARTIALLY_ALLOCATED',
  'BACKORDERED',
  'OPEN',
]);

export const OrderLineViewSchema = z.object({
  line_id: z.string(),
  sku: z.string(),
  ordered: QuantitySchema,
  open: QuantitySchema,
  requested: QuantitySchema,
  allocated: QuantitySchema,
  picked: QuantitySchema,
  shipped: QuantitySchema,
  backordered: QuantitySchema,
  cancelled: QuantitySchema,
  substituted_out: QuantitySchema,
  over: QuantitySchema,
});

/** The part of an order's detail that the worker writes at the end of each step. */
export const OrderViewSchema = z.object({
  order_id: z.string(),
  connection: z.string(),
  version: z.int().min(0),
  stage: OrderStageSchema,
  headline: HeadlineSchema,
  flags: z.array(z.string()),
  priority: PrioritySchema,
  lines: z.array(OrderLineViewSchema),
  task: z.object({ task_id: z.string(), status: z.string() }).nullable(),
  picks: z.array(
    z.object({
      pick_id: z.string().nullable(),
      reference: z.string(),
      status: z.string(),
      lines: z.array(PickLineSchema),
    }),
  ),
  backorders: z.array(
    z.object({
      backorder_id: z.string(),
      line_id: z.string(),
      qty: QuantitySchema,
      status: z.string(),
    }),
  ),
  /** One sentence each: what the order waits for now. */
  waits_for: z.array(z.string()),
  mapping_bundle: z.string(),
});
export type OrderView = z.infer<typeof OrderViewSchema>;

export const TimelineEntrySchema = z.object({
  at: InstantSchema,
  kind: z.string(),
  summary: z.string(),
  cause: z.string(),
});

/** Answer of `GET /api/v1/orders/{order_id}`. */
export const OrderDetailSchema = OrderViewSchema.extend({
  actions: z.array(z.looseObject({})),
  timeline: z.array(TimelineEntrySchema),
  created_at: InstantSchema,
  updated_at: InstantSchema,
  closed_at: InstantSchema.nullable(),
  links: z.object({
    temporal_ui: z.string().nullable(),
    crm: z.string().nullable(),
    task: z.string().nullable(),
  }),
});

export const OrderSummarySchema = z.object({
  order_id: z.string(),
  connection: z.string(),
  version: z.int(),
  stage: OrderStageSchema,
  headline: HeadlineSchema,
  flags: z.array(z.string()),
  priority: PrioritySchema,
  created_at: InstantSchema,
  updated_at: InstantSchema,
  closed_at: InstantSchema.nullable(),
});

export const EventStatusSchema = z.enum([
  'accepted',
  'dispatched',
  'applied',
  'late',
  'quarantined',
  'rejected',
]);

export const EventResultSchema = z.object({
  order_id: z.string().nullable(),
  stage: z.string().nullable(),
  state: z.string(),
});

export const EventSummarySchema = z.object({
  event_id: z.string(),
  event_type: z.string().nullable(),
  connection: z.string(),
  order_id: z.string().nullable(),
  status: EventStatusSchema,
  received_at: InstantSchema,
  deliveries: z.int(),
  result: EventResultSchema,
});

export const DeadLetterSchema = z.object({
  id: z.string(),
  kind: z.enum(['command', 'event']),
  connection: z.string(),
  order_id: z.string(),
  subject: z.string(),
  cause: z.string(),
  attempts: z.int(),
  last_status: z.int().nullable(),
  last_error: z.string(),
  status: z.enum(['open', 'replayed', 'discarded']),
  at: InstantSchema,
});
