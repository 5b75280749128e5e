import type { Line } from './books.ts';
import type { PickFacts, PickLine, PickRequest } from './pick.ts';
import { followPickLine } from './pick-line.ts';
import { liveUnits, overOf, shareIn, shareOf } from './shares.ts';
import type { Turn } from './turn.ts';

/** New facts of a pick's lines, by line id; a line that is absent is as it was. */
export type PickNews = ReadonlyMap<string, PickFacts>;

/**
 * Brings the books from what they knew of an answered pick to its news, whatever the numbers are;
 * returns how many units it gave back that are now ours to find.
 */
export function bringBooks(turn: Turn, request: PickRequest, news: PickNews): number {
  const orderLines = linesById(turn.state.lines);
  let returned = 0;
  for (const pickLine of request.lines) {
    const facts = news.get(pickLine.lineId);
    const line = orderLines.get(pickLine.lineId);
    if (facts === undefined) continue;
    if (line === undefined) Object.assign(pickLine, facts);
    else returned += bringLine(turn, { request, pickLine, line, facts });
  }
  return returned;
}

interface BringLine {
  request: PickRequest;
  pickLine: PickLine;
  line: Line;
  facts: PickFacts;
}

function bringLine(turn: Turn, { request, pickLine, line, facts }: BringLine): number {
  const before = shareIn(request, pickLine);
  const overBefore = overOf(pickLine);
  const share = Math.min(pickLine.share, liveUnits(facts));
  const left = pickLine.share - share;
  const gone = Math.min(left, Math.max(0, facts.cancelled - pickLine.cancelled));
  Object.assign(pickLine, facts, { share });
  line.over += overOf(pickLine) - overBefore;
  return followPickLine(turn, {
    line,
    before,
    after: shareOf(pickLine, true),
    gone,
    lost: left - gone,
    asked: request.cancelAsked.includes(line.lineId),
  });
}

function linesById(lines: readonly Line[]): Map<string, Line> {
  return new Map(lines.map((line) => [line.lineId, line]));
}
