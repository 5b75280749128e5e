import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/contracts/inventory.ts';
import type { Pick } from '../../src/contracts/picks.ts';
import { eventually } from './eventually.ts';
import { fresh, pickRequest, type Answer, type WmsStage } from './wms-stage.ts';

export function movingStock(stage: WmsStage): void {
  const { get, post, patch, stocked, createdPick, totals, pickNow, eventsOf, alertsOf } = stage;

  describe('stock', () => {
    it('moves under a key, once, and shows its ledger', async () => {
      const sku = await stocked({});
      const body = { kind: 'receive', sku, location: 'zone-A', qty: 4, lot: 'L-1' };
      expect((await post('/inventory/movements', body, null)).status).toBe(400);
      const key = fresh('key');
      const first = await post<{ movement_id: string }>('/inventory/movements', body, key);
      const second = await post('/inventory/movements', body, key);
      expect([first.status, second.status]).toEqual([201, 201]);
      expect(second.body).toEqual(first.body);
      expect(second.headers.get('idempotency-replayed')).toBe('true');
      expect((await get<Inventory>(`/inventory?sku=${sku}`)).body.items).toEqual([
        {
          sku,
          location: 'zone-A',
          lot: 'L-1',
          on_hand: 4,
          reserved: 0,
          picked: 0,
          held: 0,
          available: 4,
        },
      ]);
      const ledger = await get<{ items: unknown[] }>(`/inventory/movements?sku=${sku}`);
      expect(ledger.body.items).toEqual([first.body]);
    });

    it('holds, releases, scraps, counts and transfers within what there is', async () => {
      const sku = await stocked({ 'zone-A': 10 });
      const move = async (kind: string, qty: number, extra = {}) =>
        (await post('/inventory/movements', { kind, sku, location: 'zone-A', qty, ...extra }))
          .status;
      expect(await move('hold', 4)).toBe(201);
      expect(await move('hold', 7)).toBe(409);
      expect(await move('unhold', 1)).toBe(201);
      expect(await move('scrap', 2)).toBe(201);
      expect(await move('scrap', 2)).toBe(409);
      expect(await move('count', 3)).toBe(201);
      expect(await move('count', 0)).toBe(422);
      expect(await move('transfer', 5, { to_location: 'zone-B' })).toBe(201);
      expect(await move('transfer', 99, { to_location: 'zone-B' })).toBe(409);
      expect(await move('transfer', 1)).toBe(422);
      expect(await move('receive', -1)).toBe(422);
      expect(await totals(sku)).toEqual({
        on_hand: 11,
        reserved: 0,
        picked: 0,
        held: 1,
        available: 10,
      });
    });

    it('that a count finds missing is taken from the least urgent reservation', async () => {
      const sku = await stocked({ 'zone-A': 4 });
      const urgent = await createdPick([{ sku, qty: 2 }], { priority: 'urgent' });
      const low = await createdPick([{ sku, qty: 2 }], { priority: 'low' });
      const body = { kind: 'count', sku, location: 'zone-A', qty: -1, reason: 'cycle count' };
      expect((await post('/inventory/movements', body)).status).toBe(201);
      expect((await pickNow(urgent.pick_id)).lines[0]?.allocated).toBe(2);
      expect(await pickNow(low.pick_id)).toMatchObject({
        status: 'PARTIAL',
        lines: [{ allocated: 1 }],
      });
      expect((await eventsOf(low.pick_id, 2)).at(-1)?.lines[0]).toMatchObject({
        short: 1,
        reason: 'allocation_lost',
      });
    });

    it('of a FEFO product leaves by expiry, and a lot that is asked for is the only one taken', async () => {
      const sku = await stocked({}, { reservation_policy: 'fefo' });
      const lots = { late: '2030-01-01T00:00:00Z', soon: '2027-01-01T00:00:00Z' };
      for (const [lot, expires_at] of Object.entries(lots)) {
        await post('/inventory/movements', {
          kind: 'receive',
          sku,
          location: 'zone-A',
          qty: 2,
          lot,
          expires_at,
        });
      }
      await createdPick([{ sku, qty: 1 }]);
      await createdPick([{ sku, qty: 1, lot: 'late' }]);
      const { items } = (await get<Inventory>(`/inventory?sku=${sku}`)).body;
      expect(items.map(({ lot, reserved }) => [lot, reserved])).toEqual([
        ['late', 1],
        ['soon', 1],
      ]);
      expect((await post('/picks', pickRequest([{ sku, qty: 1, lot: 'other' }]))).status).toBe(409);
    });

    it('is told of when it comes from nothing, rises, runs low or runs out, and not otherwise', async () => {
      const sku = await stocked({ 'zone-A': 10 }, { low_mark: 3 });
      await createdPick([{ sku, qty: 2 }]);
      await createdPick([{ sku, qty: 6 }]);
      const { pick_id: last } = await createdPick([{ sku, qty: 2 }]);
      await post(`/picks/${last}/cancel`, {});
      await eventually(() => alertsOf(sku).length >= 4, 10_000);
      const changes = alertsOf(sku).map(
        ({ previous, available }) => `${String(previous)} to ${String(available)}`,
      );
      expect(changes.toSorted()).toEqual(['0 to 10', '0 to 2', '2 to 0', '8 to 2']);
      expect(alertsOf(sku)[0]).toMatchObject({ location: 'zone-A', cause: 'receive' });
    });
  });

  describe('listing', () => {
    it('pages picks by their last change without losing one', async () => {
      const sku = await stocked({ 'zone-A': 50 });
      const order_id = fresh('ORD');
      const since = new Date().toISOString();
      const made = await Promise.all(
        Array.from({ length: 7 }, () => createdPick([{ sku, qty: 1 }], { order_id })),
      );
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query = new URLSearchParams({ order_id, updated_since: since, limit: '3' });
        if (cursor !== '') query.set('cursor', cursor);
        const page: Answer<{ items: Pick[]; next: string | null }> = await get(
          `/picks?${query.toString()}`,
        );
        seen.push(...page.body.items.map((pick) => pick.pick_id));
        cursor = page.body.next;
      }
      expect(seen.toSorted()).toEqual(made.map((pick) => pick.pick_id).toSorted());
      const last =
        made
          .map((pick) => pick.updated_at)
          .toSorted()
          .at(-1) ?? '';
      const inclusive = await get<{ items: Pick[] }>(
        `/picks?order_id=${order_id}&updated_since=${last}`,
      );
      expect(inclusive.body.items.length).toBeGreaterThan(0);
      expect((await get('/picks?cursor=nonsense')).status).toBe(422);
    });

    it('finds a pick by reference and by status', async () => {
      const sku = await stocked({ 'zone-A': 50 });
      const reference = fresh('pick:order');
      const { pick_id } = await createdPick([{ sku, qty: 1 }], { reference });
      const by = async (query: string) =>
        (await get<{ items: Pick[] }>(`/picks?${query}`)).body.items.map((pick) => pick.pick_id);
      expect(await by(`reference=${reference}`)).toEqual([pick_id]);
      expect(await by(`reference=${reference}&status=COMPLETED`)).toEqual([]);
    });

    it('pages the whole stock with the totals of the warehouse', async () => {
      const sku = await stocked({ 'zone-A': 1, 'zone-B': 2 });
      const skus: string[] = [];
      let path: string | null = '/inventory?limit=2';
      while (path !== null) {
        const page: Answer<Inventory> = await get(path);
        skus.push(
          ...page.body.items.map((item) => [item.sku, item.location, item.lot ?? ''].join(' ')),
        );
        expect(page.body.totals.on_hand).toBeGreaterThanOrEqual(3);
        path = page.body.next == null ? null : `/inventory?limit=2&cursor=${page.body.next}`;
      }
      expect(skus.filter((seen) => seen.startsWith(`${sku} `))).toEqual([
        `${sku} zone-A `,
        `${sku} zone-B `,
      ]);
      expect(new Set(skus).size).toBe(skus.length);
      expect((await get('/inventory?sku=unknown')).body).toMatchObject({ items: [] });
    });

    it('keeps products and locations', async () => {
      const sku = await stocked({});
      expect((await post('/products', { sku, name: 'again' })).status).toBe(409);
      const changed = await patch(`/products/${sku}`, { name: 'Lamp', low_mark: 4 });
      expect(changed.body).toMatchObject({
        sku,
        name: 'Lamp',
        low_mark: 4,
        reservation_policy: 'fifo',
      });
      const location = fresh('dock');
      expect((await post('/locations', { location })).status).toBe(201);
      expect((await patch(`/locations/${location}`, { name: 'Dock' })).body).toMatchObject({
        name: 'Dock',
      });
      expect((await get(`/locations/${location}`)).body).toMatchObject({ location, name: 'Dock' });
      const list = await get<{ items: { location: string }[] }>('/locations?limit=500');
      expect(list.body.items.map((item) => item.location)).toContain(location);
    });
  });
}
