import { z } from 'zod';
import type { Api, Query } from './api.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';

/** What the server sent does not have the shape that this command knows. */
export function readAs<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
  throw new CliError(
    EXIT.failed,
    'not-understood',
    `The server's answer to ${what} is not understood${where}.`,
    { hint: 'It may be another version than this command; --json shows lists as they came.' },
  );
}

export interface Rows<Row> {
  items: Row[];
  next: string | null;
}

interface RowsWanted<Row extends z.ZodType> {
  path: string;
  query: Query;
  row: Row;
  /** How many in all. */
  limit: number;
  cursor?: string | undefined;
  /** Of those that came, the ones to keep; the server's own filter unless given. */
  keep?: (row: z.infer<Row>) => boolean;
}

const PAGE_ROWS_MAX = 200;

/** Reads on, page by page, until there are as many rows as wanted or no more. */
export async function readRows<Row extends z.ZodType>(
  api: Api,
  wanted: RowsWanted<Row>,
): Promise<Rows<z.infer<Row>>> {
  const { path, query, row, limit, keep = () => true } = wanted;
  const page = z.object({ items: z.array(row), next: z.string().nullable() });
  const items: z.infer<Row>[] = [];
  let cursor = wanted.cursor;
  for (;;) {
    const pageLimit = Math.min(PAGE_ROWS_MAX, limit - items.length);
    const answer = await api.ask({
      method: 'GET',
      path,
      query: { ...query, limit: pageLimit, cursor },
    });
    const { items: came, next } = readAs(page, answer, path);
    items.push(...came.filter(keep));
    if (next === null || items.length >= limit) return { items, next };
    cursor = next;
  }
}
