import fc from 'fast-check';
import { AppError } from '../../src/errors.ts';
import { cancelPick } from '../../src/wms/operations/cancel-pick.ts';
import { createProduct } from '../../src/wms/operations/catalogue.ts';
import { isTerminal } from '../../src/wms/domain/pick-state.ts';
import { createPick } from '../../src/wms/operations/create-pick.ts';
import { expireLot } from '../../src/wms/operations/expire-lot.ts';
import { moveStock } from '../../src/wms/operations/move-stock.ts';
import { patchPick } from '../../src/wms/operations/patch-pick.ts';
import { putBack } from '../../src/wms/operations/put-back.ts';
import { ship } from '../../src/wms/operations/ship.ts';
import type { Work } from '../../src/wms/work.ts';
import type { Warehouse } from './wms-warehouse.ts';

const SKUS = ['A', 'B'] as const;
const PLACES = ['north', 'south'] as const;
const LOTS = [null, null, null, 'L1', 'X1'] as const;

/** When lot X1 expires: after half of a run of this warehouse's clock. */
export const X1_EXPIRES_AT = Date.parse('2026-01-17T12:00:00.040Z');

const sku = fc.constantFrom(...SKUS);
const location = fc.constantFrom(...PLACES);
const lot = fc.constantFrom(...LOTS);
const few = fc.integer({ min: 1, max: 4 });
/** How many picks back; mostly one that is still worked on. */
const pickAt = fc.constantFrom(0, 0, 1, 2, 5);
const optionalPlace = fc.option(location, { nil: undefined });

const moved = fc.record({
  op: fc.constant('move' as const),
  kind: fc.constantFrom('receive', 'receive', 'count', 'hold', 'unhold', 'scrap', 'transfer'),
  ...{ sku, location, lot, qty: few },
  sign: fc.constantFrom(1, -1),
});
const asked = fc.record({
  op: fc.constant('ask' as const),
  lines: fc.array(
    fc.record({ sku, qty: few, lot: fc.option(fc.constant('L1'), { nil: undefined }) }),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  policy: fc.constantFrom(...(['partial', 'partial', 'partial', 'all_or_nothing'] as const)),
  priority: fc.constantFrom('urgent' as const, 'normal' as const, 'low' as const),
});
const patched = fc.record({
  op: fc.constant('patch' as const),
  pickAt,
  status: fc.constantFrom(
    undefined,
    undefined,
    ...(['ASSIGNED', 'IN_PROGRESS', 'PARTIAL', 'COMPLETED', 'COMPLETED', 'CANCELLED'] as const),
  ),
  line: fc.option(
    fc.record({
      index: fc.constantFrom(0, 0, 1),
      picked: fc.nat({ max: 3 }),
      short: fc.constantFrom(0, 0, 1, 2),
      location: optionalPlace,
    }),
    { nil: undefined },
  ),
  shortClose: fc.constantFrom(undefined, undefined, undefined, true),
});
const cancelled = fc.record({
  op: fc.constant('cancel' as const),
  pickAt,
  line: fc.option(fc.nat({ max: 1 }), { nil: undefined, freq: 4 }),
});
const returned = fc.record({
  op: fc.constant('putback' as const),
  pickAt,
  index: fc.nat({ max: 2 }),
  qty: few,
});
const shipped = fc.record({ op: fc.constant('ship' as const), pickAt });
const expired = fc.record({ op: fc.constant('expire' as const), sku });

/** One thing that happens in a warehouse. */
export const anyStep = fc.oneof(
  { weight: 5, arbitrary: moved },
  { weight: 5, arbitrary: asked },
  { weight: 12, arbitrary: patched },
  { weight: 2, arbitrary: cancelled },
  { weight: 5, arbitrary: returned },
  { weight: 1, arbitrary: shipped },
  { weight: 1, arbitrary: expired },
);
export type Step = typeof anyStep extends fc.Arbitrary<infer S> ? S : never;

interface Run {
  work: Work;
  picks: string[];
  number: number;
}

function perform({ work, picks, number }: Run, now: Step): string | undefined {
  if (now.op === 'move') {
    const { kind, qty, sign, ...where } = now;
    const to = where.location === 'north' ? 'south' : 'north';
    const signed = kind === 'count' ? qty * sign : kind === 'receive' ? qty * 3 : qty;
    const expiry =
      where.lot === 'X1' && (kind === 'receive' || kind === 'count')
        ? { expires_at: new Date(X1_EXPIRES_AT).toISOString() }
        : {};
    moveStock(work, {
      request: { ...where, kind, qty: signed, to_location: to, ...expiry },
      causeId: `test:${number}`,
    });
    return undefined;
  }
  if (now.op === 'ask') {
    const { policy, priority } = now;
    const line_items = now.lines.map(({ lot: wanted, ...item }, index) => ({
      ...item,
      line_id: `l${index}`,
      ...(wanted === undefined ? {} : { lot: wanted }),
    }));
    return createPick(work, {
      order_id: `O-${number}`,
      location_preferences: ['south'],
      ...{ line_items, policy, priority },
    }).pick.pickId;
  }
  if (now.op === 'expire') {
    expireLot(work, { sku: now.sku, lot: 'X1' });
    return undefined;
  }
  const pick = aimAt({ work, picks, number }, now);
  const pickId = pick?.pickId ?? 'none';
  if (now.op === 'cancel') {
    cancelPick(work, {
      pickId,
      request: now.line === undefined ? {} : { lines: [`l${now.line}`] },
    });
  } else if (now.op === 'putback') {
    putBack(work, { pickId, request: { lines: [{ line_id: `l${now.index}`, qty: now.qty }] } });
  } else if (now.op === 'ship') {
    ship(work, { pick_id: pickId, carrier: 'dhl' });
  } else {
    const allocated = pick?.lines[now.line?.index ?? 0]?.allocated ?? 0;
    const lines = now.line && [
      {
        line_id: `l${now.line.index}`,
        location: now.line.location,
        picked: now.line.picked % (allocated + 2),
        short: now.line.short % (allocated + 1),
      },
    ];
    patchPick(work, { pickId, patch: { status: now.status, lines, short_close: now.shortClose } });
  }
  return undefined;
}

/** Mostly a pick on which the step can do something, so that the runs get far. */
function aimAt({ work, picks }: Run, now: Exclude<Step, { op: 'move' | 'ask' | 'expire' }>) {
  const recent = picks.slice(-8).flatMap((pickId) => work.stores.picks.find(pickId) ?? []);
  const fit = recent.filter((pick) =>
    now.op === 'putback' || now.op === 'ship'
      ? pick.lines.some(
          (line) => line.picked > line.shipped && (line.cancelAsked || now.op === 'ship'),
        )
      : !isTerminal(pick.status),
  );
  return (fit.length > 0 ? fit : recent).at(-1 - now.pickAt) ?? recent[0];
}

/** A warehouse with two products and nine units of each. */
export function stockUp(warehouse: Warehouse): void {
  for (const name of SKUS) {
    warehouse.run((work) =>
      createProduct(work, {
        ...{ sku: name, name, lowMark: 2 },
        policy: name === 'A' ? 'fifo' : 'fefo',
        overPickTolerance: name === 'A' ? 1 : 0,
      }),
    );
    warehouse.run((work) =>
      moveStock(work, {
        request: { kind: 'receive', sku: name, location: 'north', qty: 9 },
        causeId: `start:${name}`,
      }),
    );
  }
}

/** Tries a step; answers its name when the warehouse took it. */
export function attempt(
  warehouse: Warehouse,
  { now, number, picks }: { now: Step; number: number; picks: string[] },
): string | undefined {
  try {
    const pickId = warehouse.run((work) => perform({ work, picks, number }, now));
    if (pickId !== undefined) picks.push(pickId);
    return now.op === 'move' ? now.kind : now.op;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return undefined;
  }
}
