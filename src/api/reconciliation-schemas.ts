import { z } from 'zod';
import { InstantSchema, pageOf } from '../contracts/primitives.ts';
import { WordSchema, type PageLimits } from './schemas.ts';

/** Body of `POST /reconciliation/runs`; without a scope everything is held against everything. */
export const RunRequestSchema = z
  .object({
    scope: z
      .object({ connection: WordSchema.optional(), order_id: WordSchema.optional() })
      .default({}),
    mode: z.enum(['repair', 'report']).default('repair'),
    /** A tier of the schedule instead of everything. */
    tier: z.enum(['T1', 'T2', 'T3', 'T4']).optional(),
  })
  .meta({ id: 'ReconciliationRequest' });

export const RunStartedSchema = z
  .object({ run_id: z.string() })
  .meta({ id: 'ReconciliationStarted' });

const DriftSchema = z
  .object({
    run_id: z.string(),
    class: z.string(),
    order_id: z.string().nullable(),
    we_say: z.string(),
    they_say: z.string(),
    action: z.string(),
    result: z.string(),
    at: InstantSchema,
  })
  .meta({ id: 'Drift' });

const RunSummarySchema = z.object({
  run_id: z.string(),
  kind: z.string(),
  scope: z.object({ connection: z.string().nullable(), order_id: z.string().nullable() }),
  mode: z.enum(['repair', 'report']),
  /** `starting` until the worker has taken it up. */
  status: z.enum(['starting', 'running', 'completed', 'aborted', 'failed']),
  started_at: InstantSchema,
  finished_at: InstantSchema.nullable(),
  scanned: z.int(),
  counts: z.record(z.string(), z.int()),
  brakes: z.record(z.string(), z.unknown()),
});

export const RunSchema = RunSummarySchema.extend({
  drifts: z.array(DriftSchema),
  /** Drifts that are not shown here; `GET /reconciliation/drifts?run_id=` pages through all. */
  drifts_omitted: z.int(),
}).meta({ id: 'ReconciliationRun' });

export const RunPageSchema = pageOf(RunSummarySchema.meta({ id: 'ReconciliationRunSummary' }));
export const DriftPageSchema = pageOf(DriftSchema);

export type RunSummary = z.infer<typeof RunSummarySchema>;
export type DriftView = z.infer<typeof DriftSchema>;

function paging(page: PageLimits) {
  return {
    cursor: z.string().min(1).max(1024).optional().describe('`next` of the page before'),
    limit: z.coerce.number().int().min(1).max(page.limitMax).default(page.limitDefault),
  };
}

export function runQueryOf(page: PageLimits) {
  return z.object(paging(page));
}

export function driftQueryOf(page: PageLimits) {
  return z.object({
    run_id: WordSchema.optional(),
    class: z
      .string()
      .regex(/^D\d{1,2}$/)
      .optional(),
    order_id: WordSchema.optional(),
    ...paging(page),
  });
}
