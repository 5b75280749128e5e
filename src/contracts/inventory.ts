import { z } from 'zod';
import { IdSchema, InstantSchema, QuantitySchema, SkuSchema } from './primitives.ts';

/** Body of `POST /inventory/movements`; `qty` is signed only for `count`, the counted correction. */
export const MovementRequestSchema = z.object({
  kind: z.enum(['receive', 'count', 'hold', 'unhold', 'scrap', 'transfer']),
  sku: SkuSchema,
  location: IdSchema,
  lot: z.string().max(128).nullable().optional(),
  qty: z.int().min(-1_000_000_000).max(1_000_000_000),
  reason: z.string().max(256).optional(),
  to_location: IdSchema.optional(),
});
export type MovementRequest = z.infer<typeof MovementRequestSchema>;

const CountersSchema = z.object({
  on_hand: QuantitySchema,
  reserved: QuantitySchema,
  picked: QuantitySchema,
  held: QuantitySchema,
  /** Derived: on_hand - reserved - picked - held. */
  available: QuantitySchema,
});

export const StockLevelSchema = CountersSchema.extend({
  sku: SkuSchema,
  location: IdSchema,
  lot: z.string().nullable(),
});

/** Answer of `GET /inventory?sku=`. */
export const InventorySchema = z.object({
  items: z.array(StockLevelSchema),
  totals: CountersSchema,
  next: z.string().nullable().optional(),
});
export type Inventory = z.infer<typeof InventorySchema>;

/** `payload` of INVENTORY.ALERT: `available` went to or from 0, below the low mark, or up. */
export const InventoryAlertSchema = z.object({
  sku: SkuSchema,
  location: IdSchema,
  available: QuantitySchema,
  previous: QuantitySchema,
  cause: z.string(),
  occurred_at: InstantSchema.optional(),
});
export type InventoryAlert = z.infer<typeof InventoryAlertSchema>;

/** Body of `POST /shipments`; without `lines` all that is picked and not yet shipped. */
export const ShipmentRequestSchema = z.object({
  pick_id: IdSchema,
  carrier: z.string().min(1).max(64),
  tracking: z.string().max(128).optional(),
  lines: z
    .array(
      z.object({
        line_id: IdSchema.optional(),
        sku: SkuSchema.optional(),
        qty: QuantitySchema.min(1),
      }),
    )
    .optional(),
});
export type ShipmentRequest = z.infer<typeof ShipmentRequestSchema>;
