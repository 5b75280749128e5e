import { total } from './books.ts';
import type { Command } from './commands.ts';
import type { OrderState } from './order.ts';
import { isTerminal } from './pick.ts';
import { floorShorts } from './shares.ts';

/** What the order waits for now, one sentence each, the most pressing first. */
export function waitsFor(state: OrderState): string[] {
  if (state.closedAt !== null) return [];
  const waits: string[] = [];
  for (const letter of state.deadLetters) {
    waits.push(
      letter.kind === 'event'
        ? `A person: event ${letter.subject} cannot be mapped (${letter.lastError}). Mend the mapping or the value, then replay ${letter.id}`
        : `A person: ${letter.subject} failed (${letter.cause}). Replay ${letter.id} when the cause is gone`,
    );
  }
  if (!state.known) waits.push('The CRM to announce this order; its events are kept until then');
  for (const command of state.inFlight) waits.push(waitForCommand(state, command));
  for (const request of state.requests) {
    if (request.status !== 'accepted' || request.pickId === null) continue;
    const id = request.pickId;
    if (request.drift !== null)
      waits.push(`An account of the warehouse that can be true: ${request.drift}`);
    if (request.buffered.length > 0)
      waits.push(`An event of ${id} that is missing, or the warehouse's own account of it`);
    if (!isTerminal(request))
      waits.push(
        `The warehouse to pick ${id}${units(request.lines.reduce((sum, l) => sum + l.allocated, 0))}`,
      );
  }
  const shorts = floorShorts(state);
  for (const line of state.lines) {
    const floor = shorts.get(line.lineId) ?? 0;
    if (floor > 0)
      waits.push(`The warehouse to find ${floor} x ${line.sku} or to close the pick short`);
  }
  for (const backorder of state.backorders) {
    if (backorder.open > 0)
      waits.push(`Stock of ${backorder.sku}: ${backorder.open} units for ${backorder.backorderId}`);
  }
  const unshipped = total(state.lines, 'picked');
  if (unshipped > 0 && state.policy.terminalBucket === 'shipped') {
    waits.push(`The warehouse to ship ${unshipped} picked units`);
  }
  return waits;
}

function units(count: number): string {
  return count > 0 ? ` (${count} units to go)` : '';
}

function waitForCommand(state: OrderState, command: Command): string {
  switch (command.kind) {
    case 'create_task':
    case 'update_task':
      return `${state.tasks} to take the task`;
    case 'tell_crm':
      return `${state.address.connection} to take event ${command.notices[0]?.sequence ?? ''}`;
    case 'ask_crm':
      return `${state.address.connection} to say what it knows of this order`;
    case 'request_pick':
      return `${state.wms} to answer the pick request`;
    case 'look_at_pick':
      return `${state.wms} to say where ${command.pickId} stands`;
    case 'cancel_pick':
      return `${state.wms} to answer the cancel of ${command.pickId}`;
  }
}
