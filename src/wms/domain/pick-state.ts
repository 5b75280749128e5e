import { isResolved, type PickLine } from './pick-line.ts';

export type PickStatus =
  'CREATED' | 'ASSIGNED' | 'IN_PROGRESS' | 'PARTIAL' | 'COMPLETED' | 'CANCELLED';

export type Outcome = 'FULL' | 'SHORT' | 'no_stock' | 'cancelled';

export interface Ending {
  status: 'COMPLETED' | 'CANCELLED';
  outcome: Outcome;
}

/** Work reported on a pick that nobody started counts as its first scan. */
const LEGAL: Record<PickStatus, readonly PickStatus[]> = {
  CREATED: ['CREATED', 'ASSIGNED', 'IN_PROGRESS', 'PARTIAL', 'COMPLETED', 'CANCELLED'],
  ASSIGNED: ['CREATED', 'ASSIGNED', 'IN_PROGRESS', 'PARTIAL', 'COMPLETED', 'CANCELLED'],
  IN_PROGRESS: ['IN_PROGRESS', 'PARTIAL', 'COMPLETED', 'CANCELLED'],
  PARTIAL: ['IN_PROGRESS', 'PARTIAL', 'COMPLETED', 'CANCELLED'],
  COMPLETED: [],
  CANCELLED: [],
};

export function mayBecome(present: PickStatus, asked: PickStatus): boolean {
  return LEGAL[present].includes(asked);
}

export function isTerminal(status: PickStatus): boolean {
  return status === 'COMPLETED' || status === 'CANCELLED';
}

export function hasStarted(status: PickStatus): boolean {
  return status !== 'CREATED' && status !== 'ASSIGNED';
}

/**
 * How a pick ends whose lines are all resolved; nothing picked must not read as success. `by`
 * tells whether the floor or a cancel ended it, which matters when units were short and cancelled.
 */
export function endingOf(lines: readonly PickLine[], by: 'floor' | 'cancel'): Ending {
  const picked = total(lines, (line) => line.picked);
  const short = total(lines, (line) => line.short);
  const cancelled = total(lines, (line) => line.cancelled);
  if (picked > 0) {
    return { status: 'COMPLETED', outcome: short + cancelled === 0 ? 'FULL' : 'SHORT' };
  }
  const noStock = short > 0 && (by === 'floor' || cancelled === 0);
  return { status: 'CANCELLED', outcome: noStock ? 'no_stock' : 'cancelled' };
}

export function allResolved(lines: readonly PickLine[]): boolean {
  return lines.every(isResolved);
}

function total(lines: readonly PickLine[], of: (line: PickLine) => number): number {
  return lines.reduce((sum, line) => sum + of(line), 0);
}
