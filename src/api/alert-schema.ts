import { z } from 'zod';
import { InstantSchema } from '../contracts/primitives.ts';

/** An alert as the API lists it and as `ALERT.RAISED` and `ALERT.RESOLVED` carry it. */
export const AlertSchema = z
  .object({
    alert_id: z.string(),
    status: z.enum(['raised', 'resolved']),
    kind: z.enum(['command', 'event', 'backlog', 'mappings']),
    cause: z.string(),
    connection: z.string(),
    count: z.int(),
    orders_blocked: z.int(),
    oldest_at: InstantSchema,
    last_error: z.string(),
    link: z.string(),
    raised_at: InstantSchema,
    updated_at: InstantSchema,
    resolved_at: InstantSchema.nullable(),
  })
  .meta({ id: 'Alert' });
