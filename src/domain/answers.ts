import type { ActionView } from '../contracts/operators.ts';

/** What becomes of what a person asks of an order, told back to the one who asked. */
export type Answer =
  /** Done, or on its way; `action` as it stands now, when one was decided. */
  | { kind: 'taken'; detail: string; action: ActionView | null }
  /** Somebody or something was first: `action` is the present state, null when there is none. */
  | { kind: 'conflict'; detail: string; action: ActionView | null }
  /** It makes no sense for this order: `code` is stable, `detail` says what would. */
  | { kind: 'refused'; code: string; detail: string; action: ActionView | null };

/** The answer to the input of this event id. */
export interface AnswerTo {
  eventId: string;
  answer: Answer;
}
