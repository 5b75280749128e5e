import { z } from 'zod';
import { EventIdSchema, InstantSchema } from './primitives.ts';

/** The envelope of every event in and out, field for field that of the template pack (seed 4). */
export const EnvelopeSchema = z.object({
  event_id: EventIdSchema,
  event_type: z.string().regex(/^[A-Z][A-Z_]*\.[A-Z][A-Z_]*$/, 'must look like ORDER.CREATED'),
  event_version: z.string().min(1).max(16).default('1.0'),
  timestamp: InstantSchema,
  source: z.string().min(1).max(128),
  payload: z.record(z.string(), z.unknown()),
});

export type Envelope = z.infer<typeof EnvelopeSchema>;
