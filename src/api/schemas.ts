import { z } from 'zod';
import {
  DeadLetterSchema,
  EventStatusSchema,
  EventSummarySchema,
  HeadlineSchema,
  OrderDetailSchema,
  OrderStageSchema,
  OrderSummarySchema,
} from '../contracts/operators.ts';
import { pageOf } from '../contracts/primitives.ts';
import { ProblemSchema } from '../contracts/problem.ts';
import { DEFAULT_CRM } from '../domain/ids.ts';

export const OrderSchema = OrderDetailSchema.meta({ id: 'Order' });
export const OrderPageSchema = pageOf(OrderSummarySchema.meta({ id: 'OrderSummary' }));

/** `cause` says why an event was quarantined or rejected. */
export const EventSchema = EventSummarySchema.extend({ cause: z.string().nullable() }).meta({
  id: 'Event',
});
export const EventPageSchema = pageOf(EventSchema);

export const DeadLetterPageSchema = pageOf(DeadLetterSchema.meta({ id: 'DeadLetter' }));

export const ReplayAnswerSchema = z
  .object({ id: z.string(), order_id: z.string(), status: z.literal('replaying') })
  .meta({ id: 'Replay' });

export const NamedProblemSchema = ProblemSchema.meta({ id: 'Problem' });

const CheckSchema = z.object({
  status: z.enum(['ok', 'failed', 'away', 'absent', 'full', 'degraded', 'pending']),
});

export const ReadinessSchema = z
  .object({
    status: z.enum(['ready', 'degraded', 'unavailable']),
    checks: z.object({
      inbox: CheckSchema,
      temporal: CheckSchema.extend({ away_ms: z.int().nullable() }),
      backlog: CheckSchema.extend({
        count: z.int(),
        count_max: z.int(),
        oldest_age_ms: z.int(),
        drain_seconds: z.number().nullable(),
      }),
      books: CheckSchema,
      mappings: CheckSchema.optional(),
    }),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof ReadinessSchema>;

export const WordSchema = z.string().min(1).max(128);
const CursorSchema = z.string().min(1).max(1024);

export interface PageLimits {
  limitDefault: number;
  limitMax: number;
}

export function pagingOf(page: PageLimits) {
  return {
    cursor: CursorSchema.optional().describe('`next` of the page before'),
    limit: z.coerce.number().int().min(1).max(page.limitMax).default(page.limitDefault),
  };
}

export function orderQueryOf(page: PageLimits) {
  return z.object({
    stage: OrderStageSchema.optional(),
    headline: HeadlineSchema.optional(),
    needs_action: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .optional(),
    q: WordSchema.optional().describe('Order id, SKU, task id or pick id, whole or its beginning'),
    ...pagingOf(page),
  });
}

export function eventQueryOf(page: PageLimits) {
  return z.object({
    status: EventStatusSchema.optional(),
    connection: WordSchema.optional(),
    order_id: WordSchema.optional(),
    ...pagingOf(page),
  });
}

export function deadLetterQueryOf(page: PageLimits) {
  return z.object({
    status: DeadLetterSchema.shape.status.default('open'),
    connection: WordSchema.optional(),
    order_id: WordSchema.optional(),
    cause: z.string().min(1).max(512).optional(),
    ...pagingOf(page),
  });
}

/** An order or an event is named within a connection, the CRM's when none is given. */
export const ConnectionQuerySchema = z.object({ connection: WordSchema.default(DEFAULT_CRM) });
