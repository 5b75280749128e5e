import type { AnswerTo } from './answers.ts';
import type { Move } from './books.ts';
import type { Command } from './commands.ts';
import type { OrderState } from './order.ts';

export interface TimelineEntry {
  seq: number;
  at: number;
  kind: string;
  summary: string;
  cause: string;
}

export interface EventFate {
  connection: string;
  eventId: string;
  /** applied: in the books; parked: waits for what comes before it; ignored: nothing to do. */
  state: 'applied' | 'parked' | 'ignored' | 'dead';
}

/** A bucket move with its cause: one per cause, line and pair of buckets (L6). */
export type CausedMove = Move & { cause: string };

/** What one turn of the loop asks for besides the changed state. */
export interface Effects {
  commands: Command[];
  entries: TimelineEntry[];
  fates: EventFate[];
  moves: CausedMove[];
  /** Offers of stock that this order has taken or given back. */
  settledOffers: string[];
  /** Ids of dead letters that a replay took up again. */
  replayed: string[];
  /** Ids of dead letters that a person gave up. */
  discarded: string[];
  /** What is told back to those who asked. */
  answers: AnswerTo[];
}

export function noEffects(): Effects {
  return {
    commands: [],
    entries: [],
    fates: [],
    moves: [],
    settledOffers: [],
    replayed: [],
    discarded: [],
    answers: [],
  };
}

/** One input being taken: the state that it changes, its name, and what it leads to. */
export interface Turn {
  state: OrderState;
  /** Workflow time, epoch ms. */
  now: number;
  /** Event id or command key: the cause of every move and entry of this turn (L6). */
  cause: string;
  effects: Effects;
  /** Backorders born and filled in this turn, which the CRM hears of by name. */
  born: string[];
  filled: string[];
}

export function note(turn: Turn, kind: string, summary: string): void {
  turn.state.counters.entry += 1;
  turn.effects.entries.push({
    seq: turn.state.counters.entry,
    at: turn.now,
    kind,
    summary,
    cause: turn.cause,
  });
}

/** Sends a command: it stays in flight until its outcome is taken. */
export function send(turn: Turn, command: Command): void {
  turn.state.inFlight.push(command);
  turn.effects.commands.push(command);
}

/** What became of an event. */
export function fate(
  turn: Turn,
  { connection, eventId }: { connection: string; eventId: string },
  state: EventFate['state'],
): void {
  turn.effects.fates.push({ connection, eventId, state });
}
