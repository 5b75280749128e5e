import { z } from 'zod';
import { CrmOrderSchema } from '../contracts/crm.ts';
import { PickSchema } from '../contracts/picks.ts';
import { IdSchema } from '../contracts/primitives.ts';
import { TaskSchema } from '../contracts/tasks.ts';

/**
 * An order as the CRM shows it. `cancellation` is its last cancel, at the version that asked for
 * it; `lines` is null for the whole order.
 */
export const RemoteOrderSchema = CrmOrderSchema.extend({
  cancellation: z
    .object({
      version: z.int().min(1),
      list_version: z.int().min(1).optional(),
      lines: z.array(IdSchema).nullable(),
      reason: z.string().nullable().optional(),
    })
    .nullable()
    .optional(),
});
export type RemoteOrder = z.infer<typeof RemoteOrderSchema>;

export const RemotePickSchema = PickSchema;
export type RemotePick = z.infer<typeof RemotePickSchema>;

export const RemoteTaskSchema = TaskSchema;
export type RemoteTask = z.infer<typeof RemoteTaskSchema>;

/** Changes whenever the pick does. */
export function pickVersion({ sequence, updated_at: updatedAt }: RemotePick): string {
  return `${sequence}@${updatedAt}`;
}

/** Changes whenever the task does. */
export function taskVersion({ updated_at: updatedAt }: RemoteTask): string {
  return updatedAt;
}

export function isEndedTask({ status }: RemoteTask): boolean {
  return status === 'COMPLETED' || status === 'CANCELLED';
}

/** A page of any list; its items are read one by one, so that one bad record fails alone. */
export const RemotePageSchema = z.object({
  items: z.array(z.unknown()),
  next: z.string().nullable().optional(),
});

/** Answer of the warehouse's own audit of its stock books. */
export const StockAuditSchema = z.object({
  checked: z.int().min(0),
  findings: z.array(
    z.object({
      class: z.enum(['D9', 'D10', 'D11']),
      sku: z.string().nullable().optional(),
      location: z.string().nullable().optional(),
      lot: z.string().nullable().optional(),
      pick_id: z.string().nullable().optional(),
      we_say: z.unknown(),
      they_say: z.unknown(),
      repaired: z.boolean(),
    }),
  ),
});
export type StockFinding = z.infer<typeof StockAuditSchema>['findings'][number];
