import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { SandboxSettings } from './settings.ts';

const PositionSchema = z.tuple([z.int(), z.string()]);

export interface Position {
  at: number;
  id: string;
}

/** An opaque keyset cursor over (time, id). */
export function cursorOf(position: Position): string {
  return Buffer.from(JSON.stringify([position.at, position.id])).toString('base64url');
}

/** The position behind a cursor, 422 when it is not one of ours. */
export function positionOf(cursor: string): Position {
  try {
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    const [at, id] = PositionSchema.parse(JSON.parse(text));
    return { at, id };
  } catch (cause) {
    throw new AppError('validation', 'The cursor is not one of ours. Use `next` as it came.', {
      problem: 'cursor-invalid',
      issues: [{ pointer: '/cursor', detail: 'must be the `next` of an earlier answer' }],
      cause,
    });
  }
}

/** `cursor` and `limit` of a list. */
export function listQuery(settings: SandboxSettings) {
  return z.object({
    cursor: z.string().min(1).optional(),
    limit: z.coerce.number().int().min(1).max(settings.pageRowsMax).default(settings.pageRows),
  });
}
