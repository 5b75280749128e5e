import { moveUnits } from './books.ts';
import { pickKey } from './ids.ts';
import type { AskedLine } from './inputs.ts';
import { note, send, type Turn } from './turn.ts';

/** Asks the WMS for units that are already `requested` in the books. */
export function requestPick(turn: Turn, lines: AskedLine[], fills: string | null): void {
  const { state } = turn;
  state.counters.split += 1;
  const split = state.counters.split;
  const attempt = 1;
  const reference = pickKey(state.address, split, attempt);
  state.requests.push({
    split,
    attempt,
    reference,
    status: 'sending',
    pickId: null,
    pickStatus: null,
    sequence: 0,
    lines: lines.map((line) => ({
      lineId: line.lineId,
      sku: line.sku,
      requested: line.qty,
      allocated: 0,
      picked: 0,
      shipped: 0,
      short: 0,
      cancelled: 0,
      closed: 0,
    })),
    fills,
    applied: [],
    buffered: [],
    gapDueAt: null,
    checkAt: null,
    checks: 0,
    cancelAnswered: [],
    cancelling: false,
  });
  send(turn, {
    kind: 'request_pick',
    key: reference,
    priority: state.priority,
    requestedAt: state.clock,
    lines,
  });
}

/** All open units go into one further pick; earlier picks are never touched. */
export function requestOpenUnits(turn: Turn): void {
  const asked: AskedLine[] = [];
  for (const line of turn.state.lines) {
    const qty = line.buckets.open;
    if (qty === 0) continue;
    moveUnits(line, 'open', 'requested', qty);
    asked.push({ lineId: line.lineId, sku: line.sku, qty });
  }
  if (asked.length === 0) return;
  requestPick(turn, asked, null);
  const units = asked.reduce((sum, line) => sum + line.qty, 0);
  note(turn, 'pick', `Requesting a pick of ${units} units on ${asked.length} lines`);
}
