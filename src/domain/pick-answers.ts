import type { PickSnapshot } from './commands.ts';
import { move } from './ledger.ts';
import { settleFill } from './offers.ts';
import { dropOrphan } from './orphan-pick.ts';
import { drainParked } from './parked.ts';
import { isUnread, type PickRequest } from './pick.ts';
import { followSnapshot } from './pick-snapshot.ts';
import { expectNews } from './pick-watch.ts';
import { note, type Turn } from './turn.ts';

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
  if (request.status !== 'sending') return;
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

/** Not to be concluded from one look: the pick is looked for again, and shown as drift (D1). */
export function takeMissing(turn: Turn, request: PickRequest): void {
  const drift = `${request.pickId ?? request.reference} is not at the warehouse`;
  if (drift !== request.drift) note(turn, 'drift', drift);
  if (isUnread(request)) {
    dropOrphan(turn, request);
    return;
  }
  request.drift = drift;
  expectNews(turn, request);
}
