import { z } from 'zod';
import { PickLineSchema, PickSchema, PickStatusSchema } from '../contracts/picks.ts';
import {
  DeltaSchema,
  IdSchema,
  InstantSchema,
  PrioritySchema,
  QuantitySchema,
  SkuSchema,
} from '../contracts/primitives.ts';
import { OrderAddressSchema } from './orders.ts';

/** Our reference of a pick; also its idempotency key. */
const ReferenceSchema = z.string().min(1);

/**
 * An event that says exactly what moved: `sequence` is gapless from 1 per pick, `cumulative` is
 * what `counts` names, after `delta`. A warehouse that cannot promise that sends `pick.touched`.
 */
export const PickReportedSchema = z.object({
  pick_id: IdSchema,
  reference: z.string().nullable(),
  status: PickStatusSchema,
  sequence: z.int().min(1),
  counts: z.enum(['picked', 'shipped']),
  lines: z.array(
    z.object({
      line_id: IdSchema,
      sku: SkuSchema,
      delta: DeltaSchema,
      cumulative: QuantitySchema,
      short: QuantitySchema,
      cancelled: QuantitySchema.nullable(),
    }),
  ),
});
export type PickReportedWords = z.infer<typeof PickReportedSchema>;

/** Something happened to a pick: the warehouse is asked what. */
export const PickTouchedSchema = z.object({
  pick_id: IdSchema.nullable(),
  reference: z.string().nullable(),
});
export type PickTouchedWords = z.infer<typeof PickTouchedSchema>;

/**
 * A pick as its warehouse shows it, totals per line. Without `line_id` a line is known by its SKU;
 * without `sequence` or `updated_at` the latest answer counts.
 */
export const PickRecordSchema = z.object({
  pick_id: IdSchema,
  reference: z.string().nullable(),
  order_id: IdSchema.nullable().optional(),
  status: PickStatusSchema,
  outcome: PickSchema.shape.outcome.optional(),
  priority: PrioritySchema.optional(),
  sequence: z.int().min(0).optional(),
  lines: z.array(PickLineSchema.extend({ line_id: IdSchema.optional() })),
  created_at: InstantSchema.nullable().optional(),
  updated_at: InstantSchema.nullable().optional(),
});
export type PickRecord = z.infer<typeof PickRecordSchema>;

/** All that an answer says of a pick is its id: the pick is then read. */
export const PickNamedSchema = z.object({ pick_id: IdSchema });

/** The warehouse's word on a cancel; without `pick` the pick is then read. */
export const CancelAnsweredSchema = z.object({
  result: z.enum(['ACCEPTED', 'PARTIALLY_ACCEPTED', 'REJECTED']),
  pick: PickRecordSchema.optional(),
});

export const RequestPickSchema = z.object({
  order: OrderAddressSchema,
  reference: ReferenceSchema,
  priority: PrioritySchema,
  requested_at: InstantSchema,
  lines: z
    .array(z.object({ line_id: IdSchema, sku: SkuSchema, qty: QuantitySchema.min(1) }))
    .min(1),
});
export type RequestPick = z.infer<typeof RequestPickSchema>;

const PICK_ADDRESS = { order: OrderAddressSchema, pick_id: IdSchema, reference: ReferenceSchema };

export const UpdatePickSchema = z.object({ ...PICK_ADDRESS, priority: PrioritySchema });
export type UpdatePick = z.infer<typeof UpdatePickSchema>;

/** `lines` null for the whole pick. */
export const CancelPickSchema = z.object({
  ...PICK_ADDRESS,
  lines: z.array(IdSchema).nullable(),
  reason: z.string().nullable(),
});
export type CancelPick = z.infer<typeof CancelPickSchema>;

/** Stock of a SKU may have risen. */
export const StockRisenSchema = z.object({ sku: SkuSchema });

/** Units of a SKU that can be promised, in one place or in all. */
export const StockLevelSchema = z.object({ sku: SkuSchema, available: QuantitySchema });
