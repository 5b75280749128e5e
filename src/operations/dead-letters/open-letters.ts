import type { DeadLetterReads, OpenDeadLetter } from '../../books/read-dead-letters.ts';

/** Which open dead letters an operator means: those that fit every member, so `{}` and `all` mean each. */
export interface LetterFilter {
  kind?: 'command' | 'event' | undefined;
  connection?: string | undefined;
  cause?: string | undefined;
  order_id?: string | undefined;
  all?: true | undefined;
}

export interface ScanLimits {
  /** Open dead letters that are looked at, the newest first. */
  rowsMax: number;
  /** Rows read in one go. */
  sliceRows: number;
}

export interface ScanOptions {
  letters: Pick<DeadLetterReads, 'open' | 'openOfOrder'>;
  limits: ScanLimits;
}

/**
 * Calls `take` for every open dead letter that fits, newest first, a slice at a time, so that
 * webhooks are answered in between. Resolves to true when there were more than may be looked at.
 */
export async function scanOpen(
  filter: LetterFilter,
  { letters, limits }: ScanOptions,
  take: (letter: OpenDeadLetter) => void,
): Promise<boolean> {
  if (filter.order_id !== undefined) {
    const ofOrder = letters.openOfOrder(filter.order_id, limits.rowsMax);
    ofOrder.filter((letter) => fits(letter, filter)).forEach(take);
    return ofOrder.length >= limits.rowsMax;
  }
  let from = { at: Number.MAX_SAFE_INTEGER, key: '' };
  for (let looked = 0; looked < limits.rowsMax; looked += limits.sliceRows) {
    const slice = letters.open(from, limits.sliceRows);
    slice.filter((letter) => fits(letter, filter)).forEach(take);
    const last = slice.at(-1);
    if (last === undefined || slice.length < limits.sliceRows) return false;
    from = { at: last.at, key: last.id };
    await new Promise(setImmediate);
  }
  return true;
}

function fits(letter: OpenDeadLetter, { kind, connection, cause }: LetterFilter): boolean {
  if (kind !== undefined && letter.kind !== kind) return false;
  if (connection !== undefined && letter.connection !== connection) return false;
  return cause === undefined || letter.cause === cause;
}
