import { z } from 'zod';
import {
  CrmCancellationSchema,
  CrmOrderSchema,
  LINES_PER_ORDER_MAX,
  OrderCreatedSchema,
  OrderItemSchema,
} from '../../contracts/crm.ts';
import { AppError } from '../../errors.ts';

/** Body of `POST /orders`: the payload of `ORDER.CREATED`; the id is made when it is absent. */
export const OrderInputSchema = OrderCreatedSchema.omit({ version: true }).partial({
  order_id: true,
});

/** Body of `PATCH /orders/{id}`: what is absent stays; `items` is the whole new list. */
export const OrderPatchSchema = OrderInputSchema.pick({ customer: true, fulfillment: true })
  .extend({ items: z.array(OrderItemSchema).max(LINES_PER_ORDER_MAX).optional() })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), {
    message: 'must hold items, customer or fulfillment',
  });

/** Body of `POST /orders/{id}/cancel`. */
export const CancelInputSchema = z.object({
  reason: z.string().max(512).optional(),
  lines: z.array(z.string()).min(1).max(LINES_PER_ORDER_MAX).optional(),
});

/** The CRM's own side of an order, as it is stored and as its events carry it. */
export const OrderContentSchema = CrmOrderSchema.pick({
  customer: true,
  fulfillment: true,
  items: true,
}).extend({ total: z.number().optional(), cancellation: CrmCancellationSchema.optional() });

export type OrderInput = z.infer<typeof OrderInputSchema>;
export type OrderPatch = z.infer<typeof OrderPatchSchema>;
export type CancelInput = z.infer<typeof CancelInputSchema>;
export type OrderContent = z.infer<typeof OrderContentSchema>;
export type Item = OrderContent['items'][number];
export type ItemInput = z.infer<typeof OrderItemSchema>;

/** Gives each item of a new order its line id: order id and position, from 1. */
export function itemsOfNewOrder(orderId: string, items: readonly ItemInput[]): Item[] {
  const named = items.map((item, index) => ({
    ...item,
    line_id: item.line_id ?? `${orderId}-${index + 1}`,
  }));
  return refuseTwins(named);
}

interface ChangedItemsInput {
  orderId: string;
  before: readonly Item[];
  items: readonly ItemInput[];
  /** Line ids that this order ever had; none is given to another line again. */
  everUsed: ReadonlyMap<string, string>;
}

/** Items without a line id keep that of the same position when the SKU is the same. */
export function itemsOfChange(input: ChangedItemsInput): Item[] {
  const taken = new Set([...input.everUsed.keys(), ...input.items.map((item) => item.line_id)]);
  let position = input.everUsed.size;
  const fresh = () => {
    do position += 1;
    while (taken.has(`${input.orderId}-${position}`));
    return `${input.orderId}-${position}`;
  };
  const named = new Set(input.items.map((item) => item.line_id));
  const items = input.items.map((item, index): Item => {
    if (item.line_id !== undefined) return { ...item, line_id: item.line_id };
    const same = input.before[index];
    const kept = same?.sku === item.sku && !named.has(same.line_id);
    return { ...item, line_id: kept ? same.line_id : fresh() };
  });
  items.forEach((item, index) => {
    const sku = input.everUsed.get(item.line_id);
    if (sku === undefined || sku === item.sku) return;
    throw itemRefused(index, `line ${item.line_id} is for ${sku}; another SKU is another line`);
  });
  return refuseTwins(items);
}

function refuseTwins(items: Item[]): Item[] {
  const seen = new Set<string>();
  items.forEach(({ line_id: lineId }, index) => {
    if (seen.has(lineId)) throw itemRefused(index, `line id ${lineId} stands twice in the list`);
    seen.add(lineId);
  });
  return items;
}

function itemRefused(index: number, detail: string): AppError {
  return new AppError('validation', 'The items do not fit together; `errors` says where.', {
    issues: [{ pointer: `/items/${index}/line_id`, detail }],
  });
}
