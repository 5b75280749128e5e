import { AppError } from '../errors.ts';

/** The position behind a numeric cursor; undefined when there is none. */
export function sequenceOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new AppError(
    'validation',
    'The cursor is not one of ours. Use `next` of the last answer.',
    {
      problem: 'cursor-invalid',
      issues: [{ pointer: '/cursor', detail: 'must be the `next` of an earlier answer' }],
    },
  );
}
