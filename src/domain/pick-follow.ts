import type { Move } from './books.ts';
import { isTerminal, settleFill } from './backorders.ts';
import type { PickSnapshot } from './commands.ts';
import type { PickReported } from './inputs.ts';
import type { PickLine, PickRequest } from './order.ts';
import { followPickLine, overOf, shareOf } from './pick-line.ts';
import { describeMoves, note, type Turn } from './turn.ts';

/** New quantities of a pick, all its lines. */
type Facts = Map<string, PickLine>;

/** Brings the books from what they knew of a pick to `facts`. */
function follow(turn: Turn, request: PickRequest, facts: Facts): Move[] {
  const moves: Move[] = [];
  const answered = request.status === 'accepted';
  for (const line of request.lines) {
    const next = facts.get(line.lineId);
    const orderLine = turn.state.lines.find((l) => l.lineId === line.lineId);
    if (next === undefined || orderLine === undefined) continue;
    const asked = request.cancelling || request.cancelAnswered.includes(line.lineId);
    const overBefore = overOf(line);
    moves.push(...followPickLine(orderLine, shareOf(line, answered), shareOf(next, true), asked));
    orderLine.over += Math.max(0, overOf(next) - overBefore);
    Object.assign(line, next);
  }
  return moves;
}

/** The WMS's own account of the whole pick: an answer, or what a GET shows. */
export function followSnapshot(turn: Turn, request: PickRequest, pick: PickSnapshot): void {
  if (request.status === 'accepted' && pick.sequence < request.sequence) return;
  const facts: Facts = new Map();
  for (const line of request.lines) {
    const seen = pick.lines.find((l) => l.lineId === line.lineId);
    if (seen === undefined) continue;
    const floor = seen.requested - seen.allocated - seen.picked - seen.short - seen.cancelled;
    const next: PickLine = {
      ...line,
      allocated: seen.allocated,
      picked: seen.picked,
      shipped: Math.max(line.shipped, seen.shipped),
      short: seen.short + Math.max(0, floor),
      cancelled: seen.cancelled,
      closed: seen.short,
    };
    if (contradicts(turn, request, line, next)) return;
    facts.set(line.lineId, next);
  }
  const first = request.status !== 'accepted';
  const moves = follow(turn, request, facts);
  request.status = 'accepted';
  request.pickId = pick.pickId;
  request.pickStatus = pick.status;
  request.sequence = pick.sequence;
  if (first) settleFill(turn, request);
  heard(turn, request);
  if (moves.length > 0) note(turn, 'books', `${pick.pickId}: ${describeMoves(moves)}`);
  applyBuffered(turn, request);
}

/** The account must cover what was asked and must not take back what was picked or shipped. */
function contradicts(turn: Turn, request: PickRequest, line: PickLine, next: PickLine): boolean {
  const covers = next.allocated + next.picked + next.short + next.cancelled >= next.requested;
  const keeps =
    next.picked + next.cancelled >= line.picked + line.cancelled && next.shipped <= next.picked;
  if (covers && keeps) return false;
  note(
    turn,
    'drift',
    `${request.reference}: the warehouse shows less of ${line.sku} than it reported before; the books keep what was reported`,
  );
  return true;
}

/** Takes an event of a known pick in its order; keeps one that came too early (fulfilment 3.5). */
export function followEvent(
  turn: Turn,
  request: PickRequest,
  event: PickReported,
): 'applied' | 'ignored' | 'parked' {
  if (event.sequence <= request.sequence) return repeated(turn, request, event);
  const next = event.sequence === request.sequence + 1 ? readEvent(request, event) : null;
  if (next === null) {
    if (!request.buffered.some((b) => b.sequence === event.sequence)) request.buffered.push(event);
    request.gapDueAt ??=
      event.sequence === request.sequence + 1 ? turn.now : turn.now + turn.state.policy.gapWaitMs;
    note(turn, 'parked', `${event.pickId} event ${event.sequence} waits for event ${request.sequence + 1}`);
    return 'parked';
  }
  applyEvent(turn, request, event, next);
  applyBuffered(turn, request);
  return 'applied';
}

function repeated(turn: Turn, request: PickRequest, event: PickReported): 'ignored' {
  const known = request.applied.find((a) => a.sequence === event.sequence);
  if (known !== undefined && known.fingerprint !== fingerprint(event)) {
    note(turn, 'drift', `${event.pickId} event ${event.sequence} came again with other content; ignored`);
  }
  return 'ignored';
}

/** Null when a delta does not lead from what is known to the cumulative that the event claims. */
function readEvent(request: PickRequest, event: PickReported): Facts | null {
  const facts: Facts = new Map();
  const closes = event.status === 'COMPLETED' || event.status === 'CANCELLED';
  for (const line of request.lines) {
    const told = event.lines.find((l) => l.lineId === line.lineId);
    if (told === undefined) {
      if (closes && line.short !== line.closed) facts.set(line.lineId, { ...line, closed: line.short });
      continue;
    }
    if (line[event.counts] + told.delta !== told.cumulative) return null;
    const picked = event.counts === 'picked' ? told.cumulative : line.picked;
    const shipped = event.counts === 'shipped' ? told.cumulative : line.shipped;
    const short = event.counts === 'picked' ? told.short : line.short;
    const cancelled = cancelledBy(line, { told: told.cancelled, event, picked, short });
    const allocated = line.requested - picked - short - cancelled;
    if (allocated < 0 && event.counts === 'picked' && picked <= line.requested) return null;
    facts.set(line.lineId, {
      ...line,
      picked,
      shipped,
      short,
      cancelled,
      allocated: Math.max(0, allocated),
      closed: closes ? short : line.closed,
    });
  }
  return facts;
}

interface CancelledInput {
  told: number | null;
  event: PickReported;
  picked: number;
  short: number;
}

/** A terminal event that does not count cancelled units means: all that is neither picked nor short. */
function cancelledBy(line: PickLine, input: CancelledInput): number {
  if (input.told !== null) return input.told;
  const closes = input.event.status === 'CANCELLED' || input.event.status === 'COMPLETED';
  if (!closes || input.event.counts === 'shipped') return line.cancelled;
  return Math.max(line.cancelled, line.requested - input.picked - input.short);
}

function applyEvent(turn: Turn, request: PickRequest, event: PickReported, facts: Facts): void {
  const moves = follow(turn, request, facts);
  request.sequence = event.sequence;
  if (event.counts === 'picked') request.pickStatus = event.status;
  request.applied.push({ sequence: event.sequence, fingerprint: fingerprint(event) });
  if (request.applied.length > FINGERPRINTS_KEPT) request.applied.shift();
  heard(turn, request);
  const what = moves.length > 0 ? `: ${describeMoves(moves)}` : '';
  const verb = event.counts === 'shipped' ? 'shipment' : event.status.toLowerCase().replace('_', ' ');
  note(turn, 'pick', `${event.pickId} ${verb}${what}`);
}

const FINGERPRINTS_KEPT = 16;

function fingerprint(event: PickReported): string {
  const lines = event.lines.map((l) => `${l.lineId}=${l.delta}/${l.cumulative}/${l.short}`);
  return `${event.status} ${event.counts} ${lines.toSorted().join(' ')}`;
}

/** Events that waited and now follow; those that a snapshot already contains are dropped. */
function applyBuffered(turn: Turn, request: PickRequest): void {
  for (;;) {
    request.buffered = request.buffered.filter((event) => event.sequence > request.sequence);
    const event = request.buffered.find((b) => b.sequence === request.sequence + 1);
    const facts = event === undefined ? null : readEvent(request, event);
    if (event === undefined || facts === null) break;
    applyEvent(turn, request, event, facts);
  }
  if (request.buffered.length === 0) request.gapDueAt = null;
}

/** News of a pick restarts the clock of its silence; a pick that is through needs no watch. */
function heard(turn: Turn, request: PickRequest): void {
  request.checks = 0;
  request.checkAt = isThrough(turn, request) ? null : turn.now + turn.state.policy.silenceFirstMs;
}

function isThrough(turn: Turn, request: PickRequest): boolean {
  if (!isTerminal(request)) return false;
  const { terminalBucket } = turn.state.policy;
  return terminalBucket === 'picked' || request.lines.every((line) => line.shipped >= line.picked);
}
