import { z } from 'zod';
import type { Api } from './api.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { readAs, readRows, type Rows } from './rows.ts';

const ActionSchema = z.looseObject({
  action_id: z.string(),
  order_id: z.string(),
  reason: z.string(),
  choices: z.array(z.unknown()),
  due_at: z.string().nullable(),
  version: z.int(),
  status: z.string(),
});
export type HumanAction = z.infer<typeof ActionSchema>;

const LIST_PATH = '/api/v1/actions';
const SEARCHED_MAX = 10_000;

interface ActionsWanted {
  orderId?: string | undefined;
  status?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** A server may know fewer filters than are asked, so what it sends is looked through again. */
export function readActions(api: Api, wanted: ActionsWanted): Promise<Rows<HumanAction>> {
  const { orderId, status, limit, cursor } = wanted;
  return readRows(api, {
    path: LIST_PATH,
    query: { order_id: orderId, status },
    row: ActionSchema,
    limit,
    cursor,
    keep: (action) =>
      (orderId === undefined || action.order_id === orderId) &&
      (status === undefined || action.status.toLowerCase() === status.toLowerCase()),
  });
}

export async function findAction(api: Api, id: string): Promise<HumanAction> {
  const path = `${LIST_PATH}/${encodeURIComponent(id)}`;
  if (await api.has('GET', path)) {
    return readAs(ActionSchema, await api.ask({ method: 'GET', path }), path);
  }
  const { items } = await readActions(api, { limit: SEARCHED_MAX });
  const found = items.find((action) => action.action_id === id);
  if (found !== undefined) return found;
  throw new CliError(EXIT.notFound, 'not-found', `There is no action ${id}.`, {
    hint: '`crossdock actions list` shows those that wait.',
  });
}
