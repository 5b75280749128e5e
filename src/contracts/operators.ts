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

/** What a person may decide; `fulfilment` 3.6 says what each does to the books. */
export const DecisionSchema = z.enum([
  'ship_partial',
  'wait',
  'substitute',
  'cancel_line',
  'cancel_order',
  'retry',
  'accept_over',
  'adopt_remote',
]);
export type Decision = z.infer<typeof DecisionSchema>;

export const ActionStatusSchema = z.enum(['OPEN', 'ACKED', 'RESOLVED', 'SUPERSEDED']);

/** A question that only a person can answer. `version` grows with whatever changes about it. */
export const ActionSchema = z.object({
  action_id: z.string(),
  order_id: z.string(),
  connection: z.string(),
  /** Stable code of the cause, such as `task_closed`. */
  reason: z.string(),
  /** One sentence: what happened and what it means for the order. */
  detail: z.string(),
  /** The lines in question and how many units of each are still missing. */
  lines: z.array(z.object({ line_id: z.string(), sku: z.string(), missing: QuantitySchema })),
  choices: z.array(DecisionSchema),
  status: ActionStatusSchema,
  version: z.int().min(1),
  opened_at: InstantSchema,
  /** When the decision is due by the business calendar; null when the calendar never gets there. */
  due_at: InstantSchema.nullable(),
  /** The last rung of the SLA ladder that has fired: its number from 1, and who it calls. */
  escalation: z.object({ rung: z.int(), name: z.string() }).nullable(),
  task_id: z.string().nullable(),
  /** The dead letter that asks, when one does. */
  dead_letter_id: z.string().nullable(),
  decision: z
    .object({
      decision: DecisionSchema,
      by: z.string(),
      note: z.string().nullable(),
      at: InstantSchema,
    })
    .nullable(),
  /** When it was resolved or superseded. */
  closed_at: InstantSchema.nullable(),
});
export type ActionView = z.infer<typeof ActionSchema>;

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
  /** Open ones first, then the last that were closed. */
  actions: z.array(ActionSchema),
  /** Commands that are on their way and not answered. */
  in_flight: z.int().min(0),
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
