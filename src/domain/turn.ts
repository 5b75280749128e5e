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

/** What one turn of the loop asks for besides the changed state. */
export interface Effects {
  commands: Command[];
  entries: TimelineEntry[];
  fates: EventFate[];
  /** Offers of stock that this order has taken or given back. */
  settledOffers: string[];
  /** Ids of dead letters that a replay took up again. */
  replayed: string[];
}

export function noEffects(): Effects {
  return { commands: [], entries: [], fates: [], settledOffers: [], replayed: [] };
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

const BUCKET_WORD: Record<string, string> = { substitutedOut: 'substituted' };

/** `2 x SKU-111 allocated -> picked, 1 x SKU-222 requested -> backordered`. */
export function describeMoves(moves: readonly Move[]): string {
  const shown = moves.slice(0, 6).map((move) => {
    const from = BUCKET_WORD[move.from] ?? move.from;
    const to = BUCKET_WORD[move.to] ?? move.to;
    return `${move.qty} x ${move.sku} ${from} -> ${to}`;
  });
  const more = moves.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
