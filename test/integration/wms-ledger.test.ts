import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { PickEventSchema } from '../../src/contracts/picks.ts';
import { AppError } from '../../src/errors.ts';
import { cancelPick } from '../../src/wms/operations/cancel-pick.ts';
import { createProduct } from '../../src/wms/operations/catalogue.ts';
import { isTerminal } from '../../src/wms/domain/pick-state.ts';
import { createPick } from '../../src/wms/operations/create-pick.ts';
import { moveStock } from '../../src/wms/operations/move-stock.ts';
import { patchPick } from '../../src/wms/operations/patch-pick.ts';
import { putBack } from '../../src/wms/operations/put-back.ts';
import { ship } from '../../src/wms/operations/ship.ts';
import type { Work } from '../../src/wms/work.ts';
import { auditStock } from '../support/wms-audit.ts';
import { createWarehouse, type Warehouse } from '../support/wms-warehouse.ts';

const SKUS = ['A', 'B'] as const;
const PLACES = ['north', 'south'] as const;
const LOTS = [null, null, null, 'L1'] as const;

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

const step = fc.oneof(
  { weight: 5, arbitrary: moved },
  { weight: 5, arbitrary: asked },
  { weight: 12, arbitrary: patched },
  { weight: 2, arbitrary: cancelled },
  { weight: 5, arbitrary: returned },
  { weight: 1, arbitrary: shipped },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

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
    moveStock(work, {
      request: { ...where, kind, qty: signed, to_location: to },
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
function aimAt({ work, picks }: Run, now: Exclude<Step, { op: 'move' | 'ask' }>) {
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

/** Sums of what the events told must be what the picks say. */
function brokenEvents(warehouse: Warehouse): string[] {
  const told = new Map<string, { sequence: number; picked: number; shipped: number }>();
  const broken: string[] = [];
  for (const event of warehouse.events.filter((one) => one.event_type !== 'INVENTORY.ALERT')) {
    const payload = PickEventSchema.parse(event.payload);
    const sum = told.get(payload.pick_id) ?? { sequence: 0, picked: 0, shipped: 0 };
    told.set(payload.pick_id, sum);
    if (payload.sequence !== sum.sequence + 1) broken.push(`gap before ${event.event_id}`);
    sum.sequence = payload.sequence;
    const delta = payload.lines.reduce((total, line) => total + line.delta, 0);
    if (event.event_type.startsWith('SHIPMENT')) sum.shipped += delta;
    else sum.picked += delta;
  }
  for (const [pickId, sum] of told) {
    const pick = warehouse.stores.picks.find(pickId);
    const total = (of: 'picked' | 'shipped') =>
      (pick?.lines ?? []).reduce((units, line) => units + line[of], 0);
    if (pick?.sequence !== sum.sequence) broken.push(`sequence of ${pickId}`);
    if (total('picked') !== sum.picked) broken.push(`picked of ${pickId}`);
    if (total('shipped') !== sum.shipped) broken.push(`shipped of ${pickId}`);
  }
  return broken;
}

const reached = new Map<string, number>();

it('keeps S1 to S6 and gapless events at every step of random work', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 40, maxLength: 80 }), (steps) => {
      const warehouse = createWarehouse();
      const picks: string[] = [];
      try {
        for (const sku of SKUS) {
          warehouse.run((work) =>
            createProduct(work, {
              ...{ sku, name: sku, lowMark: 2 },
              policy: sku === 'A' ? 'fifo' : 'fefo',
              overPickTolerance: sku === 'A' ? 1 : 0,
            }),
          );
          warehouse.run((work) =>
            moveStock(work, {
              request: { kind: 'receive', sku, location: 'north', qty: 9 },
              causeId: `start:${sku}`,
            }),
          );
        }
        steps.forEach((now, number) => {
          attempt(warehouse, { now, number, picks });
          expect(auditStock(warehouse.sqlite)).toEqual([]);
        });
        expect(brokenEvents(warehouse)).toEqual([]);
        for (const event of warehouse.events) note(event.event_type);
      } finally {
        warehouse.remove();
      }
    }),
    { numRuns: 160 },
  );
}, 120_000);

function attempt(
  warehouse: Warehouse,
  { now, number, picks }: { now: Step; number: number; picks: string[] },
): void {
  const name = now.op === 'move' ? now.kind : now.op;
  try {
    const pickId = warehouse.run((work) => perform({ work, picks, number }, now));
    if (pickId !== undefined) picks.push(pickId);
    note(name);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

function note(name: string): void {
  reached.set(name, (reached.get(name) ?? 0) + 1);
}

afterAll(() => {
  const moves = ['receive', 'count', 'hold', 'unhold', 'scrap', 'transfer'];
  const calls = ['ask', 'patch', 'cancel', 'putback', 'ship'];
  const events = ['CREATED', 'ASSIGNED', 'IN_PROGRESS', 'PARTIAL', 'COMPLETED', 'CANCELLED'].map(
    (status) => `PICK.${status}`,
  );
  for (const name of [...moves, ...calls, ...events, 'SHIPMENT.CREATED', 'INVENTORY.ALERT']) {
    expect(reached.get(name) ?? 0, `accepted ${name}`).toBeGreaterThan(0);
  }
});
