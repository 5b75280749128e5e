import type { PickLine } from './pick-line.ts';
import type { Outcome, PickStatus } from './pick-state.ts';

export type Priority = 'urgent' | 'high' | 'normal' | 'low';

export interface PickRecord {
  readonly pickId: string;
  readonly orderId: string;
  readonly reference: string | null;
  status: PickStatus;
  outcome: Outcome | null;
  priority: Priority;
  assignee: string | null;
  readonly preferences: string[];
  /** Sequence of the pick's last event. */
  sequence: number;
  readonly createdAt: number;
  updatedAt: number;
  readonly lines: PickLine[];
}

/** Quantities of a line that its events tell of. */
export type LineQuantities = Pick<
  PickLine,
  'allocated' | 'picked' | 'shipped' | 'short' | 'cancelled' | 'unfilled' | 'over' | 'cancelAsked'
>;

export function quantitiesOf(line: PickLine): LineQuantities {
  const { allocated, picked, shipped, short, cancelled, unfilled, over, cancelAsked } = line;
  return { allocated, picked, shipped, short, cancelled, unfilled, over, cancelAsked };
}

/** The lines whose quantities differ from a snapshot taken before. */
export function changedLines(
  lines: readonly PickLine[],
  before: ReadonlyMap<string, LineQuantities>,
): PickLine[] {
  return lines.filter((line) => {
    const was = before.get(line.pickLine);
    return was === undefined || JSON.stringify(quantitiesOf(line)) !== JSON.stringify(was);
  });
}

export function snapshotOf(lines: readonly PickLine[]): Map<string, LineQuantities> {
  return new Map(lines.map((line) => [line.pickLine, quantitiesOf(line)]));
}
