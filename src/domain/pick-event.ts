import { fingerprint } from './fingerprint.ts';
import type { PickReported } from './inputs.ts';
import { describeMoves } from './ledger.ts';
import type { PickRequest } from './pick.ts';
import { bringBooks, type PickNews } from './pick-books.ts';
import { readPickEvent } from './pick-reading.ts';
import { watchPick } from './pick-watch.ts';
import { fate, note, type Turn } from './turn.ts';

/** Events that came too early and are kept; beyond it the WMS's own account has to do. */
const BUFFERED_MAX = 200;

const FINGERPRINTS_KEPT = 16;

/** Takes an event of a known pick in its order; keeps one that came too early (fulfilment 3.5). */
export function followEvent(turn: Turn, request: PickRequest, event: PickReported): void {
  if (event.sequence <= request.sequence) {
    repeated(turn, request, event);
    return;
  }
  const next = event.sequence === request.sequence + 1;
  const news = next ? readPickEvent(request, event) : null;
  if (news === null) {
    buffer(turn, request, event);
    return;
  }
  applyEvent(turn, request, { event, news });
  applyBuffered(turn, request);
}

/** A repeat is dropped; one with other content is a contradiction that the WMS has to settle (D7b). */
function repeated(turn: Turn, request: PickRequest, event: PickReported): void {
  const known = request.applied.find((a) => a.sequence === event.sequence);
  if (known !== undefined && known.fingerprint !== contentOf(event)) {
    request.drift = `${event.pickId} event ${event.sequence} came again with other content`;
    request.gapDueAt ??= turn.now;
    note(turn, 'drift', `${request.drift}; ignored`);
  }
  fate(turn, event, 'ignored');
}

/** The next event that cannot be true is asked about at once; a missing one may still come. */
function buffer(turn: Turn, request: PickRequest, event: PickReported): void {
  const expected = request.sequence + 1;
  const dueAt = event.sequence === expected ? turn.now : turn.now + turn.state.policy.gapWaitMs;
  request.gapDueAt = Math.min(request.gapDueAt ?? dueAt, dueAt);
  const held = request.buffered.some((b) => b.sequence === event.sequence);
  if (held || request.buffered.length >= BUFFERED_MAX) {
    fate(turn, event, 'ignored');
    return;
  }
  request.buffered.push(event);
  fate(turn, event, 'parked');
  const why = event.sequence === expected ? 'does not fit what is known' : `waits for ${expected}`;
  note(turn, 'parked', `${event.pickId} event ${event.sequence} ${why}`);
}

interface ReadEvent {
  event: PickReported;
  news: PickNews;
}

/** The cause of what an event moves is that event, also when it had to wait for another. */
function applyEvent(turn: Turn, request: PickRequest, { event, news }: ReadEvent): void {
  const { cause } = turn;
  turn.cause = `${event.connection}/${event.eventId}`;
  const told = turn.effects.moves.length;
  bringBooks(turn, request, news);
  request.sequence = event.sequence;
  if (event.counts === 'picked') request.pickStatus = event.status;
  request.applied.push({ sequence: event.sequence, fingerprint: contentOf(event) });
  if (request.applied.length > FINGERPRINTS_KEPT) request.applied.shift();
  watchPick(turn, request, true);
  const moves = turn.effects.moves.slice(told);
  const what = moves.length > 0 ? `: ${describeMoves(moves)}` : '';
  const status = event.status.toLowerCase().replace('_', ' ');
  note(turn, 'pick', `${event.pickId} ${event.counts === 'shipped' ? 'shipment' : status}${what}`);
  fate(turn, event, 'applied');
  turn.cause = cause;
}

function contentOf(event: PickReported): string {
  const lines = event.lines.map(
    (l) => `${l.lineId}=${l.delta}/${l.cumulative}/${l.short}/${l.cancelled}`,
  );
  return fingerprint(`${event.status} ${event.counts} ${lines.toSorted().join(' ')}`);
}

/** Events that waited and now follow; those that an account already contains are in the books. */
export function applyBuffered(turn: Turn, request: PickRequest): void {
  for (;;) {
    for (const event of request.buffered) {
      if (event.sequence <= request.sequence) fate(turn, event, 'applied');
    }
    request.buffered = request.buffered.filter((event) => event.sequence > request.sequence);
    const event = request.buffered.find((b) => b.sequence === request.sequence + 1);
    const news = event === undefined ? null : readPickEvent(request, event);
    if (event === undefined || news === null) break;
    request.buffered = request.buffered.filter((b) => b !== event);
    applyEvent(turn, request, { event, news });
  }
  // A contradiction is asked about even when later events fit.
  if (request.buffered.length === 0 && request.drift === null) request.gapDueAt = null;
}
