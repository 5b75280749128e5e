import { z } from 'zod';
import { CrmEventTypeSchema, CrmLineDeltaSchema, CrmOrderSchema } from '../contracts/crm.ts';
import {
  IdSchema,
  InstantSchema,
  PrioritySchema,
  QuantitySchema,
  SkuSchema,
} from '../contracts/primitives.ts';

const VersionSchema = z.int().min(1);

const LineSchema = z.object({ line_id: IdSchema, sku: SkuSchema, qty: QuantitySchema });

/** What a CRM wants, whole. `version` null: the next one. */
export const OrderIntentSchema = z.object({
  version: VersionSchema.nullable(),
  priority: PrioritySchema,
  promised_at: InstantSchema.nullable(),
  lines: z.array(LineSchema),
});
export type StatedIntent = z.infer<typeof OrderIntentSchema>;

/** What a CRM wants no more; `lines` null for the whole order. */
export const OrderCancelSchema = z.object({
  version: VersionSchema.nullable(),
  reason: z.string().nullable(),
  lines: z.array(IdSchema).nullable(),
});
export type StatedCancel = z.infer<typeof OrderCancelSchema>;

/** What the CRM answers when it is asked what it wants; `cancel` when that is its last word. */
export const OrderStatedSchema = OrderIntentSchema.extend({ cancel: OrderCancelSchema.nullable() });
export type OrderStated = z.infer<typeof OrderStatedSchema>;

/** An order as its CRM shows it, which the books are held against. */
export const OrderRecordSchema = CrmOrderSchema.omit({ customer: true, fulfillment: true }).extend({
  items: z.array(z.object({ line_id: IdSchema, sku: SkuSchema, qty: QuantitySchema })),
});
export type OrderRecord = z.infer<typeof OrderRecordSchema>;

/** An event that the CRM was told; `backorder_id` null when it is of no backorder. */
export const AnnouncedSchema = z.object({
  type: CrmEventTypeSchema,
  backorder_id: IdSchema.nullable(),
});

export const OrderAddressSchema = z.object({ connection: z.string().min(1), order_id: IdSchema });

/** One ordered delta on its way to the CRM. `event_id` is its idempotency key. */
export const TellCrmSchema = z.object({
  order: OrderAddressSchema,
  event_id: z.string().min(1),
  type: CrmEventTypeSchema,
  at: InstantSchema,
  sequence: z.int().min(1),
  status: z.string().min(1),
  lines: z.array(CrmLineDeltaSchema),
  backorder_id: IdSchema.nullable(),
  pick_id: IdSchema.nullable(),
});
export type TellCrm = z.infer<typeof TellCrmSchema>;
