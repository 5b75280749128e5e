import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/contracts/inventory.ts';
import { PickSchema, type Pick } from '../../src/contracts/picks.ts';
import { fresh, pickRequest, type Problem, type WmsStage } from './wms-stage.ts';

export function askingForPicks(stage: WmsStage): void {
  const { get, post, patch, stocked, receive, createdPick, totals } = stage;

  describe('asking for a pick', () => {
    it('answers 200 with the pick when everything is reserved', async () => {
      const sku = await stocked({ 'zone-A': 5 });
      const answer = await post<Pick>(
        '/picks',
        pickRequest([{ sku, qty: 3 }], { reference: fresh('ref') }),
      );
      expect(answer.status).toBe(200);
      const pick = PickSchema.parse(answer.body);
      expect(pick).toMatchObject({
        status: 'CREATED',
        outcome: null,
        priority: 'high',
        sequence: 1,
      });
      expect(pick.lines).toEqual([
        {
          ...{ line_id: `${pick.order_id}-1`, sku, requested: 3, allocated: 3 },
          ...{ picked: 0, shipped: 0, short: 0, cancelled: 0 },
        },
      ]);
      expect(await totals(sku)).toEqual({
        on_hand: 5,
        reserved: 3,
        picked: 0,
        held: 0,
        available: 2,
      });
      expect((await get(`/picks/${pick.pick_id}`)).body).toEqual(pick);
    });

    it('answers 202 when only a part is reserved, and closes the rest short at once', async () => {
      const sku = await stocked({ 'zone-A': 2 });
      const answer = await post<Pick>('/picks', pickRequest([{ sku, qty: 5, line_id: 'L1' }]));
      expect(answer.status).toBe(202);
      expect(answer.body.lines).toMatchObject([{ line_id: 'L1', allocated: 2, short: 3 }]);
    });

    it('answers 409 out-of-stock without a pick when nothing can be allocated', async () => {
      const sku = await stocked({});
      const request = pickRequest([{ sku, qty: 2 }]);
      const answer = await post<Problem>('/picks', request, 'k-' + sku);
      expect(answer.status).toBe(409);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body.type).toMatch(/out-of-stock$/);
      expect(answer.body.suggested_resolution).toBe('backorder');
      expect(answer.body.lines).toMatchObject([{ sku, requested: 2, available: 0 }]);
      expect((await get(`/picks?order_id=${request.payload.order_id}`)).body).toMatchObject({
        items: [],
      });
      await receive({ sku, location: 'zone-A', qty: 9 });
      const again = await post<Problem>('/picks', request, 'k-' + sku);
      expect(again.status).toBe(409);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
    });

    it('reserves nothing when not everything is there and the policy is all_or_nothing', async () => {
      const sku = await stocked({ 'zone-A': 2 });
      const answer = await post<Problem>(
        '/picks',
        pickRequest([{ sku, qty: 3 }], { policy: 'all_or_nothing' }),
      );
      expect(answer.status).toBe(409);
      expect(answer.body.lines).toMatchObject([{ available: 2 }]);
      expect((await totals(sku)).reserved).toBe(0);
    });

    it('gives the stored answer to the same key and body, and 409 to another body', async () => {
      const sku = await stocked({ 'zone-A': 5 });
      const request = pickRequest([{ sku, qty: 1 }]);
      const key = fresh('key');
      const first = await post<Pick>('/picks', request, key);
      const second = await post<Pick>('/picks', request, key);
      expect([second.status, second.body]).toEqual([first.status, first.body]);
      expect(first.headers.get('idempotency-replayed')).toBeNull();
      expect(second.headers.get('idempotency-replayed')).toBe('true');
      const other = await post<Problem>('/picks', pickRequest([{ sku, qty: 2 }]), key);
      expect(other.status).toBe(409);
      expect(other.body.type).toMatch(/idempotency-key-reused$/);
      expect((await totals(sku)).reserved).toBe(1);
    });

    it('makes one pick of one key that arrives many times at once', async () => {
      const sku = await stocked({ 'zone-A': 50 });
      const request = pickRequest([{ sku, qty: 2 }]);
      const key = fresh('key');
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => post<Pick>('/picks', request, key)),
      );
      expect(new Set(answers.map((answer) => answer.body.pick_id)).size).toBe(1);
      expect((await totals(sku)).reserved).toBe(2);
    });

    it('never gives a unit to two picks that ask at once', async () => {
      const sku = await stocked({ 'zone-A': 10 });
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => post<Pick>('/picks', pickRequest([{ sku, qty: 1 }]))),
      );
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(10);
      expect(answers.filter((answer) => answer.status === 409)).toHaveLength(20);
      expect(await totals(sku)).toMatchObject({ reserved: 10, available: 0 });
    });

    it('refuses a call without a key with 400, and a body that does not fit with 422', async () => {
      const sku = await stocked({ 'zone-A': 5 });
      const missing = await post<Problem>('/picks', pickRequest([{ sku, qty: 1 }]), null);
      expect(missing.status).toBe(400);
      expect(missing.body.type).toMatch(/idempotency-key-missing$/);
      const wrong = await post<Problem>('/picks', pickRequest([{ sku, qty: 0 }]));
      expect(wrong.status).toBe(422);
      expect(wrong.body.errors?.[0]?.pointer).toBe('/payload/line_items/0/qty');
    });

    it('names the SKU that it does not know', async () => {
      const answer = await post<Problem>(
        '/picks',
        pickRequest([{ sku: 'SKU-NOBODY-KNOWS', qty: 1 }]),
      );
      expect(answer.status).toBe(422);
      expect(answer.body.detail).toContain('SKU-NOBODY-KNOWS');
    });

    it('honours a free pick_id, and refuses one that is taken', async () => {
      const sku = await stocked({ 'zone-A': 5 });
      const pick_id = fresh('PICK');
      const first = await post<Pick>('/picks', pickRequest([{ sku, qty: 1 }], { pick_id }));
      expect(first.body.pick_id).toBe(pick_id);
      expect((await post('/picks', pickRequest([{ sku, qty: 1 }], { pick_id }))).status).toBe(409);
      expect((await totals(sku)).reserved).toBe(1);
    });

    it('refuses a reference in use, names its pick, and takes it again once that is cancelled', async () => {
      const sku = await stocked({ 'zone-A': 5 });
      const reference = fresh('pick:order:1');
      const first = await createdPick([{ sku, qty: 1 }], { reference });
      const second = await post<Problem>('/picks', pickRequest([{ sku, qty: 1 }], { reference }));
      expect(second.status).toBe(409);
      expect(second.body.type).toMatch(/duplicate-reference$/);
      expect(second.body.pick_id).toBe(first.pick_id);
      await post(`/picks/${first.pick_id}/cancel`, {});
      expect((await post('/picks', pickRequest([{ sku, qty: 1 }], { reference }))).status).toBe(
        200,
      );
    });

    it('reserves at the preferred location first', async () => {
      const sku = await stocked({ 'zone-A': 5, 'zone-B': 5 });
      await createdPick([{ sku, qty: 7 }], { location_preferences: ['zone-B', 'zone-A'] });
      const { items } = (await get<Inventory>(`/inventory?sku=${sku}`)).body;
      expect(items.map(({ location, reserved }) => [location, reserved])).toEqual([
        ['zone-A', 2],
        ['zone-B', 5],
      ]);
    });

    it('keeps two lines of one SKU apart', async () => {
      const sku = await stocked({ 'zone-A': 3 });
      const pick = await createdPick([
        { sku, qty: 2 },
        { sku, qty: 2 },
      ]);
      expect(pick.lines.map((line) => line.allocated)).toEqual([2, 1]);
      const ambiguous = await patch(`/picks/${pick.pick_id}`, { lines: [{ sku, picked: 1 }] });
      expect(ambiguous.status).toBe(422);
    });
  });
}
