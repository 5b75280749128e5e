import type { PickSnapshot } from './commands.ts';
import { move } from './ledger.ts';
import { settleFill } from './offers.ts';
import { dropOrphan } from './orphan-pick.ts';
import { drainParked } from './parked.ts';
import { isUnread, type PickRequest } from './pick.ts';
import { followSnapshot } from './pick-snapshot.ts';
import { expectNews } from './pick-watch.ts';
import { note, send, type Turn } from './turn.ts';

/** The WMS has taken the request; as much as it shows of it is in the books, the rest is ours. */
export function takeAccepted(turn: Turn, request: PickRequest, pick: PickSnapshot): void {
  note(turn, 'pick', `${pick.pickId} accepted by the warehouse`);
  const asked = askedUnits(request);
  const first = request.status === 'sending';
  const missed = followSnapshot(turn, request, pick);
  if (first) settleFill(turn, request, { asked, missed });
  drainParked(turn, request);
}

export function takeOutOfStock(turn: Turn, request: PickRequest): void {
  if (request.status !== 'sending') {
    if (request.adopting) takeAsGone(turn, request);
    return;
  }
  const asked = askedUnits(request);
  request.status = 'out_of_stock';
  note(turn, 'pick', 'The warehouse has none of what was asked');
  for (const asking of request.lines) {
    const line = turn.state.lines.find((l) => l.lineId === asking.lineId);
    if (line === undefined) continue;
    move(turn, line, { from: 'requested', to: 'backordered', qty: asking.share });
    asking.share = 0;
  }
  settleFill(turn, request, { asked, missed: asked });
}

function askedUnits(request: PickRequest): number {
  return request.lines.reduce((sum, line) => sum + line.share, 0);
}

/** Looks in a row that must have missed a pick before it counts as gone. */
const ABSENCES_PROVEN = 2;

/**
 * Not to be concluded from one look. A pick that is proven gone and had no progress is asked for
 * again under its own key, or, when that brings nothing, given back to the waiting list; one that
 * had is for a person to judge (D1).
 */
export function takeMissing(turn: Turn, request: PickRequest): void {
  const drift = `${request.pickId ?? request.reference} is not at the warehouse`;
  if (drift !== request.drift) note(turn, 'drift', drift);
  if (isUnread(request)) {
    dropOrphan(turn, request);
    return;
  }
  request.drift = drift;
  request.absences += 1;
  const untouched = request.lines.every((line) => line.picked === 0 && line.shipped === 0);
  const proven = request.absences >= ABSENCES_PROVEN;
  if (request.adopting || (proven && untouched && request.absences > ABSENCES_PROVEN)) {
    takeAsGone(turn, request);
  } else if (proven && untouched && request.sent !== null) {
    askOnceMore(turn, request, request.sent);
  } else {
    expectNews(turn, request);
  }
}

function askOnceMore(
  turn: Turn,
  request: PickRequest,
  sent: NonNullable<PickRequest['sent']>,
): void {
  note(
    turn,
    'drift',
    `${request.reference} is asked for again: the warehouse has lost it untouched`,
  );
  request.adopting = true;
  request.sequence = 0;
  request.applied = [];
  send(turn, { kind: 'request_pick', key: request.reference, ...sent });
}

/** What it had not handed over is ours to find again. */
function takeAsGone(turn: Turn, request: PickRequest): void {
  const pickId = request.pickId ?? request.reference;
  note(turn, 'drift', `${pickId} is taken as gone: its units are ours to find`);
  request.adopting = true;
  const { sequence } = request;
  followSnapshot(turn, request, { pickId, status: 'CANCELLED', sequence, lines: [] });
}
