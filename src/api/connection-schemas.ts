import { z } from 'zod';
import { InstantSchema } from '../contracts/primitives.ts';
import type { ConnectionLimits, ConnectionView } from './connections-port.ts';
import { instant, instantOrNull } from './instant.ts';

const SecretSchema = z.object({
  id: z.string(),
  state: z.enum(['next', 'active', 'retiring', 'retired']),
  created_at: InstantSchema.nullable().describe('null for one that came from the settings'),
  until: InstantSchema.nullable(),
  last_used_at: InstantSchema.nullable().describe('when a webhook was verified by it, since start'),
});

export const ConnectionSchema = z
  .object({
    name: z.string(),
    kind: z.enum(['crm', 'tasks', 'wms']),
    profile: z.string(),
    path: z.string(),
    paused: z.boolean(),
    paused_since: InstantSchema.nullable(),
    paused_reason: z.string().nullable(),
    secrets: z.array(SecretSchema),
    webhooks: z.object({
      since: InstantSchema.describe('the start of this process, where these counts begin'),
      last_verified_at: InstantSchema.nullable(),
      answers: z.record(z.string(), z.int()),
      last_refusal: z
        .object({ at: InstantSchema, outcome: z.string(), cause: z.string().nullable() })
        .nullable(),
    }),
  })
  .meta({ id: 'Connection' });

export const ConnectionListSchema = z.object({
  items: z.array(ConnectionSchema),
  next: z.null(),
});

const ReasonSchema = z.string().min(1).max(500).optional();

export function rotationRequestOf({ overlapMaxMs }: ConnectionLimits) {
  return z.object({
    overlap_s: z
      .int()
      .min(0)
      .max(Math.floor(overlapMaxMs / 1000))
      .optional()
      .describe('how long the present secret goes on working; 0 ends it at once, as for a leak'),
    force: z.boolean().optional().describe('also while a former secret is still accepted'),
    secret: z
      .string()
      .min(8)
      .max(512)
      .optional()
      .describe('one that the sender has made; a new one is made unless given'),
    reason: ReasonSchema,
  });
}

export const RotationSchema = z
  .object({
    secret: z.string().describe('for the sender; nothing shows it again'),
    secret_id: z.string(),
    active_from: InstantSchema,
    previous_until: InstantSchema,
    detail: z.string(),
  })
  .meta({ id: 'SecretRotation' });

export const PauseRequestSchema = z.object({ reason: ReasonSchema });

export const ExaminationRequestSchema = z.object({
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  body_base64: z.base64().describe('the exact bytes of the body'),
  method: z.string().min(1).max(16).optional(),
  path: z.string().min(1).max(2048).optional(),
});

export const ExaminationSchema = z
  .object({
    ok: z.boolean(),
    checks: z.array(z.object({ check: z.string(), ok: z.boolean(), detail: z.string() })),
  })
  .meta({ id: 'SignatureExamination' });

export function connectionView(connection: ConnectionView): z.infer<typeof ConnectionSchema> {
  const { name, kind, profile, path, paused, webhooks } = connection;
  const { since, lastVerifiedAt, answers, lastRefusal } = webhooks;
  return {
    name,
    kind,
    profile,
    path,
    paused: paused !== null,
    paused_since: instantOrNull(paused?.since ?? null),
    paused_reason: paused?.reason ?? null,
    secrets: connection.secrets.map(({ id, state, createdAt, until, lastUsedAt }) => ({
      id,
      state,
      created_at: instantOrNull(createdAt),
      until: instantOrNull(until),
      last_used_at: instantOrNull(lastUsedAt),
    })),
    webhooks: {
      since: instant(since),
      last_verified_at: instantOrNull(lastVerifiedAt),
      answers: Object.fromEntries(answers),
      last_refusal: lastRefusal && { ...lastRefusal, at: instant(lastRefusal.at) },
    },
  };
}
