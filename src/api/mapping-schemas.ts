import { z } from 'zod';
import { InstantSchema } from '../contracts/primitives.ts';
import { instant } from './instant.ts';
import type {
  ActivationView,
  CandidateView,
  DiffView,
  MappingsView,
  PreviewView,
} from './mappings-port.ts';

export const ActivationSchema = z
  .object({
    seq: z.int(),
    bundle: z.string(),
    previous: z.string().nullable(),
    at: InstantSchema,
    by: z.string(),
    kind: z.enum(['boot', 'reload', 'api', 'rollback']),
    note: z.string().nullable(),
  })
  .meta({ id: 'MappingActivation' });

export const HashSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be the 64 hex digits of a bundle');

export const DifferenceSchema = z.object({
  path: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});

export const DiffSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    inputs: z.int().describe('stored events that were run'),
    outputs: z.int().describe('what they become: one event may be mapped several times'),
    changed_count: z.int(),
    changed_share: z.number().describe('of the outputs, 0 to 1'),
    locked_changed: z.array(z.string()),
    targets: z.array(z.object({ mapping: z.string(), target: z.string(), changed: z.int() })),
    changed: z.array(
      z.object({
        id: z.string(),
        mapping: z.string(),
        differences: z.array(DifferenceSchema),
        locked: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'MappingDiff' });

const MistakeSchema = z.object({
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

const CandidateSchema = z.object({
  bundle: z.string().nullable(),
  at: InstantSchema,
  why: z.enum(['errors', 'golden', 'accept']),
  message: z.string(),
  errors: z.array(MistakeSchema),
  golden: z.array(
    z.object({
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

export const MappingsSchema = z
  .object({
    active: z.object({ bundle: z.string(), activated_at: InstantSchema, by: z.string() }),
    state: z
      .enum(['ok', 'degraded', 'pending'])
      .describe('degraded: the directory is broken, the last good one serves'),
    since: InstantSchema,
    held: z.boolean().describe('the directory holds another bundle, which a person put aside'),
    candidate: CandidateSchema.nullable(),
    mappings: z.array(
      z.object({ name: z.string(), version: z.int(), from: z.string(), to: z.string() }),
    ),
    connections: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(['crm', 'tasks', 'wms']),
        title: z.string(),
        state: z.enum(['on', 'off']),
        missing: z.array(z.string()).describe('variables of the environment that it waits for'),
      }),
    ),
  })
  .meta({ id: 'Mappings' });

export const BundleSchema = z
  .object({
    bundle: z.string(),
    files: z.array(z.object({ path: z.string(), text: z.string() })),
  })
  .meta({ id: 'MappingBundle' });

const FieldSchema = z.object({
  target: z.string(),
  sources: z.array(z.string()),
  steps: z.array(z.string()),
  rule: z.string(),
  locked: z.boolean(),
  written: z.boolean(),
});

const StepSchema = z.object({
  mapping: z.string(),
  version: z.int(),
  ok: z.boolean(),
  output: z.unknown().optional(),
  errors: z.array(
    z.object({
      code: z.string(),
      mapping: z.string(),
      version: z.int(),
      rule: z.string(),
      source: z.string().nullable(),
      target: z.string(),
      kind: z.string(),
      message: z.string(),
    }),
  ),
  fields: z.array(FieldSchema).optional(),
});

export const PreviewSchema = z
  .object({
    bundle: z.string(),
    event: z
      .object({ connection: z.string(), event_id: z.string(), event_type: z.string() })
      .nullable(),
    steps: z.array(StepSchema),
  })
  .meta({ id: 'MappingPreview' });

export function activationBody({ hash, at, ...rest }: ActivationView) {
  return { ...rest, bundle: hash, at: instant(at) };
}

export function diffBody(diff: DiffView) {
  const { changed, changedShare, lockedChanged, samples, ...rest } = diff;
  return {
    ...rest,
    changed_count: changed,
    changed_share: changedShare,
    locked_changed: lockedChanged,
    changed: samples,
  };
}

export function candidateBody({
  hash,
  at,
  why,
  message,
  mistakes,
  golden,
  summary,
}: CandidateView) {
  return {
    ...{ bundle: hash, why, message, golden },
    at: instant(at),
    errors: mistakes,
    diff: summary === null ? null : diffBody(summary),
  };
}

export function mappingsBody({ active, since, candidate, ...rest }: MappingsView) {
  return {
    ...rest,
    active: { bundle: active.hash, activated_at: instant(active.at), by: active.by },
    since: instant(since),
    candidate: candidate === null ? null : candidateBody(candidate),
  };
}

export function previewBody({ bundle, event, steps }: PreviewView, trace: boolean) {
  return {
    bundle,
    event:
      event === null
        ? null
        : {
            connection: event.connection,
            event_id: event.eventId,
            event_type: event.eventType,
          },
    steps: steps.map(({ fields, ...step }) => (trace ? { ...step, fields } : step)),
  };
}
