import { z } from 'zod';
import type { Page } from '../../contracts/primitives.ts';
import { AppError } from '../../errors.ts';

const PAGE_LIMIT = 50;
const PAGE_LIMIT_MAX = 500;

/** `?cursor=&limit=` of every list. */
export const PageQuery = {
  cursor: z.string().max(1024).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT),
};

export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** The key behind a cursor, or `start` when there is none. */
export function decodeCursor<Key extends readonly (string | number)[]>(
  cursor: string | undefined,
  { schema, start }: { schema: z.ZodType<Key>; start: Key },
): Key {
  if (cursor === undefined || cursor === '') return start;
  const parsed = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (parsed.success) return parsed.data;
  throw new AppError(
    'validation',
    'The cursor is not one of ours. Use `next` of the last answer, or leave it out to start over.',
    {
      problem: 'cursor-invalid',
      issues: [{ pointer: '/cursor', detail: 'must be the `next` of an earlier answer' }],
    },
  );
}

export interface Listing<Row, View> {
  /** One row more than the limit, when there is one. */
  rows: readonly Row[];
  limit: number;
  view(row: Row): View;
  keyOf(row: Row): readonly (string | number)[];
}

export function pageFrom<Row, View>(listing: Listing<Row, View>): Page<View> {
  const { rows, limit, view, keyOf } = listing;
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: items.map(view), next: more ? encodeCursor(keyOf(last)) : null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
