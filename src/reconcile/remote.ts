import { z } from 'zod';
import type { Read as ReadAs } from '../connections/vendor/read-answer.ts';
import type { OrderRecord, OrderStated } from '../vocabulary/orders.ts';
import type { PickRecord } from '../vocabulary/picks.ts';
import type { TaskRecord } from '../vocabulary/tasks.ts';

export type RemoteOrder = OrderRecord;
export type RemoteTask = TaskRecord;

/** What the CRM wants, or what of it nobody can read. */
export type Stated = ReadAs<OrderStated>;

export interface RemotePickLine {
  /** Null where the warehouse knows its lines by their SKU alone. */
  line_id: string | null;
  sku: string;
  requested: number;
  allocated: number;
  picked: number;
  shipped: number;
  short: number;
  cancelled: number;
}

/** A pick as its warehouse shows it, with a place for everything that a warehouse may leave out. */
export interface RemotePick {
  pick_id: string;
  reference: string | null;
  status: PickRecord['status'];
  /** Of the last event that it contains; 0 where events are not numbered. */
  sequence: number;
  lines: RemotePickLine[];
  /** Null where the warehouse does not say. */
  updated_at: string | null;
}

/** A record of one of the systems. */
export type Compared = { connection: string } & (
  | {
      kind: 'crm';
      order: RemoteOrder;
      /** Read only when it is news. */
      stated(): Stated;
    }
  | { kind: 'wms'; pick: RemotePick }
  | { kind: 'tasks'; task: RemoteTask }
);

/** The fields of a line stand in the order in which the books write them. */
export function completePick(record: PickRecord): RemotePick {
  const { pick_id, reference, status, sequence = 0, updated_at = null } = record;
  const lines = record.lines.map(
    ({ line_id = null, sku, requested, allocated, picked, shipped, short, cancelled }) => {
      return { line_id, sku, requested, allocated, picked, shipped, short, cancelled };
    },
  );
  return { pick_id, reference, status, sequence, lines, updated_at };
}

/** Changes whenever the pick does. */
export function pickVersion({ sequence, updated_at, status, lines }: RemotePick): string {
  return sequence > 0 && updated_at !== null
    ? `${sequence}@${updated_at}`
    : `${updated_at ?? ''} ${JSON.stringify([status, lines])}`;
}

/** Changes whenever the task does. */
export function taskVersion({ updated_at: updatedAt }: RemoteTask): string {
  return updatedAt;
}

export function isEndedTask({ status }: RemoteTask): boolean {
  return status === 'COMPLETED' || status === 'CANCELLED';
}

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
export type StockAudit = z.infer<typeof StockAuditSchema>;
export type StockFinding = StockAudit['findings'][number];

/** Webhooks of the built-in warehouse that it could not deliver. */
export const DeliveriesSchema = z.object({
  items: z.array(z.looseObject({ delivery_id: z.string(), event_type: z.string() })),
});
export type Delivery = z.infer<typeof DeliveriesSchema>['items'][number];
