import type { OrderAddress } from '../domain/ids.ts';
import type { PickReported } from '../domain/inputs.ts';
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
import { pickVersion, type RemotePick } from './remote.ts';

type OurPick = LocalOrder['view']['picks'][number];
type OurLine = OurPick['lines'][number];

/** Totals that only grow; `picked` falls by a putback alone. */
const GROWING = ['picked', 'shipped', 'short', 'cancelled'] as const;
const TERMINAL = new Set(['COMPLETED', 'CANCELLED']);

/** One pick under our reference, against our books of its order: D2 to D6, D20. */
export function comparePick(
  we: LocalOrder | undefined,
  { address, pick }: { address: OrderAddress; pick: RemotePick },
  context: CompareContext,
): Drift[] {
  if (we === undefined || we.view.version === 0) return unknownOrder({ address, pick }, context);
  const ours =
    we.view.picks.find((one) => one.pick_id === pick.pick_id) ??
    we.view.picks.find((one) => one.reference === pick.reference);
  const input = inputOf(we, { ours, pick, context });
  if (ours === undefined) return orphan(we, input, { pick, context });
  if (ours.pick_id === null) return [askOrder({ ...input, class: 'D2' }, context)];
  if (ours.pick_id !== pick.pick_id) return second(ours.pick_id, { pick, input, context });
  return drifted(we, { ours, pick, input, context });
}

interface Sides {
  ours: OurPick | undefined;
  pick: RemotePick;
  context: CompareContext;
}

function inputOf(we: DriftInput['we'], { ours, pick, context }: Sides): Omit<DriftInput, 'class'> {
  return {
    we,
    subject: `${pick.pick_id}@${pick.sequence}`,
    connection: context.names.wms,
    weSay: ours === undefined ? `no pick ${pick.pick_id}` : describe(ours),
    theySay: `${describe(pick)} at event ${pick.sequence}`,
  };
}

/** A pick of an order that we do not know: its order is asked of the CRM by the shell it starts. */
function unknownOrder(
  { address, pick }: { address: OrderAddress; pick: RemotePick },
  context: CompareContext,
): Drift[] {
  if (TERMINAL.has(pick.status)) return [];
  const input = inputOf({ address }, { ours: undefined, pick, context });
  return [handOn({ ...input, class: 'D3', weSay: 'no such order' }, [reportOf(pick, context)])];
}

function orphan(
  we: LocalOrder,
  input: Omit<DriftInput, 'class'>,
  { pick, context }: { pick: RemotePick; context: CompareContext },
): Drift[] {
  const untouched = pick.lines.every((line) => line.allocated + line.picked === 0);
  // A pick that got nothing, and was never heard of again, holds nothing of the order's.
  if (TERMINAL.has(pick.status) && untouched) return [];
  return we.closedAt === null
    ? [handOn({ ...input, class: 'D3' }, [reportOf(pick, context)])]
    : [forPerson({ ...input, class: 'D3' })];
}

/** Two picks under one reference: the other one goes when nobody has begun it. */
function second(ours: string, { pick, input, context }: Omit<Compared, 'ours'>): Drift[] {
  const drift: DriftInput = { ...input, class: 'D4' };
  const untouched = pick.lines.every((line) => line.picked + line.shipped + line.short === 0);
  if (!untouched) return [forPerson(drift)];
  if (TERMINAL.has(pick.status)) return [];
  const { pick_id: pickId, updated_at: changedAt } = pick;
  const act = { kind: 'cancel_pick', pickId, expected: pickVersion(pick), ours } as const;
  return [actOurselves(drift, { act, changedAt }, context)];
}

interface Compared {
  ours: OurPick;
  pick: RemotePick;
  input: Omit<DriftInput, 'class'>;
  context: CompareContext;
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

interface Differences {
  ahead: boolean;
  behind: boolean;
  /** Only what the warehouse holds reserved differs. */
  other: boolean;
}

function differences(ours: OurPick, pick: RemotePick): Differences {
  const lines = new Map(ours.lines.map((line) => [line.line_id, line]));
  const found = { ahead: false, behind: false, other: false };
  for (const theirs of pick.lines) {
    const line: OurLine | undefined = lines.get(theirs.line_id);
    lines.delete(theirs.line_id);
    if (line === undefined) {
      found.ahead = true;
      continue;
    }
    for (const total of GROWING) {
      if (theirs[total] > line[total]) found.ahead = true;
      if (theirs[total] < line[total]) found.behind = true;
    }
    if (theirs.allocated !== line.allocated) found.other = true;
  }
  if ([...lines.values()].some((line) => line.allocated + line.picked > 0)) found.behind = true;
  return found;
}

/** The pick as its last event would have told it: its order then asks for the whole account. */
function reportOf(pick: RemotePick, context: CompareContext): PickReported {
  return {
    type: 'pick_reported',
    connection: context.names.wms,
    eventId: `recon:${context.names.wms}:${pick.pick_id}:${pick.sequence}`,
    receivedAt: context.now,
    pickId: pick.pick_id,
    reference: pick.reference,
    status: pick.status,
    sequence: Math.max(1, pick.sequence),
    counts: 'picked',
    lines: pick.lines.map((line) => ({
      lineId: line.line_id,
      sku: line.sku,
      delta: line.picked,
      cumulative: line.picked,
      short: line.short,
      cancelled: line.cancelled,
    })),
  };
}

function describe(pick: Pick<OurPick, 'status' | 'lines'>): string {
  const lines = pick.lines.map((line) => {
    const totals = ['allocated', ...GROWING] as const;
    const told = totals.flatMap((name) => (line[name] === 0 ? [] : [`${name} ${line[name]}`]));
    return `${line.line_id} ${told.join(' ') || 'nothing'}`;
  });
  return `${pick.status}: ${lines.join(', ') || 'no lines'}`;
}
