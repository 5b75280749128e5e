import type { OrderView } from '../contracts/operators.ts';
import type { AnswerTo } from './answers.ts';
import type { OrderAddress } from './ids.ts';
import type { DeadLetter, OrderState } from './order.ts';
import type { Effects, EventFate, TimelineEntry } from './turn.ts';
import { termsOf, viewOf } from './view.ts';

/** One backorder on the allocator's waiting list. */
export interface WaitingRow {
  backorderId: string;
  sku: string;
  qty: number;
  since: number;
  notBefore: number;
}

/** A dead letter as the books keep it, with an excerpt of the command for the one who judges it. */
export type KeptLetter = Omit<DeadLetter, 'command'> & { request: string | null };

const REQUEST_CHARS_MAX = 2000;

/** What the end of a step writes, in one transaction, monotonic by `step`. */
export interface StepRecord {
  order: OrderAddress;
  wms: string;
  step: number;
  at: number;
  createdAt: number;
  closedAt: number | null;
  promisedAt: number | null;
  view: OrderView;
  terms: string[];
  entries: TimelineEntry[];
  fates: EventFate[];
  waiting: WaitingRow[];
  settledOffers: string[];
  deadLetters: KeptLetter[];
  replayed: string[];
  discarded: string[];
  /** What is told back to those who asked, by event id. */
  answers: AnswerTo[];
}

/** Gathers what the projection needs of a step, which is numbered by the inputs taken so far. */
export function recordStep(state: OrderState, effects: Effects, now: number): StepRecord {
  return {
    order: state.address,
    wms: state.wms,
    step: state.counters.input,
    at: now,
    createdAt: state.createdAt,
    closedAt: state.closedAt,
    promisedAt: state.promisedAt,
    view: viewOf(state),
    terms: termsOf(state),
    entries: effects.entries,
    fates: effects.fates,
    waiting: state.backorders
      .filter((b) => b.open > 0 && state.closedAt === null && state.holds.length === 0)
      .map(({ backorderId, sku, open, since, notBefore }) => ({
        backorderId,
        sku,
        qty: open,
        since,
        notBefore,
      })),
    settledOffers: effects.settledOffers,
    deadLetters: state.deadLetters.map(({ command, ...letter }) => ({
      ...letter,
      request: command === null ? null : JSON.stringify(command).slice(0, REQUEST_CHARS_MAX),
    })),
    replayed: effects.replayed,
    discarded: effects.discarded,
    answers: effects.answers,
  };
}

/** Adds the effects of one turn to those of the step so far. */
export function gather(into: Effects, more: Effects): void {
  into.commands.push(...more.commands);
  into.entries.push(...more.entries);
  into.fates.push(...more.fates);
  into.moves.push(...more.moves);
  into.settledOffers.push(...more.settledOffers);
  into.replayed.push(...more.replayed);
  into.discarded.push(...more.discarded);
  into.answers.push(...more.answers);
}
