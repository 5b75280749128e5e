import type { Answer } from '../answers.ts';
import { liveOf } from '../books.ts';
import { replayDeadLetter } from '../dead-letters.ts';
import { lookNow } from '../due.ts';
import type { OrderCommanded } from '../inputs.ts';
import { note, type Turn } from '../turn.ts';
import { isOpen } from './action.ts';
import { cutLines } from './cut.ts';
import { pauseClocks, resumeClocks } from './escalation.ts';
import { remap } from './remap.ts';

/** An operator acts on the order without having been asked. */
export function takeCommand(turn: Turn, fact: OrderCommanded): void {
  turn.effects.answers.push({ eventId: fact.eventId, answer: act(turn, fact) });
}

function act(turn: Turn, fact: OrderCommanded): Answer {
  const { state } = turn;
  if (state.closedAt !== null) {
    return conflict('The order is closed: nothing is under way that this could change.');
  }
  switch (fact.command) {
    case 'cancel':
      return cancel(turn, fact);
    case 'hold':
      return hold(turn, fact);
    case 'release':
      return release(turn, fact);
    case 'remap':
      return remap(turn, fact);
    case 'retry': {
      for (const { id, command } of state.deadLetters) {
        if (command !== null) replayDeadLetter(turn, id);
      }
      lookNow(turn, `${fact.by}: ${fact.reason}`);
      return taken('What had failed goes out again, and the other systems are asked.');
    }
  }
}

function cancel(
  turn: Turn,
  { lines: ids, reason, by }: Exclude<OrderCommanded, { command: 'remap' }>,
): Answer {
  const { state } = turn;
  if (!state.known) {
    return refused(
      'order-unknown',
      'The CRM has not announced this order: there is nothing to cancel.',
    );
  }
  const unknown = ids?.find((id) => !state.lines.some((line) => line.lineId === id));
  if (unknown !== undefined) return refused('unknown-line', `The order has no line ${unknown}.`);
  const lines = state.lines.filter((line) => ids === null || ids.includes(line.lineId));
  const units = lines.reduce((sum, line) => sum + liveOf(line) - line.buckets.shipped, 0);
  if (units === 0) return conflict('Every unit of it is shipped or cancelled already.');
  cutLines(state, lines, reason);
  const what = ids === null ? 'the order' : `${ids.length} lines`;
  note(turn, 'operator', `${by} cancels ${what}: ${reason}`);
  return taken(
    'What is still ours is cancelled; the warehouse is asked for the rest, and what it does not let go ships.',
  );
}

function hold(turn: Turn, { by, reason }: OrderCommanded): Answer {
  const { state } = turn;
  if (state.holds.some((one) => one.by === by && one.reason === reason)) {
    return taken('It is on hold for that reason already.');
  }
  state.holds.push({ by, reason, at: turn.now });
  pauseClocks(state.actions.filter(isOpen), turn.now);
  note(turn, 'operator', `${by} puts the order on hold: ${reason}`);
  return taken(
    'Nothing new is asked of the warehouse until it is released; what it has already goes on.',
  );
}

function release(turn: Turn, { by, reason }: OrderCommanded): Answer {
  const { state } = turn;
  if (state.holds.length === 0) return conflict('The order is not on hold.');
  state.holds = [];
  resumeClocks(state.actions.filter(isOpen), turn.now);
  note(turn, 'operator', `${by} releases the order: ${reason}`);
  return taken('The order goes on.');
}

function taken(detail: string): Answer {
  return { kind: 'taken', detail, action: null };
}

function conflict(detail: string): Answer {
  return { kind: 'conflict', detail, action: null };
}

function refused(code: string, detail: string): Answer {
  return { kind: 'refused', code, detail, action: null };
}
