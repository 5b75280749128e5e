import { z } from 'zod';
import type { Api } from './api.ts';
import { readAs, readRows, type Rows } from './rows.ts';

const ActionSchema = z.looseObject({
  action_id: z.string(),
  order_id: z.string(),
  reason: z.string(),
  detail: z.string().default(''),
  lines: z
    .array(z.looseObject({ line_id: z.string(), sku: z.string(), missing: z.int() }))
    .default([]),
  choices: z.array(z.string()),
  opened_at: z.string().nullable().default(null),
  due_at: z.string().nullable(),
  escalation: z.looseObject({ rung: z.int(), name: z.string() }).nullable().default(null),
  version: z.int(),
  status: z.string(),
  decision: z
    .looseObject({
      decision: z.string(),
      by: z.string(),
      note: z.string().nullable(),
      at: z.string(),
    })
    .nullable()
    .default(null),
  closed_at: z.string().nullable().default(null),
  /** Of the answer to a decision: what happens now. */
  outcome: z.string().optional(),
});
export type HumanAction = z.infer<typeof ActionSchema>;

const LIST_PATH = '/api/v1/actions';

interface ActionsWanted {
  orderId?: string | undefined;
  connection?: string | undefined;
  reason?: string | undefined;
  /** A group or a status; the open ones when absent. */
  status?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

export function readActions(api: Api, wanted: ActionsWanted): Promise<Rows<HumanAction>> {
  const { orderId, connection, reason, status, limit, cursor } = wanted;
  return readRows(api, {
    path: LIST_PATH,
    query: { order_id: orderId, connection, reason, status },
    row: ActionSchema,
    limit,
    cursor,
  });
}

export function pathOfAction(id: string): string {
  return `${LIST_PATH}/${encodeURIComponent(id)}`;
}

export async function askAction(api: Api, id: string): Promise<unknown> {
  return api.ask({ method: 'GET', path: pathOfAction(id) });
}

export function actionIn(answer: unknown): HumanAction {
  return readAs(ActionSchema, answer, 'an action');
}
