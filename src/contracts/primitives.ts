import { z } from 'zod';

/** Units of stock or of an order line: an integer >= 0 in the SKU's smallest unit. */
export const QuantitySchema = z.int().min(0).max(1_000_000_000);

/** A change of a quantity; negative when units leave a bucket. */
export const DeltaSchema = z.int().min(-1_000_000_000).max(1_000_000_000);

/** An instant on the wire: ISO 8601, written by us in UTC with `Z`. */
export const InstantSchema = z.iso.datetime({ offset: true });

/** A day or an instant, as the seed's `requested_date` shows both. */
export const DayOrInstantSchema = z.union([z.iso.date(), InstantSchema]);

/** An identifier of another system. Control characters would break logs and URLs. */
export const IdSchema = z
  .string()
  .regex(/^[\u0020-\u007e\u00a0-\uffff]{1,128}$/, 'must be 1 to 128 characters, none of control');

/** Ids of events travel in headers and signed strings, so their alphabet is narrow. */
export const EventIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 _ . : -');

export const SkuSchema = IdSchema;

export const PrioritySchema = z.enum(['urgent', 'high', 'normal', 'low']);

/** Envelope of a keyset-paged list: `next` goes back as `?cursor=`. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export interface Page<T> {
  items: T[];
  next: string | null;
}
