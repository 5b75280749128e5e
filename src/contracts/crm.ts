import { z } from 'zod';
import {
  DayOrInstantSchema,
  DeltaSchema,
  IdSchema,
  InstantSchema,
  QuantitySchema,
  SkuSchema,
} from './primitives.ts';

export const OrderItemSchema = z.object({
  line_id: IdSchema.optional(),
  sku: SkuSchema,
  qty: QuantitySchema,
});

const CustomerSchema = z.object({
  id: IdSchema.optional(),
  name: z.string().max(256).optional(),
  account_priority: z.string().max(64).optional(),
});

const FulfillmentSchema = z.object({
  method: z.string().max(64).optional(),
  requested_date: DayOrInstantSchema.optional(),
});

const OrderFieldsSchema = z.object({
  order_id: IdSchema,
  version: z.int().min(1).optional(),
  customer: CustomerSchema.optional(),
  fulfillment: FulfillmentSchema.optional(),
  total: z.number().optional(),
});

/** Lines of one order, bounded because each is carried in workflow state. */
export const LINES_PER_ORDER_MAX = 5000;

/** `payload` of `ORDER.CREATED`. */
export const OrderCreatedSchema = OrderFieldsSchema.extend({
  items: z.array(OrderItemSchema).min(1).max(LINES_PER_ORDER_MAX),
});

/** `payload` of `ORDER.UPDATED`: the whole new list; a line that is gone is lowered to 0. */
export const OrderUpdatedSchema = OrderFieldsSchema.extend({
  items: z.array(OrderItemSchema).max(LINES_PER_ORDER_MAX),
});

/** `payload` of `ORDER.CANCELLED`; without `lines` the whole order. */
export const OrderCancelledSchema = z.object({
  order_id: IdSchema,
  version: z.int().min(1).optional(),
  reason: z.string().max(512).optional(),
  lines: z.array(IdSchema).max(LINES_PER_ORDER_MAX).optional(),
});

export type OrderCreated = z.infer<typeof OrderCreatedSchema>;
export type OrderUpdated = z.infer<typeof OrderUpdatedSchema>;
export type OrderCancelled = z.infer<typeof OrderCancelledSchema>;

export const CrmBucketSchema = z.enum(['picked', 'shipped', 'backordered', 'cancelled']);

/** One bucket move of one line as told to the CRM; `cumulative` is the bucket after the delta. */
export const CrmLineDeltaSchema = z.object({
  line_id: IdSchema,
  sku: SkuSchema,
  bucket: CrmBucketSchema,
  delta: DeltaSchema,
  cumulative: QuantitySchema,
});

export const CrmEventTypeSchema = z.enum([
  'ORDER.UPDATED',
  'PICK.PARTIAL',
  'BACKORDER.CREATED',
  'BACKORDER.FILLED',
  'ORDER.CANCELLED',
]);

/** Body of `POST /orders/{order_id}/events` at the CRM. `sequence` is gapless from 1 per order. */
export const CrmEventSchema = z.object({
  event_id: z.string().min(1).max(1024),
  event_type: CrmEventTypeSchema,
  event_version: z.string(),
  timestamp: InstantSchema,
  source: z.string(),
  payload: z.object({
    order_id: IdSchema,
    sequence: z.int().min(1),
    status: z.string(),
    lines: z.array(CrmLineDeltaSchema),
    backorder_id: z.string().optional(),
    pick_id: z.string().optional(),
  }),
});

export type CrmEvent = z.infer<typeof CrmEventSchema>;

export const CrmOrderLineSchema = z.object({
  line_id: IdSchema,
  sku: SkuSchema,
  ordered: QuantitySchema,
  picked: QuantitySchema,
  shipped: QuantitySchema,
  backordered: QuantitySchema,
  cancelled: QuantitySchema,
});

/** An order as the CRM sandbox answers it; `sequence` is the last event it applied (0 when none). */
/** The last cancel that was asked for, and the version that asked for it; `lines` null for all. */
export const CrmCancellationSchema = z.object({
  version: z.int().min(1),
  /** Version of the list that these cancels follow. */
  list_version: z.int().min(1).optional(),
  lines: z.array(IdSchema).nullable(),
  reason: z.string().nullable(),
});

export const CrmOrderSchema = z.object({
  order_id: IdSchema,
  version: z.int().min(1),
  status: z.string(),
  sequence: z.int().min(0),
  customer: CustomerSchema,
  items: z.array(OrderItemSchema.extend({ line_id: IdSchema })),
  fulfillment: FulfillmentSchema,
  lines: z.array(CrmOrderLineSchema),
  cancellation: CrmCancellationSchema.nullable().optional(),
  created_at: InstantSchema,
  updated_at: InstantSchema,
});

export type CrmOrder = z.infer<typeof CrmOrderSchema>;
