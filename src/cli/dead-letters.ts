import { z } from 'zod';
import type { Api, Query } from './api.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { readAs, readRows, type Rows } from './rows.ts';

const DeadLetterSchema = z.looseObject({
  id: z.string(),
  kind: z.string(),
  connection: z.string(),
  order_id: z.string().nullable(),
  cause: z.string(),
  attempts: z.int(),
  last_status: z.int().nullable(),
  last_error: z.string(),
  status: z.string(),
  at: z.string(),
});
export type DeadLetter = z.infer<typeof DeadLetterSchema>;

const LIST_PATH = '/api/v1/dead-letters';
const STATUSES = ['open', 'replayed', 'discarded'];
const SEARCHED_MAX = 10_000;

export function readDeadLetters(
  api: Api,
  wanted: { query: Query; limit: number; cursor?: string | undefined },
): Promise<Rows<DeadLetter>> {
  return readRows(api, { path: LIST_PATH, row: DeadLetterSchema, ...wanted });
}

const CauseGroupsSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      kind: z.string(),
      connection: z.string(),
      cause: z.string(),
      count: z.int(),
      orders_blocked: z.int(),
      oldest_at: z.string(),
      last_error: z.string(),
    }),
  ),
  truncated: z.boolean().default(false),
});

/** The causes of open dead letters, as the server ranks them. */
export async function readCauseGroups(
  api: Api,
  query: Query,
): Promise<z.infer<typeof CauseGroupsSchema>> {
  const path = `${LIST_PATH}/groups`;
  return readAs(CauseGroupsSchema, await api.ask({ method: 'GET', path, query }), path);
}

/** One dead letter by its id: asked for when the server can, else looked for in its lists. */
export async function findDeadLetter(api: Api, id: string): Promise<DeadLetter> {
  const path = `${LIST_PATH}/${encodeURIComponent(id)}`;
  if (await api.has('GET', path)) {
    return readAs(DeadLetterSchema, await api.ask({ method: 'GET', path }), path);
  }
  for (const status of STATUSES) {
    const { items } = await readDeadLetters(api, { query: { status }, limit: SEARCHED_MAX });
    const found = items.find((letter) => letter.id === id);
    if (found !== undefined) return found;
  }
  throw new CliError(EXIT.notFound, 'not-found', `There is no dead letter ${id}.`, {
    hint: '`crossdock dlq list` shows those that are open.',
  });
}
