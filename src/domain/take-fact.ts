import { takeActionTask } from './actions/action-tasks.ts';
import { takeDecision } from './actions/decide.ts';
import { takeCommand } from './actions/operators.ts';
import { assertNever } from './assert.ts';
import { discardDeadLetter } from './discard.ts';
import { lookNow } from './due.ts';
import { forgive, keepEvent, replayDeadLetter } from './dead-letters.ts';
import type { OrderInput, PickReported } from './inputs.ts';
import type { CrmNoticeType } from './order.ts';
import { takeOffer } from './offers.ts';
import { adoptOrphan } from './orphan-pick.ts';
import { drainParked, parkPick } from './parked.ts';
import { followEvent } from './pick-event.ts';
import { takeAnnouncement, takeChange } from './take-change.ts';
import { takeTaskStatus } from './task-watch.ts';
import { takeTouch } from './touch.ts';
import { fate, type Turn } from './turn.ts';

/** What the CRM would call this turn, should there be something to tell. */
export interface Hint {
  type: CrmNoticeType;
  pickId: string | null;
}

export const PLAIN_HINT: Hint = { type: 'ORDER.UPDATED', pickId: null };

/** Takes what happened outside; what it leads to is settled after it. */
export function takeFact(turn: Turn, fact: OrderInput): Hint {
  if (fact.type !== 'event_unmapped') forgive(turn, fact);
  switch (fact.type) {
    case 'order_created':
      takeAnnouncement(turn, fact);
      return PLAIN_HINT;
    case 'order_updated':
    case 'order_cancelled':
      takeChange(turn, fact);
      return PLAIN_HINT;
    case 'pick_reported':
      return takePick(turn, fact);
    case 'pick_touched':
      takeTouch(turn, fact);
      return PLAIN_HINT;
    case 'task_reported':
      takeTask(turn, fact);
      return PLAIN_HINT;
    case 'event_unmapped':
      keepEvent(turn, fact);
      return PLAIN_HINT;
    case 'stock_offered':
      takeOffer(turn, fact);
      return PLAIN_HINT;
    case 'dead_letter_replayed':
      replayDeadLetter(turn, fact.deadLetterId);
      return PLAIN_HINT;
    case 'dead_letter_discarded':
      discardDeadLetter(turn, fact);
      return PLAIN_HINT;
    case 'reconcile_asked':
      lookNow(turn, fact.reason);
      fate(turn, fact, 'applied');
      return PLAIN_HINT;
    case 'action_decided':
      takeDecision(turn, fact);
      return PLAIN_HINT;
    case 'order_commanded':
      takeCommand(turn, fact);
      return PLAIN_HINT;
    default:
      return assertNever(fact);
  }
}

function takePick(turn: Turn, event: PickReported): Hint {
  const known = turn.state.requests.find(
    (r) => r.status === 'accepted' && r.pickId === event.pickId,
  );
  const request = known ?? adoptOrphan(turn, event);
  if (request === null) {
    parkPick(turn, event);
    return PLAIN_HINT;
  }
  if (known === undefined) drainParked(turn, request);
  followEvent(turn, request, event);
  const partial = event.status === 'PARTIAL' && event.counts === 'picked';
  return { type: partial ? 'PICK.PARTIAL' : 'ORDER.UPDATED', pickId: event.pickId };
}

function takeTask(turn: Turn, fact: Extract<OrderInput, { type: 'task_reported' }>): void {
  const { taskId, status } = fact;
  if (status !== null && !takeActionTask(turn, taskId, status)) {
    if (turn.state.task.taskId === taskId) takeTaskStatus(turn, status);
  }
  fate(turn, fact, 'applied');
}
