import { z } from 'zod';

/** Longest time that a rehearsal may hold webhooks back. */
const DELAY_MS_MAX = 3_600_000;

/** Time that mode `reverse` collects a batch when none is given. */
const REVERSE_DELAY_MS = 1000;

/** How webhooks leave: rehearses lost (`off`), doubled, reordered and late ones. */
export const WebhookModeSchema = z
  .object({
    mode: z.enum(['on', 'off', 'duplicate', 'reverse']),
    delay_ms: z.int().min(0).max(DELAY_MS_MAX).optional(),
  })
  .transform(({ mode, delay_ms }) => ({
    mode,
    delay_ms: delay_ms ?? (mode === 'reverse' ? REVERSE_DELAY_MS : 0),
  }));

export type WebhookMode = z.infer<typeof WebhookModeSchema>;
