import { pickKey } from './ids.ts';
import type { AskedLine } from './inputs.ts';
import { move } from './ledger.ts';
import { isUnread, newPickLine, newPickRequest, type Filling } from './pick.ts';
import { note, send, type Turn } from './turn.ts';

/** Asks the WMS for units that are already `requested` in the books. */
export function requestPick(turn: Turn, lines: AskedLine[], fills: Filling | null): void {
  const { state } = turn;
  state.counters.split += 1;
  const split = state.counters.split;
  const attempt = 1;
  const reference = pickKey(state.address, split, attempt);
  const pickLines = lines.map(({ lineId, sku, qty }) => newPickLine({ lineId, sku, share: qty }));
  const sent = { priority: state.priority, requestedAt: state.clock, lines };
  const request = newPickRequest({ split, attempt, reference, fills, lines: pickLines });
  state.requests.push({ ...request, toldPriority: sent.priority, sent });
  send(turn, { kind: 'request_pick', key: reference, ...sent });
}

/**
 * All open units go into one further pick; earlier picks are never touched. A pick of ours that we
 * have not read yet may already hold them.
 */
export function requestOpenUnits(turn: Turn): void {
  const { state } = turn;
  if (state.holds.length > 0 || state.requests.some(isUnread)) return;
  const asked: AskedLine[] = [];
  for (const line of state.lines) {
    const qty = line.buckets.open;
    if (qty === 0) continue;
    move(turn, line, { from: 'open', to: 'requested', qty });
    asked.push({ lineId: line.lineId, sku: line.sku, qty });
  }
  if (asked.length === 0) return;
  requestPick(turn, asked, null);
  const units = asked.reduce((sum, line) => sum + line.qty, 0);
  note(turn, 'pick', `Requesting a pick of ${units} units on ${asked.length} lines`);
}
