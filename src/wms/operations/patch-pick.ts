import type { z } from 'zod';
import { PickPatchSchema } from '../../contracts/picks.ts';
import { PrioritySchema } from '../../contracts/primitives.ts';
import type { PickRecord } from '../domain/pick.ts';
import { cancelUnfilled, closeShort, type PickLine } from '../domain/pick-line.ts';
import {
  allResolved,
  endingOf,
  hasStarted,
  isTerminal,
  mayBecome,
  type PickStatus,
} from '../domain/pick-state.ts';
import { takeFrom } from '../domain/take.ts';
import {
  beginChange,
  finishChange,
  hasChanged,
  moveLine,
  type PickChange,
} from '../pick-change.ts';
import { pickView } from '../views.ts';
import type { Work } from '../work.ts';
import { dropExpired } from './expire-lot.ts';
import { foundLine, foundPick, illegal } from './find.ts';
import { pickUnits, shortUnits, tryOtherBins } from './report-units.ts';

/** Body of `PATCH /picks/{id}`; an order's new priority is told to its open picks. */
export const PatchSchema = PickPatchSchema.extend({ priority: PrioritySchema.optional() });
type PickPatch = z.infer<typeof PatchSchema>;

type Present = ReturnType<typeof pickView>;

/**
 * What the floor reports of a pick: who has it, what was picked and short now, and its status.
 * Shorts that are reported together with COMPLETED are closed by it: nobody goes on looking.
 */
export function patchPick(
  work: Work,
  { pickId, patch }: { pickId: string; patch: PickPatch },
): void {
  const pick = foundPick(work.stores.picks.find(pickId), pickId);
  if (Object.values(patch).every((value) => value === undefined)) return;
  const present = pickView(pick);
  refuseIllegal(pick, { patch, present });
  const change = beginChange(work, pick);
  const { assignee, priority } = pick;
  const expired = dropExpired(change);
  const shortNow = [...new Set([...expired, ...reportLines(change, patch)])];
  if (patch.short_close === true) closeRest(change);
  else if (patch.status === 'COMPLETED') shortNow.forEach(closeShort);
  else for (const line of shortNow) tryOtherBins(change, line);
  if (patch.assignee !== undefined) pick.assignee = patch.assignee;
  if (patch.priority !== undefined) pick.priority = patch.priority;
  advance(change, { patch, present, shortNow });
  if (hasChanged(change)) finishChange(change);
  else if (pick.assignee !== assignee || pick.priority !== priority) saveHead(work, pick);
}

function refuseIllegal(
  pick: PickRecord,
  { patch, present }: { patch: PickPatch; present: Present },
): void {
  if (isTerminal(pick.status)) {
    throw illegal(`Pick ${pick.pickId} has ended ${pick.status}, which is final.`, present);
  }
  const asked = patch.short_close === true ? 'COMPLETED' : (patch.status ?? pick.status);
  if (!mayBecome(pick.status, asked)) {
    throw illegal(`Pick ${pick.pickId} is ${pick.status} and cannot become ${asked}.`, present);
  }
  if (patch.status === 'ASSIGNED' && (patch.lines ?? []).length > 0) {
    throw illegal('Units can be reported only of a pick that somebody works on.', present);
  }
}

/** Books what was picked and short; returns the lines that came short. */
function reportLines(change: PickChange, patch: PickPatch): PickLine[] {
  const lines = patch.lines ?? [];
  const short = new Set<PickLine>();
  lines.forEach((entry, index) => {
    const line = foundLine(change.pick, { name: entry, index });
    const { location, lot, reason } = entry;
    const report = { line, location, lot, pointer: `/lines/${index}` };
    if (reason !== undefined) change.reasons.set(line.pickLine, reason);
    pickUnits(change, { ...report, qty: entry.picked });
    shortUnits(change, { ...report, qty: entry.short });
    if (entry.short > 0) short.add(line);
  });
  if (lines.length === 0 && patch.status === 'COMPLETED' && patch.short_close !== true) {
    for (const line of change.pick.lines) {
      pickUnits(change, { line, qty: line.allocated, pointer: '/status' });
    }
  }
  return [...short];
}

/** The rest of every line goes the way of a floor short, and is closed. */
function closeRest(change: PickChange): void {
  for (const line of change.pick.lines) {
    shortUnits(change, { line, qty: line.allocated, pointer: '/short_close' });
    closeShort(line);
  }
}

function advance(
  change: PickChange,
  { patch, present, shortNow }: { patch: PickPatch; present: Present; shortNow: PickLine[] },
): void {
  const { pick } = change;
  const next = patch.short_close === true ? 'COMPLETED' : nextStatus(pick, { patch, shortNow });
  if (next === 'CANCELLED') cancelUnpicked(change, present);
  if (!isTerminal(next)) {
    pick.status = next;
    return;
  }
  if (!allResolved(pick.lines)) {
    throw illegal(
      `Pick ${pick.pickId} has units that are neither picked nor closed, so it cannot be COMPLETED: report them in lines, or send short_close to close the rest short.`,
      present,
    );
  }
  Object.assign(pick, endingOf(pick.lines, next === 'CANCELLED' ? 'cancel' : 'floor'));
}

function nextStatus(
  pick: PickRecord,
  { patch, shortNow }: { patch: PickPatch; shortNow: PickLine[] },
): PickStatus {
  if (patch.status !== undefined) return patch.status;
  if (shortNow.some((line) => line.unfilled > 0)) return 'PARTIAL';
  const worked = (patch.lines ?? []).some((entry) => entry.picked + entry.short > 0);
  if (worked && !hasStarted(pick.status)) return 'IN_PROGRESS';
  if (patch.assignee === null && pick.status === 'ASSIGNED') return 'CREATED';
  if (typeof patch.assignee === 'string' && pick.status === 'CREATED') return 'ASSIGNED';
  return pick.status;
}

/** Ends a pick of which nothing was picked; what the floor could not find stays short. */
function cancelUnpicked(change: PickChange, present: Present): void {
  const { pick } = change;
  if (pick.lines.some((line) => line.picked > 0)) {
    throw illegal(
      `Units of pick ${pick.pickId} are picked: POST /picks/${pick.pickId}/cancel decides line by line.`,
      present,
    );
  }
  for (const line of pick.lines) {
    closeShort(line);
    releaseAll(change, line);
    cancelUnfilled(line);
  }
}

export function releaseAll(change: PickChange, line: PickLine): void {
  const { draws, allocated } = line;
  for (const draw of takeFrom({ draws, counter: 'reserved', qty: allocated })) {
    moveLine(change, line, { kind: 'release', ...draw });
  }
}

function saveHead(work: Work, pick: PickRecord): void {
  pick.updatedAt = work.now;
  work.stores.picks.save(pick, []);
}
