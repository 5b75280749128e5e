import { z } from 'zod';
import {
  DeltaSchema,
  IdSchema,
  InstantSchema,
  PrioritySchema,
  QuantitySchema,
  SkuSchema,
} from './primitives.ts';

export const PickStatusSchema = z.enum([
  'CREATED',
  'ASSIGNED',
  'IN_PROGRESS',
  'PARTIAL',
  'COMPLETED',
  'CANCELLED',
]);
export type PickStatus = z.infer<typeof PickStatusSchema>;

/** Body of `POST /picks`: the seed's PICK.REQUEST and our `line_id`, `reference`, `policy`. */
export const PickRequestSchema = z.object({
  request_id: IdSchema,
  timestamp: InstantSchema,
  source: z.string().min(1).max(128),
  payload: z.object({
    pick_id: IdSchema.optional(),
    order_id: IdSchema,
    line_items: z
      .array(
        z.object({
          line_id: IdSchema.optional(),
          sku: SkuSchema,
          qty: QuantitySchema.min(1),
          lot: IdSchema.optional(),
        }),
      )
      .min(1)
      .max(5000),
    priority: PrioritySchema.default('normal'),
    location_preferences: z.array(IdSchema).max(64).default([]),
    reference: IdSchema.optional(),
    policy: z.enum(['partial', 'all_or_nothing']).default('partial'),
  }),
});
export type PickRequest = z.infer<typeof PickRequestSchema>;

/**
 * One line of a pick. `allocated` = reserved and not yet picked, `picked` = total ever picked,
 * `short` = closed short. What is left (`requested - allocated - picked - short - cancelled`) is
 * short on the floor and still the warehouse's to fill.
 */
export const PickLineSchema = z.object({
  line_id: IdSchema,
  sku: SkuSchema,
  requested: QuantitySchema,
  allocated: QuantitySchema,
  picked: QuantitySchema,
  shipped: QuantitySchema,
  short: QuantitySchema,
  cancelled: QuantitySchema,
});

export const PickSchema = z.object({
  pick_id: IdSchema,
  order_id: IdSchema,
  reference: z.string().nullable(),
  status: PickStatusSchema,
  /** FULL or SHORT once COMPLETED, `no_stock` when it was cancelled with nothing picked. */
  outcome: z.enum(['FULL', 'SHORT', 'no_stock', 'cancelled']).nullable(),
  priority: PrioritySchema,
  sequence: z.int().min(0),
  lines: z.array(PickLineSchema),
  created_at: InstantSchema,
  updated_at: InstantSchema,
});
export type Pick = z.infer<typeof PickSchema>;

/** Body of `PATCH /picks/{id}`; `picked` and `short` are what happened now, not totals. */
export const PickPatchSchema = z.object({
  status: PickStatusSchema.exclude(['CREATED']).optional(),
  assignee: z.string().max(128).nullable().optional(),
  lines: z
    .array(
      z
        .object({
          line_id: IdSchema.optional(),
          sku: SkuSchema.optional(),
          picked: QuantitySchema.default(0),
          short: QuantitySchema.default(0),
          reason: z.string().max(256).optional(),
          location: IdSchema.optional(),
          lot: IdSchema.optional(),
        })
        .refine((line) => line.line_id !== undefined || line.sku !== undefined, {
          message: 'needs line_id or sku',
        }),
    )
    .max(5000)
    .optional(),
  short_close: z.boolean().optional(),
});
export type PickPatch = z.infer<typeof PickPatchSchema>;

/** Body of `POST /picks/{id}/cancel`; without `lines` the whole pick. */
export const PickCancelSchema = z.object({
  reason: z.string().max(512).optional(),
  lines: z.array(IdSchema).max(5000).optional(),
});

export const PickCancelAnswerSchema = z.object({
  result: z.enum(['ACCEPTED', 'PARTIALLY_ACCEPTED', 'REJECTED']),
  reason: z.string().optional(),
  lines: z.array(
    z.object({
      line_id: IdSchema,
      cancelled: QuantitySchema,
      kept: QuantitySchema,
      reason: z.string().optional(),
    }),
  ),
  pick: PickSchema,
});
export type PickCancelAnswer = z.infer<typeof PickCancelAnswerSchema>;

export const PutbackSchema = z.object({
  lines: z.array(z.object({ line_id: IdSchema, qty: QuantitySchema.min(1) })).min(1),
});

/**
 * `payload` of every PICK and SHIPMENT event. `sequence` is gapless from 1 per pick over all its
 * events, shipments included. `delta` and `cumulative` count picked units in PICK events and
 * shipped units in SHIPMENT events; `short` is the line's total short so far, on the floor and
 * closed; closed once `status` is COMPLETED or CANCELLED.
 */
export const PickEventSchema = z.object({
  pick_id: IdSchema,
  order_id: IdSchema,
  reference: z.string().nullable().optional(),
  status: PickStatusSchema,
  sequence: z.int().min(1),
  occurred_at: InstantSchema,
  shipment_id: IdSchema.optional(),
  lines: z.array(
    z.object({
      line_id: IdSchema,
      sku: SkuSchema,
      delta: DeltaSchema,
      cumulative: QuantitySchema,
      short: QuantitySchema.default(0),
      cancelled: QuantitySchema.optional(),
      lot: z.string().nullable().optional(),
      location: z.string().nullable().optional(),
      reason: z.string().nullable().optional(),
    }),
  ),
});
export type PickEvent = z.infer<typeof PickEventSchema>;
