import type { z } from 'zod';
import type { PutbackSchema } from '../../contracts/picks.ts';
import { AppError } from '../../errors.ts';
import { endingOf, isTerminal } from '../domain/pick-state.ts';
import { takeFrom } from '../domain/take.ts';
import { beginChange, finishChange, moveLine } from '../pick-change.ts';
import { pickView } from '../views.ts';
import type { Work } from '../work.ts';
import { foundLine, foundPick, unprocessable } from './find.ts';

/** Puts picked units of cancelled lines back to where they were taken from. */
export function putBack(
  work: Work,
  { pickId, request }: { pickId: string; request: z.infer<typeof PutbackSchema> },
): void {
  const pick = foundPick(work.stores.picks.find(pickId), pickId);
  const present = pickView(pick);
  const change = beginChange(work, pick);
  request.lines.forEach((entry, index) => {
    const line = foundLine(pick, { name: entry, index });
    if (!line.cancelAsked) throw notCancelled(line.lineId, present);
    const unshipped = line.picked - line.shipped;
    if (entry.qty > unshipped) {
      const what = `Line ${line.lineId} has ${unshipped} picked units that are not shipped, so ${entry.qty} cannot be put back`;
      throw unprocessable(what, `/lines/${index}/qty`);
    }
    change.reasons.set(line.pickLine, 'putback');
    for (const draw of takeFrom({ draws: line.draws, counter: 'picked', qty: entry.qty })) {
      moveLine(change, line, { kind: 'putback', ...draw });
    }
  });
  if (isTerminal(pick.status)) pick.outcome = endingOf(pick.lines, 'cancel').outcome;
  finishChange(change);
}

function notCancelled(lineId: string, pick: ReturnType<typeof pickView>): AppError {
  return new AppError(
    'conflict',
    `Line ${lineId} is not cancelled, so its picked units are owed to the order. Nothing was changed; cancel the line first (POST /picks/{id}/cancel).`,
    { problem: 'line-not-cancelled', members: { pick } },
  );
}
