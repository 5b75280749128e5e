import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { PickEventSchema } from '../../src/contracts/picks.ts';
import { auditStock } from '../support/wms-audit.ts';
import { anyStep, attempt, stockUp, X1_EXPIRES_AT } from '../support/wms-random-work.ts';
import { createWarehouse, type Warehouse } from '../support/wms-warehouse.ts';

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

/** Units of a lot that left their bin after it had expired. */
function pickedExpired(warehouse: Warehouse): unknown[] {
  return warehouse.sqlite
    .prepare(`select * from movements where kind = 'pick' and lot = 'X1' and at >= ?`)
    .all(X1_EXPIRES_AT);
}

const reached = new Map<string, number>();

it('keeps S1 to S6 and gapless events at every step of random work', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 40, maxLength: 80 }), (steps) => {
      const warehouse = createWarehouse();
      const picks: string[] = [];
      try {
        stockUp(warehouse);
        steps.forEach((now, number) => {
          note(attempt(warehouse, { now, number, picks }));
          expect(auditStock(warehouse.sqlite)).toEqual([]);
        });
        expect(brokenEvents(warehouse)).toEqual([]);
        expect(pickedExpired(warehouse)).toEqual([]);
        for (const event of warehouse.events) note(event.event_type);
      } finally {
        warehouse.remove();
      }
    }),
    { numRuns: 160 },
  );
}, 120_000);

function note(name: string | undefined): void {
  if (name === undefined) return;
  reached.set(name, (reached.get(name) ?? 0) + 1);
}

afterAll(() => {
  const moves = ['receive', 'count', 'hold', 'unhold', 'scrap', 'transfer'];
  const calls = ['ask', 'patch', 'cancel', 'putback', 'ship', 'expire'];
  const events = ['CREATED', 'ASSIGNED', 'IN_PROGRESS', 'PARTIAL', 'COMPLETED', 'CANCELLED'].map(
    (status) => `PICK.${status}`,
  );
  for (const name of [...moves, ...calls, ...events, 'SHIPMENT.CREATED', 'INVENTORY.ALERT']) {
    expect(reached.get(name) ?? 0, `accepted ${name}`).toBeGreaterThan(0);
  }
});
