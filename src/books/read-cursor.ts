import { z } from 'zod';
import { AppError } from '../errors.ts';

/** A place in a list that is ordered by time and then by key, newest first. */
export interface Position {
  at: number;
  key: string;
}

/** Before the first row: above every time that a row can carry. */
export const NEWEST: Position = { at: Number.MAX_SAFE_INTEGER, key: '' };

const CURSOR_CHARS_MAX = 1024;

const PositionSchema = z.tuple([z.int().min(0), z.string()]);

export function cursorOf(position: Position): string {
  return encodeCursor([position.at, position.key]);
}

/** The place after which a page begins. */
export function positionOf(cursor: string | undefined): Position {
  if (cursor === undefined) return NEWEST;
  const [at, key] = decodeCursor(PositionSchema, cursor);
  return { at, key };
}

/** Any place in a list as the text that a caller sends back. */
export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

export function decodeCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(cursor.length <= CURSOR_CHARS_MAX ? decode(cursor) : null);
  if (parsed.success) return parsed.data;
  throw new AppError(
    'validation',
    'The cursor is not one of ours. Use `next` of the last answer, or leave it out to begin anew.',
    {
      problem: 'cursor-invalid',
      issues: [{ pointer: '/cursor', detail: 'must be the `next` of an earlier answer' }],
    },
  );
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

/** Whether `row` stands after `position` in a list that is newest first. */
export function isAfter(row: Position, position: Position): boolean {
  return row.at < position.at || (row.at === position.at && row.key < position.key);
}

/** Newest first. */
export function compareNewest(a: Position, b: Position): number {
  if (a.at !== b.at) return b.at - a.at;
  if (a.key === b.key) return 0;
  return a.key < b.key ? 1 : -1;
}
