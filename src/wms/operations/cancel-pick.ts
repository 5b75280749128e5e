import type { z } from 'zod';
import type { PickCancelAnswer, PickCancelSchema } from '../../contracts/picks.ts';
import type { PickRecord } from '../domain/pick.ts';
import { cancelUnfilled, type PickLine } from '../domain/pick-line.ts';
import { allResolved, endingOf, isTerminal } from '../domain/pick-state.ts';
import { beginChange, finishChange, type PickChange } from '../pick-change.ts';
import type { Work } from '../work.ts';
import { foundLine, foundPick } from './find.ts';
import { releaseAll } from './patch-pick.ts';

type CancelRequest = z.infer<typeof PickCancelSchema>;
type Verdict = Omit<PickCancelAnswer, 'pick'>;

/**
 * Cancels what is not picked yet. Picked units stay picked: they are shipped, or put back by
 * `putBack`, which a cancel of their line allows.
 */
export function cancelPick(
  work: Work,
  { pickId, request }: { pickId: string; request: CancelRequest },
): Verdict {
  const pick = foundPick(work.stores.picks.find(pickId), pickId);
  const named = request.lines?.map((lineId, index) =>
    foundLine(pick, { name: { line_id: lineId }, index }),
  );
  const lines = [...new Set(named ?? pick.lines)];
  const change = beginChange(work, pick);
  for (const line of lines) line.cancelAsked = true;
  const cancelled = isTerminal(pick.status) ? 0 : cancelLines(change, { lines, request });
  if (cancelled === 0) {
    work.stores.picks.save(pick, lines);
    return rejected(pick, lines);
  }
  if (allResolved(pick.lines)) Object.assign(pick, endingOf(pick.lines, 'cancel'));
  finishChange(change);
  return accepted(change, { lines, request });
}

function cancelLines(
  change: PickChange,
  { lines, request }: { lines: readonly PickLine[]; request: CancelRequest },
): number {
  let cancelled = 0;
  for (const line of lines) {
    change.reasons.set(line.pickLine, request.reason ?? 'cancelled');
    cancelled += line.allocated + line.unfilled;
    releaseAll(change, line);
    cancelUnfilled(line);
  }
  return cancelled;
}

function accepted(
  change: PickChange,
  { lines, request }: { lines: readonly PickLine[]; request: CancelRequest },
): Verdict {
  const kept = lines.some((line) => line.picked > 0);
  return {
    result: kept ? 'PARTIALLY_ACCEPTED' : 'ACCEPTED',
    ...(request.reason === undefined ? {} : { reason: request.reason }),
    lines: lines.map((line) => ({
      line_id: line.lineId,
      cancelled: line.cancelled - (change.before.get(line.pickLine)?.cancelled ?? 0),
      kept: line.picked,
      ...(line.picked > 0 ? { reason: keptReason(line) } : {}),
    })),
  };
}

function rejected(pick: PickRecord, lines: readonly PickLine[]): Verdict {
  const reason = isTerminal(pick.status)
    ? `The pick has already ended ${pick.status}.`
    : 'Nothing was left to cancel in these lines.';
  return {
    result: 'REJECTED',
    reason,
    lines: lines.map((line) => ({
      line_id: line.lineId,
      cancelled: 0,
      kept: line.picked,
      reason: line.picked > 0 ? keptReason(line) : reason,
    })),
  };
}

function keptReason(line: PickLine): string {
  return line.picked === line.shipped
    ? 'Already shipped.'
    : 'Already picked: it ships, or is put back by POST /picks/{id}/putback.';
}
