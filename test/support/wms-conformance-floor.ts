import { describe, expect, it } from 'vitest';
import type { Pick } from '../../src/contracts/picks.ts';
import { fresh, type Problem, type WmsStage } from './wms-stage.ts';

export function workingOnPicks(stage: WmsStage): void {
  const { post, patch, stocked, receive, createdPick, totals, pickNow, eventsOf } = stage;

  describe('working on a pick', () => {
    it('goes from assigned over partial to complete, with gapless events of exact deltas', async () => {
      const sku = await stocked({ 'zone-A': 5 });
      const { pick_id: id } = await createdPick([{ sku, qty: 5, line_id: 'L1' }]);
      expect(
        (await patch<Pick>(`/picks/${id}`, { status: 'ASSIGNED', assignee: 'kim' })).body.status,
      ).toBe('ASSIGNED');
      await patch(`/picks/${id}`, { status: 'IN_PROGRESS' });
      await patch(`/picks/${id}`, { status: 'PARTIAL', lines: [{ line_id: 'L1', picked: 2 }] });
      const done = await patch<Pick>(`/picks/${id}`, {
        status: 'COMPLETED',
        lines: [{ sku, picked: 3 }],
      });
      expect(done.body).toMatchObject({ status: 'COMPLETED', outcome: 'FULL', sequence: 5 });
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
        ['PICK.ASSIGNED', 2, 0, 0],
        ['PICK.IN_PROGRESS', 3, 0, 0],
        ['PICK.PARTIAL', 4, 2, 2],
        ['PICK.COMPLETED', 5, 3, 5],
      ]);
      expect(events[3]?.lines[0]?.location).toBe('zone-A');
      expect(await totals(sku)).toMatchObject({ on_hand: 5, reserved: 0, picked: 5 });
    });

    it('takes a first report as the first scan, with one event', async () => {
      const sku = await stocked({ 'zone-A': 5 });
      const { pick_id: id } = await createdPick([{ sku, qty: 5 }]);
      const done = await patch<Pick>(`/picks/${id}`, { status: 'COMPLETED' });
      expect(done.body).toMatchObject({ status: 'COMPLETED', outcome: 'FULL', sequence: 2 });
      expect(done.body.lines[0]?.picked).toBe(5);
    });

    it('changes nothing and tells nobody for a patch that says nothing new', async () => {
      const sku = await stocked({ 'zone-A': 5 });
      const pick = await createdPick([{ sku, qty: 5 }]);
      expect((await patch<Pick>(`/picks/${pick.pick_id}`, {})).body).toEqual(pick);
      await patch(`/picks/${pick.pick_id}`, { status: 'IN_PROGRESS' });
      expect(
        (await patch<Pick>(`/picks/${pick.pick_id}`, { status: 'IN_PROGRESS' })).body.sequence,
      ).toBe(2);
    });

    it('counts a report once under one key', async () => {
      const sku = await stocked({ 'zone-A': 5 });
      const { pick_id: id } = await createdPick([{ sku, qty: 5 }]);
      const key = fresh('key');
      await patch(`/picks/${id}`, { lines: [{ sku, picked: 1 }] }, key);
      const again = await patch<Pick>(`/picks/${id}`, { lines: [{ sku, picked: 1 }] }, key);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect((await pickNow(id)).lines[0]?.picked).toBe(1);
    });

    it('refuses illegal steps with the present state', async () => {
      const sku = await stocked({ 'zone-A': 5 });
      const { pick_id: id } = await createdPick([{ sku, qty: 5 }]);
      await patch(`/picks/${id}`, { lines: [{ sku, picked: 1 }] });
      const back = await patch<Problem>(`/picks/${id}`, { status: 'ASSIGNED' });
      expect([back.status, back.body.pick?.status]).toEqual([409, 'IN_PROGRESS']);
      const early = await patch<Problem>(`/picks/${id}`, {
        status: 'COMPLETED',
        lines: [{ sku, picked: 1 }],
      });
      expect([early.status, early.body.pick?.lines[0]?.picked]).toEqual([409, 1]);
      await patch(`/picks/${id}`, { status: 'COMPLETED' });
      const late = await patch<Problem>(`/picks/${id}`, { status: 'PARTIAL' });
      expect([late.status, late.body.pick?.status]).toEqual([409, 'COMPLETED']);
      expect((await pickNow(id)).sequence).toBe(3);
    });

    it('refuses an unknown line and more than is allocated with 422, and an unknown pick with 404', async () => {
      const sku = await stocked({ 'zone-A': 9 });
      const { pick_id: id } = await createdPick([{ sku, qty: 5 }]);
      expect(
        (await patch(`/picks/${id}`, { lines: [{ line_id: 'nope', picked: 1 }] })).status,
      ).toBe(422);
      expect((await patch(`/picks/${id}`, { lines: [{ sku, picked: 6 }] })).status).toBe(422);
      expect((await patch(`/picks/${id}`, { lines: [{ sku, short: 6 }] })).status).toBe(422);
      expect((await patch('/picks/none', { status: 'ASSIGNED' })).status).toBe(404);
      expect(await totals(sku)).toMatchObject({ reserved: 5, picked: 0 });
    });

    it('takes more than requested within the tolerance of the SKU', async () => {
      const sku = await stocked({ 'zone-A': 9 }, { over_pick_tolerance: 1 });
      const { pick_id: id } = await createdPick([{ sku, qty: 5 }]);
      expect((await patch(`/picks/${id}`, { lines: [{ sku, picked: 7 }] })).status).toBe(422);
      const over = await patch<Pick>(`/picks/${id}`, {
        status: 'COMPLETED',
        lines: [{ sku, picked: 6 }],
      });
      expect(over.body).toMatchObject({ status: 'COMPLETED', outcome: 'FULL' });
      expect(over.body.lines[0]).toMatchObject({ requested: 5, picked: 6 });
    });
  });

  describe('units that are not found', () => {
    it('are taken from another bin at once, and are then not short', async () => {
      const sku = await stocked({ 'zone-A': 3, 'zone-B': 3 });
      const { pick_id: id } = await createdPick([{ sku, qty: 3 }], {
        location_preferences: ['zone-A'],
      });
      const answer = await patch<Pick>(`/picks/${id}`, {
        lines: [{ sku, picked: 1, short: 2, reason: 'empty bin' }],
      });
      expect(answer.body).toMatchObject({ status: 'IN_PROGRESS' });
      expect(answer.body.lines[0]).toMatchObject({ picked: 1, allocated: 2, short: 0 });
      expect((await eventsOf(id, 2)).at(-1)?.lines[0]).toMatchObject({
        short: 0,
        reason: 'empty bin',
      });
      expect(await totals(sku)).toMatchObject({ held: 2, reserved: 2, available: 1 });
    });

    it('stay the warehouse’s, and come with the next receipt before anyone else gets it', async () => {
      const sku = await stocked({ 'zone-A': 3 });
      const { pick_id: id } = await createdPick([{ sku, qty: 3 }]);
      const partial = await patch<Pick>(`/picks/${id}`, {
        status: 'PARTIAL',
        lines: [{ sku, picked: 2, short: 1 }],
      });
      expect(partial.body.lines[0]).toMatchObject({ picked: 2, allocated: 0, short: 0 });
      expect(await totals(sku)).toMatchObject({ held: 1, available: 0 });
      await receive({ sku, location: 'zone-B', qty: 1 });
      expect(await pickNow(id)).toMatchObject({ status: 'IN_PROGRESS', lines: [{ allocated: 1 }] });
      expect(await totals(sku)).toMatchObject({ reserved: 1, available: 0 });
      await patch(`/picks/${id}`, { status: 'COMPLETED' });
      const events = await eventsOf(id, 4);
      expect(events.map(({ type, lines }) => [type, lines[0]?.short])).toEqual([
        ['PICK.CREATED', 0],
        ['PICK.PARTIAL', 1],
        ['PICK.IN_PROGRESS', 0],
        ['PICK.COMPLETED', 0],
      ]);
      expect(await pickNow(id)).toMatchObject({ outcome: 'FULL' });
    });

    it('are given to the most urgent pick first', async () => {
      const sku = await stocked({ 'zone-A': 2 });
      const low = await createdPick([{ sku, qty: 1 }], { priority: 'low' });
      const urgent = await createdPick([{ sku, qty: 1 }], { priority: 'urgent' });
      for (const { pick_id } of [low, urgent])
        await patch(`/picks/${pick_id}`, { lines: [{ sku, short: 1 }] });
      await receive({ sku, location: 'zone-A', qty: 1 });
      expect((await pickNow(urgent.pick_id)).status).toBe('IN_PROGRESS');
      expect((await pickNow(low.pick_id)).status).toBe('PARTIAL');
    });

    it('may be found again by the picker', async () => {
      const sku = await stocked({ 'zone-A': 2 });
      const { pick_id: id } = await createdPick([{ sku, qty: 2 }]);
      await patch(`/picks/${id}`, { lines: [{ sku, picked: 1, short: 1 }] });
      const done = await patch<Pick>(`/picks/${id}`, {
        status: 'COMPLETED',
        lines: [{ sku, picked: 1 }],
      });
      expect(done.body).toMatchObject({ outcome: 'FULL', lines: [{ picked: 2 }] });
      expect(await totals(sku)).toMatchObject({ picked: 2, held: 0 });
    });

    it('of an earlier report are closed only by short_close, and then wait for a count', async () => {
      const sku = await stocked({ 'zone-A': 3 });
      const { pick_id: id } = await createdPick([{ sku, qty: 3 }]);
      await patch(`/picks/${id}`, { status: 'PARTIAL', lines: [{ sku, picked: 1, short: 1 }] });
      expect((await patch(`/picks/${id}`, { status: 'COMPLETED' })).status).toBe(409);
      const closed = await patch<Pick>(`/picks/${id}`, { status: 'COMPLETED', short_close: true });
      expect(closed.body).toMatchObject({ status: 'COMPLETED', outcome: 'SHORT' });
      expect(closed.body.lines[0]).toMatchObject({ picked: 1, allocated: 0, short: 2 });
      expect(await totals(sku)).toMatchObject({ on_hand: 3, held: 2, available: 0 });
      const counted = { kind: 'count', sku, location: 'zone-A', qty: -2, reason: 'cycle count' };
      expect((await post('/inventory/movements', counted)).status).toBe(201);
      expect(await totals(sku)).toMatchObject({ on_hand: 1, held: 0, available: 0 });
    });

    it('are closed by the COMPLETED that they are reported with', async () => {
      const sku = await stocked({ 'zone-A': 3 });
      const { pick_id: id } = await createdPick([{ sku, qty: 3 }]);
      const done = await patch<Pick>(`/picks/${id}`, {
        status: 'COMPLETED',
        lines: [{ sku, picked: 2, short: 1 }],
      });
      expect(done.body).toMatchObject({ status: 'COMPLETED', outcome: 'SHORT' });
      expect(done.body.lines[0]).toMatchObject({ picked: 2, allocated: 0, short: 1 });
      expect(await totals(sku)).toMatchObject({ picked: 2, held: 1, available: 0 });
    });

    it('end a pick of which nothing was picked as cancelled for want of stock', async () => {
      const sku = await stocked({ 'zone-A': 3 });
      const { pick_id: id } = await createdPick([{ sku, qty: 3 }]);
      const closed = await patch<Pick>(`/picks/${id}`, { status: 'COMPLETED', short_close: true });
      expect(closed.body).toMatchObject({ status: 'CANCELLED', outcome: 'no_stock' });
      expect((await eventsOf(id, 2)).at(-1)?.type).toBe('PICK.CANCELLED');
    });
  });
}
