import { isDeepStrictEqual } from 'node:util';
import { isOpen } from '../../src/domain/actions/action.ts';
import { BUCKETS, type Bucket } from '../../src/domain/books.ts';
import type { OrderState } from '../../src/domain/order.ts';
import { taskFace } from '../../src/domain/task-lane.ts';
import type { CausedMove } from '../../src/domain/turn.ts';
import type { Adventure } from './domain-adventure.ts';
import type { World } from './domain-world.ts';

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** What must hold of the books at the end of every turn, whoever tells what; one watch per run. */
export function watchBooks(): (world: World) => void {
  const before = new Map<string, { ordered: number; shipped: number; cancelled: number }>();
  return ({ state }) => {
    for (const { lineId, ordered, buckets } of state.lines) {
      const sum = BUCKETS.reduce((units, bucket) => units + buckets[bucket], 0);
      must(sum === ordered, `L1: ${lineId} sums to ${sum} of ${ordered}`);
      must(
        BUCKETS.every((bucket) => buckets[bucket] >= 0),
        `L1: ${lineId} is negative`,
      );
      const was = before.get(lineId) ?? { ordered: 0, shipped: 0, cancelled: 0 };
      const { shipped, cancelled } = buckets;
      const rose = ordered >= was.ordered && shipped >= was.shipped && cancelled >= was.cancelled;
      must(rose, `L2: ${lineId} fell`);
      before.set(lineId, { ordered, shipped, cancelled });
    }
  };
}

/** The same, and that an honest warehouse never has more than was ordered (L3), nor over (L4). */
export function watchTurns(): (world: World) => void {
  const watch = watchBooks();
  return (world) => {
    watch(world);
    const nameOf = namerOf(world);
    const picked = world.warehouse.picks.flatMap(({ lines }) => lines);
    const atWarehouse = sumBy(picked, nameOf, (l) => l.requested - l.short - l.cancelled);
    const ordered = sumBy(world.state.lines, nameOf, (l) => l.ordered - l.buckets.cancelled);
    for (const [name, units] of atWarehouse) {
      must(units <= (ordered.get(name) ?? 0), `L3: ${units} of ${name} are at the warehouse`);
    }
    for (const { lineId, over } of world.state.lines) {
      must(over === 0, `L4: ${over} of ${lineId} are over`);
    }
  };
}

type Named = { lineId: string; sku: string };

/** What a unit is known by: its line, or only its SKU where the warehouse knows no more. */
function namerOf({ vendor }: World): (line: Named) => string {
  return vendor.bySku ? ({ sku }) => sku : ({ lineId }) => lineId;
}

function sumBy<L extends Named>(
  lines: readonly L[],
  nameOf: (line: Named) => string,
  unitsOf: (line: L) => number,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of lines) {
    sums.set(nameOf(line), (sums.get(nameOf(line)) ?? 0) + unitsOf(line));
  }
  return sums;
}

/** The state as it comes out of continue-as-new. */
export function carriedOver(state: OrderState): OrderState {
  const carried: OrderState = JSON.parse(JSON.stringify(state));
  must(isDeepStrictEqual(carried, state), 'the state changes when it is carried over');
  return carried;
}

/** What must hold of an order that has come to its end, whatever happened to it. */
export function assertEnd({ world, inputs }: Adventure): void {
  const { state, warehouse, crm, tasks } = world;
  must(state.closedAt !== null, 'the order is not closed');
  assertHandedOver(world);
  const last = state.policy.terminalBucket;
  for (const line of state.lines) {
    const { lineId, buckets } = line;
    must(
      buckets[last] + buckets.cancelled + buckets.substitutedOut === line.ordered,
      `O1: ${lineId} is not at rest: ${JSON.stringify(line)}`,
    );
    const goal = Math.min(line.wanted, line.ordered - line.cut);
    must(buckets[last] + buckets.substitutedOut >= goal, `wanted: ${JSON.stringify(line)}`);
    const told = crm.lines.get(lineId) ?? { picked: 0, shipped: 0, backordered: 0, cancelled: 0 };
    for (const bucket of ['picked', 'shipped', 'backordered', 'cancelled'] as const) {
      must(
        told[bucket] === buckets[bucket],
        `X4: the CRM has ${told[bucket]} ${bucket} of ${lineId}`,
      );
    }
  }
  must(tasks.created.size === 1, `${tasks.created.size} tasks`);
  must(!state.actions.some(isOpen), 'a person is still asked about a closed order');
  for (const { actionId } of state.actions) {
    const shown = tasks.actions.get(actionId)?.status;
    must(shown !== 'OPEN', `the task of ${actionId} is open in a closed order`);
  }
  const face = taskFace(state);
  must(
    JSON.stringify({ ...face, ...tasks.face }) === JSON.stringify(face),
    `task shows ${JSON.stringify(tasks.face)}, not ${JSON.stringify(face)}`,
  );
  must(
    state.backorders.every((b) => b.open === 0 && b.inPick === 0),
    'a backorder waits in a closed order',
  );
  assertBackorders(world);
  const bound = 60 + 14 * (inputs + warehouse.picks.reduce((n, p) => n + p.sequence, 0));
  must(world.sent < bound, `${world.sent} commands of at most ${bound}`);
}

/** X4: what the warehouse has handed over is what the books say. */
function assertHandedOver(world: World): void {
  const { state, warehouse } = world;
  const last = state.policy.terminalBucket;
  const nameOf = namerOf(world);
  const there = sumBy(
    warehouse.picks.flatMap(({ lines }) => lines),
    nameOf,
    (line) => line[last],
  );
  const here = sumBy(state.lines, nameOf, ({ buckets, over }) => buckets[last] + over);
  for (const [name, units] of here) {
    const handed = there.get(name) ?? 0;
    must(handed === units, `X4: ${handed} of ${name} ${last}, ${JSON.stringify(state.lines)}`);
  }
}

/**
 * A backorder is announced once and filled at most once, under its own id. Where a cut-off step had
 * announced another course of events, the sums are right and a name may come twice.
 */
function assertBackorders({ state, crm }: World): void {
  if (crm.disagreements > 0) return;
  for (const { backorderId } of state.backorders) {
    const told = crm.taken.filter((notice) => notice.backorderId === backorderId);
    const types = told.map((notice) => notice.type).join(' ');
    must(
      types === 'BACKORDER.CREATED' || types === 'BACKORDER.CREATED BACKORDER.FILLED',
      `the CRM heard of ${backorderId}: ${types}`,
    );
  }
}

/** L6 and L1 together: the moves, each once per cause, lead from what was asked to the books. */
export function assertMoves(state: OrderState, moves: readonly CausedMove[]): void {
  const seen = new Set<string>();
  const books = new Map<string, Record<Bucket, number>>();
  for (const line of state.lines) {
    const empty = Object.fromEntries(BUCKETS.map((bucket) => [bucket, 0]));
    books.set(line.lineId, { ...empty, open: line.ordered } as Record<Bucket, number>);
  }
  for (const { cause, lineId, from, to, qty } of moves) {
    const key = [cause, lineId, from, to].join(' ');
    must(!seen.has(key), `L6: ${key} twice`);
    seen.add(key);
    const line = books.get(lineId);
    if (line === undefined) continue;
    line[from] -= qty;
    line[to] += qty;
  }
  for (const line of state.lines) {
    must(
      JSON.stringify(books.get(line.lineId)) === JSON.stringify(line.buckets),
      `the moves of ${line.lineId} do not lead to its books`,
    );
  }
}
