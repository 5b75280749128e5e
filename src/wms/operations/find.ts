import { AppError } from '../../errors.ts';
import type { PickRecord } from '../domain/pick.ts';
import type { PickLine } from '../domain/pick-line.ts';
import type { pickView } from '../views.ts';

export function foundPick(pick: PickRecord | undefined, pickId: string): PickRecord {
  if (pick !== undefined) return pick;
  throw new AppError('not-found', `There is no pick ${pickId}, so nothing was changed.`);
}

export interface LineName {
  line_id?: string | undefined;
  sku?: string | undefined;
}

/** The line that a caller names; a SKU will do when only one line has it. */
export function foundLine(pick: PickRecord, { name, index }: { name: LineName; index: number }) {
  const matches = pick.lines.filter((line) =>
    name.line_id === undefined ? line.sku === name.sku : line.lineId === name.line_id,
  );
  const [line] = matches;
  const pointer = `/lines/${index}/${name.line_id === undefined ? 'sku' : 'line_id'}`;
  if (line === undefined || (name.line_id !== undefined && !skuFits(line, name))) {
    const called = name.line_id ?? name.sku ?? '';
    throw unprocessable(`Pick ${pick.pickId} has no line ${called}`, pointer);
  }
  if (matches.length === 1) return line;
  const several = `${matches.length} lines of pick ${pick.pickId} are of ${line.sku}: name one by line_id`;
  throw unprocessable(several, pointer);
}

export function unprocessable(what: string, pointer: string): AppError {
  return new AppError('validation', `${what}. Nothing was changed.`, {
    issues: [{ pointer, detail: what }],
  });
}

/** Refuses a change that the present state does not allow; the caller gets that state. */
export function illegal(what: string, pick: ReturnType<typeof pickView>): AppError {
  return new AppError('conflict', `${what} Nothing was changed; the present state is in pick.`, {
    problem: 'illegal-transition',
    members: { pick },
  });
}

function skuFits(line: PickLine, name: LineName): boolean {
  return name.sku === undefined || name.sku === line.sku;
}
