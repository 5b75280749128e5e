import type { PickEventLine, PickReported } from './inputs.ts';
import type { PickFacts, PickLine, PickRequest } from './pick.ts';
import type { PickNews } from './pick-books.ts';

/**
 * What an event says of the lines that it names. Null when it cannot be true from what is known:
 * a delta that does not lead to its cumulative, an unknown line, units that come back from where
 * they cannot, or a pick that ends with units still to pick.
 */
export function readPickEvent(request: PickRequest, event: PickReported): PickNews | null {
  const ends = event.status === 'COMPLETED' || event.status === 'CANCELLED';
  const news = new Map<string, PickFacts>();
  const told = new Map(event.lines.map((line) => [line.lineId, line]));
  for (const line of request.lines) {
    const tale = told.get(line.lineId);
    told.delete(line.lineId);
    if (tale === undefined && !ends) continue;
    const facts = tale === undefined ? factsOf(line) : readLine(line, tale, event);
    if (facts === null || (ends && event.counts === 'picked' && facts.allocated > 0)) return null;
    news.set(line.lineId, ends ? { ...facts, closed: facts.short } : facts);
  }
  return told.size === 0 ? news : null;
}

function readLine(line: PickLine, tale: PickEventLine, event: PickReported): PickFacts | null {
  if (line[event.counts] + tale.delta !== tale.cumulative) return null;
  if (event.counts === 'shipped') {
    const possible = tale.delta >= 0 && tale.cumulative <= line.picked;
    return possible ? { ...factsOf(line), shipped: tale.cumulative } : null;
  }
  const picked = tale.cumulative;
  const { short } = tale;
  const cancelled = cancelledBy(line, tale, event);
  const beyond = picked + short + cancelled - line.requested;
  const known = Math.max(0, line.picked + line.short + line.cancelled - line.requested);
  const takenBack = short < line.closed || cancelled < line.cancelled || picked < line.shipped;
  if (takenBack || beyond > known + Math.max(0, tale.delta)) return null;
  return {
    ...factsOf(line),
    ...{ picked, short, cancelled },
    allocated: Math.max(0, -beyond),
  };
}

/** A terminal event that does not count cancelled units means: all that is neither picked nor short. */
function cancelledBy(line: PickLine, tale: PickEventLine, event: PickReported): number {
  if (tale.cancelled !== null) return tale.cancelled;
  const ends = event.status === 'CANCELLED' || event.status === 'COMPLETED';
  if (!ends) return line.cancelled;
  return Math.max(line.cancelled, line.requested - tale.cumulative - tale.short);
}

function factsOf(line: PickLine): PickFacts {
  const { requested, allocated, picked, shipped, short, cancelled, closed } = line;
  return { requested, allocated, picked, shipped, short, cancelled, closed };
}
