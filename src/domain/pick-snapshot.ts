import type { PickSnapshot, SeenLine } from './commands.ts';
import { describeMoves } from './ledger.ts';
import { nameLines, type NamedSnapshot } from './lines-by-sku.ts';
import { newPickLine, type PickFacts, type PickLine, type PickRequest } from './pick.ts';
import { bringBooks, type PickNews } from './pick-books.ts';
import { applyBuffered } from './pick-event.ts';
import { watchPick } from './pick-watch.ts';
import { liveUnits } from './shares.ts';
import { fate, note, type Turn } from './turn.ts';

/**
 * The WMS's own account of the whole pick: an answer, or what a GET shows. Returns how many units
 * it gave back that are now ours to find.
 */
export function followSnapshot(turn: Turn, request: PickRequest, seen: PickSnapshot): number {
  const adopting = request.adopting;
  if (request.status === 'accepted' && isOld(request, seen) && !adopting) return 0;
  const pick = nameLines(turn.state.lines, request, seen);
  addUnknownLines(request, pick);
  const { news, drift } = readAccount(request, pick);
  const before = turn.effects.moves.length;
  const returned = bringBooks(turn, request, news);
  const moves = turn.effects.moves.slice(before);
  const isNews = moves.length > 0 || isChanged(request, pick);
  request.status = 'accepted';
  request.pickId = pick.pickId;
  request.pickStatus = pick.status;
  if (isNumbered(pick)) request.sequence = pick.sequence;
  else forgetBuffered(turn, request);
  takeDrift(turn, request, adopting ? null : drift);
  request.adopting = false;
  watchPick(turn, request, isNews);
  if (moves.length > 0) note(turn, 'books', `${pick.pickId}: ${describeMoves(moves)}`);
  applyBuffered(turn, request);
  return returned;
}

/** A WMS that does not number its events: its latest answer counts, and contains them all. */
function isNumbered({ sequence }: Pick<PickSnapshot, 'sequence'>): boolean {
  return sequence > 0;
}

function isOld(request: PickRequest, pick: PickSnapshot): boolean {
  return isNumbered(pick) && pick.sequence < request.sequence;
}

function isChanged(request: PickRequest, pick: NamedSnapshot): boolean {
  const isNext = isNumbered(pick) && pick.sequence !== request.sequence;
  return isNext || pick.status !== request.pickStatus;
}

function forgetBuffered(turn: Turn, request: PickRequest): void {
  for (const event of request.buffered) fate(turn, event, 'applied');
  request.buffered = [];
}

/** The WMS holds more than we asked of this request: a step that asked for it was cut off. */
function addUnknownLines(request: PickRequest, pick: NamedSnapshot): void {
  const known = new Set(request.lines.map((line) => line.lineId));
  for (const { lineId, sku } of pick.lines) {
    if (!known.has(lineId)) request.lines.push(newPickLine({ lineId, sku, share: 0 }));
  }
}

/** What the account says of each line, but for the lines on which it cannot be true. */
function readAccount(
  request: PickRequest,
  pick: NamedSnapshot,
): { news: PickNews; drift: string | null } {
  const first = request.status !== 'accepted';
  const seenLines = new Map(pick.lines.map((line) => [line.lineId, line]));
  const news = new Map<string, PickFacts>();
  let drift: string | null = null;
  for (const line of request.lines) {
    const seen = seenLines.get(line.lineId);
    const facts = request.adopting
      ? notUnshipped(line, factsOf(seen, pick.status))
      : factsOf(seen, pick.status);
    const doubt = doubtOf(line, facts, { seen, pick, first });
    if (doubt !== null) drift ??= `${pick.pickId}, ${line.sku}: ${doubt}`;
    if (first || request.adopting || (doubt === null && seen !== undefined)) {
      news.set(line.lineId, facts);
    }
  }
  return { news, drift };
}

function factsOf(seen: SeenLine | undefined, status: PickSnapshot['status']): PickFacts {
  const { requested, allocated, shipped, cancelled, short } = seen ?? NOTHING;
  const picked = Math.max(seen?.picked ?? 0, shipped);
  const floor = Math.max(0, requested - allocated - picked - short - cancelled);
  const ended = status === 'COMPLETED' || status === 'CANCELLED';
  return {
    ...{ requested, allocated, picked, shipped, cancelled },
    short: short + floor,
    closed: ended ? short + floor : short,
  };
}

/** What has left the house stays shipped, whatever a person takes over (L2). */
function notUnshipped(line: PickLine, facts: PickFacts): PickFacts {
  const shipped = Math.max(line.shipped, facts.shipped);
  return { ...facts, shipped, picked: Math.max(shipped, facts.picked) };
}

const NOTHING = { requested: 0, allocated: 0, picked: 0, shipped: 0, cancelled: 0, short: 0 };

interface Account {
  seen: SeenLine | undefined;
  pick: NamedSnapshot;
  first: boolean;
}

/** What was reported once is not taken back by an account; only a putback lowers `picked`. */
function doubtOf(line: PickLine, facts: PickFacts, { seen, pick, first }: Account): string | null {
  const ended = pick.status === 'COMPLETED' || pick.status === 'CANCELLED';
  if (seen === undefined) {
    return first || liveUnits(line) > 0 ? 'it does not show this line' : null;
  }
  if (seen.shipped > seen.picked) return 'more is shipped than was picked';
  if (ended && facts.allocated > 0) {
    return `it is ${pick.status.toLowerCase()} with ${facts.allocated} units still to pick`;
  }
  if (first) return null;
  const given = facts.closed + facts.cancelled;
  const givenBefore = line.closed + line.cancelled;
  const takesBack =
    facts.shipped < line.shipped ||
    given < givenBefore ||
    facts.picked + given < line.picked + givenBefore;
  return takesBack ? 'it shows less than it reported before' : null;
}

/** Said once, and shown by the flag DRIFT until an account without contradiction comes. */
function takeDrift(turn: Turn, request: PickRequest, drift: string | null): void {
  if (drift !== null && drift !== request.drift) {
    note(
      turn,
      'drift',
      `The warehouse contradicts itself on ${drift}; the books keep what was reported`,
    );
  }
  request.drift = drift;
}
