import type { OpenDeadLetter } from '../../books/read-dead-letters.ts';
import { scanOpen, type LetterFilter, type ScanOptions } from './open-letters.ts';

/** Open dead letters with one cause. */
export interface CauseGroup {
  kind: 'command' | 'event';
  connection: string;
  cause: string;
  count: number;
  /** Distinct open orders that wait for them. */
  ordersBlocked: number;
  oldestAt: number;
  newestAt: number;
  /** Of the newest one. */
  lastError: string;
  /** The newest ones. */
  sampleIds: string[];
}

export interface CauseGroups {
  /** Those that hold up the most orders first. */
  groups: CauseGroup[];
  /** Distinct open orders over all groups. */
  ordersBlocked: number;
  count: number;
  /** There are more open dead letters than were looked at. */
  truncated: boolean;
}

interface Gathered {
  group: Omit<CauseGroup, 'ordersBlocked'>;
  orders: Set<string>;
}

export interface GroupOptions extends ScanOptions {
  samplesMax: number;
}

/** Sorts the open dead letters by what caused them. */
export async function groupByCause(
  filter: LetterFilter,
  options: GroupOptions,
): Promise<CauseGroups> {
  const gathered = new Map<string, Gathered>();
  const orders = new Set<string>();
  const truncated = await scanOpen(filter, options, (letter) => {
    gather(gathered, letter, options.samplesMax);
    if (letter.blocks === 1) orders.add(letter.orderKey);
  });
  const groups = [...gathered.values()]
    .map((one): CauseGroup => ({ ...one.group, ordersBlocked: one.orders.size }))
    .sort((a, b) => b.ordersBlocked - a.ordersBlocked || a.oldestAt - b.oldestAt);
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  return { groups, ordersBlocked: orders.size, count, truncated };
}

/** Rows come newest first, so the first one of a group has its newest facts. */
function gather(gathered: Map<string, Gathered>, letter: OpenDeadLetter, samplesMax: number): void {
  const key = groupKey(letter);
  let one = gathered.get(key);
  if (one === undefined) {
    const { kind, connection, cause, at, lastError } = letter;
    const group = { kind, connection, cause, count: 0, oldestAt: at, newestAt: at, lastError };
    one = { group: { ...group, sampleIds: [] }, orders: new Set() };
    gathered.set(key, one);
  }
  one.group.count += 1;
  one.group.oldestAt = Math.min(one.group.oldestAt, letter.at);
  if (one.group.sampleIds.length < samplesMax) one.group.sampleIds.push(letter.id);
  if (letter.blocks === 1) one.orders.add(letter.orderKey);
}

/** A JSON array cannot be confused, whatever stands in a cause. */
export function groupKey(group: { kind: string; connection: string; cause: string }): string {
  return JSON.stringify([group.kind, group.connection, group.cause]);
}
