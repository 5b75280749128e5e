import { z } from 'zod';

export const MAPPINGS_PATH = '/api/v1/mappings';

const DifferenceSchema = z.looseObject({
  path: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});

/** What two bundles make of the same stored events. */
export const DiffSchema = z.looseObject({
  from: z.string(),
  to: z.string(),
  inputs: z.int(),
  outputs: z.int(),
  changed_count: z.int(),
  changed_share: z.number(),
  locked_changed: z.array(z.string()),
  targets: z.array(z.looseObject({ mapping: z.string(), target: z.string(), changed: z.int() })),
  changed: z.array(
    z.looseObject({
      id: z.string(),
      mapping: z.string(),
      differences: z.array(DifferenceSchema),
      locked: z.array(z.string()),
    }),
  ),
});
export type MappingDiff = z.infer<typeof DiffSchema>;

const ActiveSchema = z.looseObject({
  bundle: z.string(),
  activated_at: z.string(),
  by: z.string(),
});

const MistakeSchema = z.looseObject({
  code: z.string(),
  file: z.string(),
  line: z.int(),
  col: z.int(),
  pointer: z.string(),
  message: z.string(),
  suggestion: z.string().nullable(),
  excerpt: z.string(),
  length: z.int(),
});

/** What the directory holds, and why it does not serve. */
export const CandidateSchema = z.looseObject({
  bundle: z.string().nullable(),
  at: z.string(),
  why: z.string(),
  message: z.string(),
  errors: z.array(MistakeSchema),
  golden: z.array(
    z.looseObject({
      file: z.string(),
      line: z.int(),
      mapping: z.string(),
      case: z.string(),
      complaint: z.string(),
      differences: z.array(DifferenceSchema),
    }),
  ),
  diff: DiffSchema.nullable(),
});
export type Candidate = z.infer<typeof CandidateSchema>;

export const StatusSchema = z.looseObject({
  active: ActiveSchema,
  state: z.enum(['ok', 'degraded', 'pending']),
  candidate: CandidateSchema.nullable(),
  mappings: z.array(
    z.looseObject({ name: z.string(), version: z.int(), from: z.string(), to: z.string() }),
  ),
  connections: z.array(
    z.looseObject({
      name: z.string(),
      kind: z.string(),
      title: z.string(),
      state: z.enum(['on', 'off']),
      missing: z.array(z.string()),
    }),
  ),
});
export type MappingsStatus = z.infer<typeof StatusSchema>;

export const ActivationSchema = z.looseObject({
  seq: z.int(),
  bundle: z.string(),
  previous: z.string().nullable(),
  at: z.string(),
  by: z.string(),
  kind: z.string(),
  note: z.string().nullable(),
});

export const ActivatedSchema = z.looseObject({ active: ActiveSchema });

export const PreviewSchema = z.looseObject({
  bundle: z.string(),
  event: z.looseObject({ event_id: z.string(), event_type: z.string() }).nullable(),
  steps: z.array(
    z.looseObject({
      mapping: z.string(),
      ok: z.boolean(),
      output: z.unknown().optional(),
      errors: z.array(
        z.looseObject({
          code: z.string(),
          message: z.string(),
          rule: z.string(),
          source: z.string().nullable(),
          target: z.string(),
        }),
      ),
    }),
  ),
});

export const RemappedSchema = z.looseObject({
  from: z.string(),
  to: z.string(),
  detail: z.string(),
  changed: z.array(z.looseObject({ mapping: z.string(), differences: z.array(DifferenceSchema) })),
});
