import { z } from 'zod';
import { ActionSchema, ActionStatusSchema, DecisionSchema } from '../contracts/operators.ts';
import { IdSchema, pageOf, QuantitySchema, SkuSchema } from '../contracts/primitives.ts';
import { pagingOf, WordSchema, type PageLimits } from './schemas.ts';

const ActionView = ActionSchema.meta({ id: 'Action' });
export const ActionDetailSchema = ActionView;
export const ActionPageSchema = pageOf(ActionView);

/** The action as it stands after the decision; `outcome` says in a sentence what happens now. */
export const DecidedActionSchema = ActionSchema.extend({ outcome: z.string() }).meta({
  id: 'DecidedAction',
});

/** What goes to subscriptions about an action; `link` leads to the page on which it is decided. */
export const ActionNewsSchema = ActionSchema.extend({ link: z.string() }).meta({
  id: 'ActionNews',
});

const LINES_MAX = 1000;
const NOTE_CHARS_MAX = 2000;

/** `qty` units of the line are replaced, each by `ratio` units of `sku`. */
const SubstituteSchema = z
  .object({
    line_id: IdSchema,
    sku: SkuSchema,
    qty: QuantitySchema.min(1),
    ratio: z.number().positive().max(1_000_000).default(1),
  })
  .refine(({ qty, ratio }) => Number.isInteger(qty * ratio), {
    path: ['ratio'],
    message: 'qty x ratio must be a whole number of units',
  });
const DecisionLineSchema = z.union([IdSchema, SubstituteSchema], {
  error: 'must be a line id, or for substitute {line_id, sku, qty, ratio?} with whole units',
});

export const DecisionRequestSchema = z
  .object({
    decision: DecisionSchema,
    expected_version: z.int().min(1),
    lines: z.array(DecisionLineSchema).max(LINES_MAX).nullish(),
    note: z.string().trim().max(NOTE_CHARS_MAX).nullish(),
  })
  .superRefine(({ decision, lines }, context) => {
    const issue = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    const substitutes = decision === 'substitute';
    const none = lines == null || lines.length === 0;
    if (substitutes && none) {
      issue(['lines'], 'substitute needs lines of {line_id, sku, qty, ratio?}');
    }
    if (decision === 'cancel_line' && lines?.length === 0) {
      issue(['lines'], 'names no line; without lines it is all that the action names');
    }
    if (decision === 'cancel_order' && !none) {
      issue(['lines'], 'cancel_order takes no lines: it is about all of them');
    }
    lines?.forEach((line, index) => {
      if (typeof line === 'string' && substitutes) {
        issue(['lines', index], 'must be {line_id, sku, qty, ratio?}');
      }
      if (typeof line !== 'string' && !substitutes) issue(['lines', index], 'must be a line id');
    });
  });
export type DecisionRequest = z.infer<typeof DecisionRequestSchema>;

/** The lines of a decision as the order takes them. */
export function linesOf({ lines }: DecisionRequest) {
  const given = lines ?? null;
  const ids = given?.filter((line) => typeof line === 'string') ?? [];
  return {
    lines: given === null || ids.length === 0 ? null : [...new Set(ids)],
    substitutes: (given ?? [])
      .filter((line) => typeof line !== 'string')
      .map(({ line_id: lineId, sku, qty, ratio }) => ({ lineId, sku, qty, ratio })),
  };
}

export function actionQueryOf(page: PageLimits) {
  return z.object({
    status: z
      .enum(['open', 'closed', 'all', ...ActionStatusSchema.options])
      .default('open')
      .describe(
        'open: OPEN and ACKED, the first due first; closed: RESOLVED and SUPERSEDED, the last closed first; all: the last asked first; or one status',
      ),
    order_id: WordSchema.optional(),
    connection: WordSchema.optional(),
    reason: WordSchema.optional(),
    ...pagingOf(page),
  });
}
