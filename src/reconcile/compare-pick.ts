import type { OrderAddress } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';
import {
  actOurselves,
  askOrder,
  driftOf,
  forPerson,
  handOn,
  type CompareContext,
  type Drift,
  type DriftInput,
  type LocalOrder,
} from './drift.ts';
import { differences, GROWING } from './pick-differences.ts';
import { reportOf } from './pick-report.ts';
import { pickVersion, type RemotePick } from './remote.ts';

type OurPick = LocalOrder['view']['picks'][number];

const TERMINAL = new Set(['COMPLETED', 'CANCELLED']);

/** A pick under our reference, and where it is shown. */
export interface ShownPick {
  address: OrderAddress;
  pick: RemotePick;
  connection: string;
  /** The warehouse of its order. */
  home: string;
}

/** One pick under our reference, against our books of its order: D2 to D6, D20. */
export function comparePick(
  we: LocalOrder | undefined,
  { address, pick, connection, home }: ShownPick,
  context: CompareContext,
): Drift[] {
  const sides = { pick, connection, context };
  if (we === undefined || we.view.version === 0) return unknownOrder(address, sides);
  const ours =
    we.view.picks.find((one) => one.pick_id === pick.pick_id) ??
    we.view.picks.find((one) => one.reference === pick.reference);
  const input = inputOf(we, ours, sides);
  const isOurs = ours?.pick_id === pick.pick_id && ours.reference === pick.reference;
  if (connection !== home && !isOurs) return stray(input, { pick, home });
  if (ours === undefined) return orphan(we, input, sides);
  if (ours.pick_id === null) return [askOrder({ ...input, class: 'D2' }, context)];
  if (ours.pick_id !== pick.pick_id) return second(ours.pick_id, input, sides);
  return drifted(we, { ...sides, ours, input });
}

interface Sides {
  pick: RemotePick;
  connection: string;
  context: CompareContext;
}

function inputOf(
  we: DriftInput['we'],
  ours: OurPick | undefined,
  { pick, connection }: Sides,
): Omit<DriftInput, 'class'> {
  const { pick_id: pickId, sequence, updated_at: updatedAt } = pick;
  const told = describe(pick);
  const isNumbered = sequence > 0;
  return {
    we,
    subject: `${pickId}@${isNumbered ? sequence : (updatedAt ?? told)}`,
    connection,
    weSay: ours === undefined ? `no pick ${pickId}` : describe(ours),
    theySay: isNumbered ? `${told} at event ${sequence}` : told,
  };
}

/** A pick of an order that we do not know: its order is asked of the CRM by the shell it starts. */
function unknownOrder(address: OrderAddress, sides: Sides): Drift[] {
  if (TERMINAL.has(sides.pick.status)) return [];
  const input = inputOf({ address }, undefined, sides);
  return [handOn({ ...input, class: 'D3', weSay: 'no such order' }, [reported(sides)])];
}

/** Under our reference in a warehouse that the order has nothing to do with. */
function stray(
  input: Omit<DriftInput, 'class'>,
  { pick, home }: { pick: RemotePick; home: string },
): Drift[] {
  if (TERMINAL.has(pick.status)) return [];
  const weSay = `${input.weSay} there: the warehouse of the order is ${home}`;
  return [forPerson({ ...input, class: 'D3', weSay })];
}

function orphan(we: LocalOrder, input: Omit<DriftInput, 'class'>, sides: Sides): Drift[] {
  const { pick } = sides;
  const untouched = pick.lines.every((line) => line.allocated + line.picked === 0);
  // A pick that got nothing, and was never heard of again, holds nothing of the order's.
  if (TERMINAL.has(pick.status) && untouched) return [];
  return we.closedAt === null
    ? [handOn({ ...input, class: 'D3' }, [reported(sides)])]
    : [forPerson({ ...input, class: 'D3' })];
}

function reported({ pick, connection, context }: Sides): OrderInput {
  return reportOf(pick, { connection, runId: context.runId, receivedAt: context.now });
}

/** Two picks under one reference: the other one goes when nobody has begun it. */
function second(
  ours: string,
  input: Omit<DriftInput, 'class'>,
  { pick, connection, context }: Sides,
): Drift[] {
  const drift: DriftInput = { ...input, class: 'D4' };
  const { pick_id: pickId, reference, updated_at: changedAt } = pick;
  const untouched = pick.lines.every((line) => line.picked + line.shipped + line.short === 0);
  if (!untouched || reference === null) return [forPerson(drift)];
  if (TERMINAL.has(pick.status)) return [];
  const expected = pickVersion(pick);
  const act = { kind: 'cancel_pick', connection, pickId, reference, expected, ours } as const;
  return [actOurselves(drift, { act, changedAt }, context)];
}

interface Compared extends Sides {
  ours: OurPick;
  input: Omit<DriftInput, 'class'>;
}

function drifted(we: LocalOrder, { ours, pick, input, context }: Compared): Drift[] {
  const { ahead, behind, other } = differences(ours, pick);
  const status = ours.status !== pick.status;
  if (!ahead && !behind && !other && !status) return [];
  if (we.closedAt !== null) {
    const weSay = `${input.weSay}, and the order is closed: compare with the floor`;
    return [forPerson({ ...input, class: 'D20', weSay })];
  }
  const regressed = TERMINAL.has(ours.status) && status;
  if (behind || regressed) return [recheck(we, input, context)];
  return [askOrder({ ...input, class: 'D5' }, context)];
}

/** The order looks again first, for a putback lowers too; what then still contradicts has a flag. */
function recheck(we: LocalOrder, input: Omit<DriftInput, 'class'>, context: CompareContext): Drift {
  return we.view.flags.includes('DRIFT')
    ? driftOf({ ...input, class: 'D6' }, 'human', [])
    : askOrder({ ...input, class: 'D6' }, context);
}

function describe({ status, lines }: Pick<RemotePick | OurPick, 'status' | 'lines'>): string {
  const said = lines.map((line) => {
    const totals = ['allocated', ...GROWING] as const;
    const told = totals.flatMap((name) => (line[name] === 0 ? [] : [`${name} ${line[name]}`]));
    return `${line.line_id ?? line.sku} ${told.join(' ') || 'nothing'}`;
  });
  return `${status}: ${said.join(', ') || 'no lines'}`;
}
