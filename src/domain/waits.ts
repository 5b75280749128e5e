import { isOpen, type Action } from './actions/action.ts';
import { total } from './books.ts';
import type { Command } from './commands.ts';
import type { DeadLetter, OrderState } from './order.ts';
import { isTerminal, type PickRequest } from './pick.ts';
import { floorShorts } from './shares.ts';

/** What the order waits for now, one sentence each, the most pressing first. */
export function waitsFor(state: OrderState): string[] {
  if (state.closedAt !== null) return [];
  return [
    ...state.deadLetters.map(waitForPerson),
    ...state.actions.filter((one) => isOpen(one) && one.deadLetterId === null).map(waitForDecision),
    ...state.holds.map(
      (hold) => `An operator to release the order: ${hold.by} put it on hold (${hold.reason})`,
    ),
    ...(state.known ? [] : ['The CRM to announce this order; its events are kept until then']),
    ...state.inFlight.map((command) => waitForCommand(state, command)),
    ...state.requests.flatMap(waitsForPick),
    ...waitsForStock(state),
    ...waitsForShipment(state),
  ];
}

function waitForPerson(letter: DeadLetter): string {
  return letter.kind === 'event'
    ? `A person: event ${letter.subject} cannot be mapped (${letter.lastError}). Mend the mapping or the value, then replay ${letter.id}`
    : `A person: ${letter.subject} failed (${letter.cause}). Replay ${letter.id} when the cause is gone`;
}

function waitForDecision({ actionId, detail, choices }: Action): string {
  return `A person to decide ${actionId}: ${detail} It can be ${choices.join(', ')}`;
}

function waitsForPick(request: PickRequest): string[] {
  if (request.status !== 'accepted' || request.pickId === null) return [];
  const id = request.pickId;
  const waits: string[] = [];
  if (request.drift !== null) {
    waits.push(`An account of the warehouse that can be true: ${request.drift}`);
  }
  if (request.buffered.length > 0) {
    waits.push(`An event of ${id} that is missing, or the warehouse's own account of it`);
  }
  if (!isTerminal(request)) {
    const toGo = request.lines.reduce((sum, line) => sum + line.allocated, 0);
    waits.push(`The warehouse to pick ${id}${units(toGo)}`);
  }
  return waits;
}

function waitsForStock(state: OrderState): string[] {
  const shorts = floorShorts(state);
  const floor = state.lines.flatMap((line) => {
    const short = shorts.get(line.lineId) ?? 0;
    return short > 0
      ? [`The warehouse to find ${short} x ${line.sku} or to close the pick short`]
      : [];
  });
  const backorders = state.backorders
    .filter((backorder) => backorder.open > 0)
    .map(({ sku, open, backorderId }) => `Stock of ${sku}: ${open} units for ${backorderId}`);
  return [...floor, ...backorders];
}

function waitsForShipment(state: OrderState): string[] {
  const unshipped = total(state.lines, 'picked');
  if (unshipped === 0 || state.policy.terminalBucket !== 'shipped') return [];
  return [`The warehouse to ship ${unshipped} picked units`];
}

function units(count: number): string {
  return count > 0 ? ` (${count} units to go)` : '';
}

function waitForCommand(state: OrderState, command: Command): string {
  switch (command.kind) {
    case 'create_task':
    case 'update_task':
    case 'look_at_task':
    case 'open_action_task':
    case 'update_action_task':
      return `${state.tasks} to take the task`;
    case 'tell_crm':
      return `${state.address.connection} to take event ${command.notices[0]?.sequence ?? ''}`;
    case 'ask_crm':
    case 'look_at_crm':
      return `${state.address.connection} to say what it knows of this order`;
    case 'request_pick':
      return `${state.wms} to answer the pick request`;
    case 'look_at_pick':
      return `${state.wms} to say where ${command.pickId} stands`;
    case 'update_pick':
      return `${state.wms} to take the new priority of ${command.pickId}`;
    case 'cancel_pick':
      return `${state.wms} to answer the cancel of ${command.pickId}`;
  }
}
