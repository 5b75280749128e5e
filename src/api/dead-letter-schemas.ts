import { z } from 'zod';
import { DeadLetterSchema } from '../contracts/operators.ts';
import { InstantSchema } from '../contracts/primitives.ts';
import type { LetterFilter } from '../operations/dead-letters/open-letters.ts';
import { WordSchema } from './schemas.ts';

export const ReasonSchema = z.string().trim().min(1).max(1000);

export const DeadLetterDetailSchema = DeadLetterSchema.extend({
  resolved_at: InstantSchema.nullable(),
  /** Whether its order is open. */
  blocks_order: z.boolean(),
  request: z
    .object({
      method: z.string(),
      path: z.string(),
      idempotency_key: z.string(),
      excerpt: z.string().nullable(),
    })
    .nullable(),
  response: z.object({ status: z.int().nullable(), excerpt: z.string() }),
}).meta({ id: 'DeadLetterDetail' });

export const CauseGroupSchema = z
  .object({
    kind: z.enum(['command', 'event']),
    connection: z.string(),
    cause: z.string(),
    count: z.int(),
    orders_blocked: z.int(),
    oldest_at: InstantSchema,
    newest_at: InstantSchema,
    last_error: z.string(),
    sample_ids: z.array(z.string()),
  })
  .meta({ id: 'CauseGroup' });

export const CauseGroupPageSchema = z.object({
  items: z.array(CauseGroupSchema),
  next: z.null(),
  orders_blocked: z.int(),
  truncated: z.boolean(),
});

const AllSchema = z.literal(true);

/** Strict, since a filter with a misspelt name would replay more than was meant. */
export const ReplayFilterSchema = z
  .strictObject({
    kind: z.enum(['command', 'event']).optional(),
    connection: WordSchema.optional(),
    cause: z.string().min(1).max(512).optional(),
    order_id: WordSchema.optional(),
    all: AllSchema.optional(),
  })
  .refine(
    (filter) => filter.all === undefined || !isNarrow(filter),
    'must name what to replay, or be {} or {"all": true} for every open dead letter',
  );

export const ReplayRequestSchema = z
  .object({
    filter: ReplayFilterSchema.optional(),
    all: AllSchema.optional(),
    dry_run: z.boolean().default(false),
    rate_per_s: z.number().positive().optional(),
  })
  .refine(({ filter, all }) => filter !== undefined || all !== undefined, {
    path: ['filter'],
    error: 'must be there: {} means every open dead letter',
  })
  .refine(({ filter = {}, all }) => all === undefined || !isNarrow(filter), {
    path: ['all'],
    error: 'must not stand beside a filter that names what to replay',
  });

function isNarrow({ all: _all, ...members }: LetterFilter): boolean {
  return Object.values(members).some((value) => value !== undefined);
}

/** Of one dead letter; without a body it is replayed. */
export const ReplayOneRequestSchema = z.object({ dry_run: z.boolean().optional() });

const LetterPreviewSchema = z.object({
  id: z.string(),
  order_id: z.string(),
  what_would_happen: z.string(),
});

export const DeadLetterPreviewSchema = z
  .object({ dry_run: z.literal(true), ...LetterPreviewSchema.shape })
  .meta({ id: 'DeadLetterReplayPreview' });

export const ReplayPreviewSchema = z
  .object({
    would_replay: z.int(),
    orders: z.int(),
    groups: z.array(CauseGroupSchema),
    samples: z.array(LetterPreviewSchema),
    truncated: z.boolean(),
  })
  .meta({ id: 'ReplayPreview' });

export const ReplayProgressSchema = z
  .object({
    replay_id: z.string(),
    status: z.enum(['running', 'done', 'cancelled']),
    total: z.int(),
    sent: z.int(),
    failed: z.int(),
    skipped: z.int(),
    remaining: z.int(),
    rate_per_s: z.number(),
    filter: z.record(z.string(), z.unknown()),
    actor: z.string(),
    created_at: InstantSchema,
    finished_at: InstantSchema.nullable(),
    last_error: z.string().nullable(),
  })
  .meta({ id: 'ReplayProgress' });

export const DiscardAnswerSchema = z
  .object({ id: z.string(), order_id: z.string(), status: z.literal('discarding') })
  .meta({ id: 'Discard' });
