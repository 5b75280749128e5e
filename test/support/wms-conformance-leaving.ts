import { describe, expect, it } from 'vitest';
import type { Pick } from '../../src/contracts/picks.ts';
import { fresh, type CancelAnswer, type WmsStage } from './wms-stage.ts';

export function cancellingAndShipping(stage: WmsStage): void {
  const { get, post, patch, stocked, createdPick, totals, pickNow, eventsOf } = stage;

  describe('cancelling', () => {
    it('gives everything back while nobody has started', async () => {
      const sku = await stocked({ 'zone-A': 3 });
      const { pick_id: id } = await createdPick([{ sku, qty: 3, line_id: 'L1' }]);
      const answer = await post<CancelAnswer>(`/picks/${id}/cancel`, { reason: 'customer' });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        ...{ result: 'ACCEPTED', lines: [{ line_id: 'L1', cancelled: 3, kept: 0 }] },
        pick: {
          status: 'CANCELLED',
          outcome: 'cancelled',
          lines: [{ cancelled: 3, allocated: 0 }],
        },
      });
      expect(await totals(sku)).toMatchObject({ reserved: 0, available: 3 });
    });

    it('keeps what is picked, and lets it be put back', async () => {
      const sku = await stocked({ 'zone-A': 3 });
      const { pick_id: id } = await createdPick([{ sku, qty: 3, line_id: 'L1' }]);
      await patch(`/picks/${id}`, { lines: [{ sku, picked: 2 }] });
      const early = await post(`/picks/${id}/putback`, { lines: [{ line_id: 'L1', qty: 1 }] });
      expect(early.status).toBe(409);
      const key = fresh('key');
      const answer = await post<CancelAnswer>(`/picks/${id}/cancel`, {}, key);
      expect(answer.body).toMatchObject({
        ...{ result: 'PARTIALLY_ACCEPTED', lines: [{ cancelled: 1, kept: 2 }] },
        pick: { status: 'COMPLETED', outcome: 'SHORT' },
      });
      expect((await post<CancelAnswer>(`/picks/${id}/cancel`, {}, key)).body).toEqual(answer.body);
      expect(await totals(sku)).toMatchObject({ picked: 2, available: 1 });
      const back = await post<Pick>(`/picks/${id}/putback`, { lines: [{ line_id: 'L1', qty: 2 }] });
      expect(back.body.lines[0]).toMatchObject({ picked: 0, cancelled: 3 });
      expect(await totals(sku)).toMatchObject({ picked: 0, available: 3 });
      expect(
        (await post(`/picks/${id}/putback`, { lines: [{ line_id: 'L1', qty: 1 }] })).status,
      ).toBe(422);
      expect((await eventsOf(id, 4)).at(-1)?.lines[0]).toMatchObject({
        delta: -2,
        cumulative: 0,
        cancelled: 3,
      });
    });

    it('cancels single lines and leaves the rest to the picker', async () => {
      const sku = await stocked({ 'zone-A': 9 });
      const { pick_id: id } = await createdPick([
        { sku, qty: 2, line_id: 'L1' },
        { sku, qty: 3, line_id: 'L2' },
      ]);
      const answer = await post<CancelAnswer>(`/picks/${id}/cancel`, { lines: ['L2'] });
      expect(answer.body).toMatchObject({ result: 'ACCEPTED', pick: { status: 'CREATED' } });
      expect((await patch<Pick>(`/picks/${id}`, { status: 'COMPLETED' })).body).toMatchObject({
        ...{ status: 'COMPLETED', outcome: 'SHORT' },
        lines: [{ picked: 2 }, { picked: 0, cancelled: 3 }],
      });
      expect((await post(`/picks/${id}/cancel`, { lines: ['L9'] })).status).toBe(422);
    });

    it('is rejected when all is picked or the pick has ended', async () => {
      const sku = await stocked({ 'zone-A': 3 });
      const { pick_id: id } = await createdPick([{ sku, qty: 3 }]);
      await patch(`/picks/${id}`, { lines: [{ sku, picked: 3 }] });
      for (const status of ['IN_PROGRESS', 'COMPLETED']) {
        await patch(`/picks/${id}`, { status });
        const answer = await post<CancelAnswer>(`/picks/${id}/cancel`, {});
        expect(answer.body).toMatchObject({
          result: 'REJECTED',
          lines: [{ cancelled: 0, kept: 3 }],
        });
        expect(answer.body.reason).not.toBe('');
      }
      expect((await post('/picks/none/cancel', {})).status).toBe(404);
    });
  });

  describe('shipping', () => {
    it('takes picked units out of the warehouse and goes on in the pick’s sequence', async () => {
      const sku = await stocked({ 'zone-A': 5 });
      const { pick_id: id } = await createdPick([{ sku, qty: 5, line_id: 'L1' }]);
      await patch(`/picks/${id}`, { status: 'COMPLETED' });
      const part = await post<{ shipment_id: string }>('/shipments', {
        ...{ pick_id: id, carrier: 'dhl', tracking: '1Z', lines: [{ line_id: 'L1', qty: 2 }] },
      });
      expect(part.status).toBe(201);
      expect(
        (await post('/shipments', { pick_id: id, carrier: 'dhl', lines: [{ sku, qty: 4 }] }))
          .status,
      ).toBe(422);
      expect((await post('/shipments', { pick_id: id, carrier: 'dhl' })).status).toBe(201);
      expect((await post('/shipments', { pick_id: id, carrier: 'dhl' })).status).toBe(422);
      const path = `/shipments/${part.body.shipment_id}`;
      expect((await post(`${path}/delivered`, {})).body).toMatchObject({ status: 'DELIVERED' });
      await post(`${path}/delivered`, {});
      const events = await eventsOf(id, 5);
      expect(
        events.map(({ type, sequence, lines }) => [
          type,
          sequence,
          lines[0]?.delta,
          lines[0]?.cumulative,
        ]),
      ).toEqual([
        ['PICK.CREATED', 1, 0, 0],
        ['PICK.COMPLETED', 2, 5, 5],
        ['SHIPMENT.CREATED', 3, 2, 2],
        ['SHIPMENT.CREATED', 4, 3, 5],
        ['SHIPMENT.DELIVERED', 5, 0, 5],
      ]);
      expect(events[2]?.shipment_id).toBe(part.body.shipment_id);
      expect(await totals(sku)).toEqual({
        on_hand: 0,
        reserved: 0,
        picked: 0,
        held: 0,
        available: 0,
      });
      expect((await pickNow(id)).lines[0]).toMatchObject({ picked: 5, shipped: 5 });
      expect((await get<{ items: unknown[] }>(`/shipments?pick_id=${id}`)).body.items).toHaveLength(
        2,
      );
      expect((await get(path)).body).toMatchObject({
        tracking: '1Z',
        lines: [{ line_id: 'L1', qty: 2 }],
      });
    });

    it('ships once under one key', async () => {
      const sku = await stocked({ 'zone-A': 5 });
      const { pick_id: id } = await createdPick([{ sku, qty: 5 }]);
      await patch(`/picks/${id}`, { status: 'COMPLETED' });
      const key = fresh('key');
      const body = { pick_id: id, carrier: 'dhl', lines: [{ sku, qty: 1 }] };
      const answers = [await post('/shipments', body, key), await post('/shipments', body, key)];
      expect(answers.map((answer) => answer.status)).toEqual([201, 201]);
      expect((await totals(sku)).on_hand).toBe(4);
    });
  });
}
