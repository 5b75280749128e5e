import {z} from 'zod';

const StandingSchema = z.object({
  version: z.int(),
  cancelled_at: z.int().optional(),
  listed_at: z.int().optional(),
});

/** The items stand at the version of their list: the cancels after it have versions of their own. */
export const listVersion = {
  name: 'list_version',
  version: 1,
  input: StandingSchema,
  output: z.int(),
  run: ({version, cancelled_at, listed_at}: z.infer<typeof StandingSchema>): number =>
    cancelled_at === version ? (listed_at ?? Math.max(1, version - 1)) : version,
};

const CancellationSchema = z.object({
  version: z.int(),
  reason: z.string().nullable(),
  lines: z.array(z.string()).nullable(),
});

const CancelledSchema = z.object({version: z.int(), cancellation: CancellationSchema.optional()});

/** A cancel that is the CRM's last word; a list after it has overtaken it. */
export const lastCancel = {
  name: 'last_cancel',
  version: 1,
  input: CancelledSchema,
  output: CancellationSchema.nullable(),
  run: ({version, cancellation}: z.infer<typeof CancelledSchema>) =>
    cancellation?.version === version ? cancellation : null,
};
