import type { Decision } from '../../contracts/operators.ts';
import { total } from '../books.ts';
import type { DeadLetter, OrderState } from '../order.ts';
import type { Want } from './action.ts';
import { ON_MISSING, unitsOf } from './missing.ts';
import { ofPick } from './pick-concerns.ts';
import { ofTask } from './task-concerns.ts';

/** Every condition of the order that no rule resolves, as it holds now. Derived, never stored. */
export function wantsOf(state: OrderState): Want[] {
  const wants = state.deadLetters.flatMap((letter) => failure(letter) ?? []);
  if (!state.known || state.closedAt !== null) return wants;
  return [
    ...wants,
    ...state.requests.flatMap((request) => ofPick(state, request)),
    ...staleBackorders(state),
    ...overPicked(state),
    ...ofTask(state),
    ...stuck(state),
  ];
}

const ON_FAILURE: Decision[] = ['retry', 'wait', 'cancel_order'];

function failure(letter: DeadLetter): Want | null {
  const { command } = letter;
  if (command?.kind === 'open_action_task' || command?.kind === 'update_action_task') return null;
  const shared = { deadLetterId: letter.id, since: null, patienceMs: 0 };
  if (letter.kind === 'event') {
    return {
      ...shared,
      // An event that was tried again in vain is asked about again at once.
      key: `letter ${letter.id} ${letter.attempts}`,
      reason: 'unmapped_value',
      detail: `Event ${letter.subject} cannot be read (${letter.cause}): ${letter.lastError.replace(/[. ]*$/, '.')} The order goes on without it until the value or the mapping is mended and the event is tried again.`,
      lineIds: [],
      choices: ['retry', 'wait'],
    };
  }
  const asked = command?.kind === 'request_pick' ? command.lines : [];
  return {
    ...shared,
    key: `letter ${letter.id}`,
    reason: 'command_failed',
    detail: `${letter.subject} failed ${letter.attempts} times (${letter.cause}). The order waits where it stands until it is tried again.`,
    lineIds: asked.map(({ lineId }) => lineId),
    choices: asked.length > 0 ? [...ON_FAILURE, 'cancel_line'] : ON_FAILURE,
  };
}

/** One question for all the lines of the order, from the oldest backorder's age on. */
function staleBackorders(state: OrderState): Want[] {
  const open = state.backorders.filter((backorder) => backorder.open > 0);
  if (open.length === 0) return [];
  const units = open.reduce((sum, backorder) => sum + backorder.open, 0);
  return [
    {
      key: 'stale',
      reason: 'backorder_stale',
      detail: `Waiting for stock for too long: ${unitsOf(units)}.`,
      lineIds: [...new Set(open.map((backorder) => backorder.lineId))],
      choices: ON_MISSING,
      deadLetterId: null,
      since: Math.min(...open.map((backorder) => backorder.since)),
      patienceMs: state.policy.backorderStaleMs,
    },
  ];
}

function overPicked(state: OrderState): Want[] {
  const lines = state.lines.filter((line) => {
    const tolerance = Math.ceil((line.ordered * state.policy.overTolerancePct) / 100);
    return line.over > Math.max(tolerance, line.overAccepted);
  });
  if (lines.length === 0) return [];
  const what = lines.map((line) => `${line.over} x ${line.sku}`).join(', ');
  return [
    {
      key: 'over',
      reason: 'over_picked',
      detail: `The warehouse picked more than was ordered: ${what} too many.`,
      lineIds: lines.map((line) => line.lineId),
      choices: ['accept_over', 'wait'],
      deadLetterId: null,
      since: null,
      patienceMs: 0,
    },
  ];
}

/** Units that stand still at the warehouse beyond every patience (D19). */
function stuck(state: OrderState): Want[] {
  const { lines } = state;
  const unshipped = state.policy.terminalBucket === 'shipped' ? total(lines, 'picked') : 0;
  const units = total(lines, 'requested') + total(lines, 'allocated') + unshipped;
  if (units === 0 || state.holds.length > 0) return [];
  return [
    {
      key: 'stuck',
      reason: 'stuck',
      detail: `Nothing has moved at the warehouse for too long: ${unitsOf(units)}.`,
      lineIds: [],
      choices: ['retry', 'wait', 'cancel_order'],
      deadLetterId: null,
      since: state.movedAt,
      patienceMs: state.policy.stuckMs,
    },
  ];
}
