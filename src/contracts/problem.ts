import { z } from 'zod';

/** RFC 9457 problem details: the body of every non-2xx answer. `type` is stable, see docs/errors.md. */
export const ProblemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** The request id, the same that our log lines carry. */
  instance: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});
export type Problem = z.infer<typeof ProblemSchema>;
