import { describe, expect, it } from 'vitest';
import type { Json } from '../support/product.ts';
import { expectBooksAgree } from '../support/scenario-books.ts';
import { scenarioStage } from '../support/scenario-stage.ts';

const stage = scenarioStage();

/** An order of one line per quantity, each of a SKU of its own, allocated in one pick. */
async function allocated(...quantities: number[]) {
  const skus = await Promise.all(quantities.map(() => stage.newSku(20)));
  const items = quantities.map((qty, index) => ({ sku: skus[index] ?? '', qty }));
  const id = await stage.place(items);
  const seen = await stage.until(id, (order) => order.headline === 'ALLOCATED');
  return { id, skus, pickId: seen.picks[0].pick_id as string };
}

/** What the warehouse answered when it was asked to cancel. */
async function answersOf(pickId: string): Promise<Json[]> {
  const path = `/_sandbox/requests?method=POST&path=/picks/${pickId}/cancel`;
  return (await stage.product().wms('GET', path)).body.items;
}

describe('a cancel before the pick has begun', () => {
  it('is ACCEPTED: all units are free again, the task is closed and the CRM is told', async () => {
    const { id, skus, pickId } = await allocated(4, 1);
    await stage.cancel(id, { reason: 'changed my mind' });
    await stage.untilStage(id, 'CANCELLED');
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines).toMatchObject([{ cancelled: 4 }, { cancelled: 1 }]);
    expect(await stage.totals(skus[0] ?? '')).toMatchObject({ reserved: 0, available: 20 });
    expect((await answersOf(pickId)).map((call) => call.body.reason)).toEqual(['changed my mind']);
    const last = (await stage.crmEvents(id)).at(-1);
    expect(last).toMatchObject({ payload: { status: 'CANCELLED' } });
  });

  it('of one line leaves the others to the same pick', async () => {
    const { id, pickId } = await allocated(2, 3);
    await stage.cancel(id, { lines: [`${id}-2`] });
    await stage.until(id, (order) => order.lines[1].cancelled === 3);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed).toMatchObject({ headline: 'FULFILLED' });
    expect(closed.lines).toMatchObject([{ shipped: 2 }, { shipped: 0, cancelled: 3 }]);
    expect(closed.picks.map((pick: Json) => pick.pick_id)).toEqual([pickId]);
  });

  it('takes what waits for stock off the waiting list, and later goods go to nobody', async () => {
    const sku = await stage.newSku(1);
    const id = await stage.place([{ sku, qty: 4 }]);
    await stage.until(id, (order) => order.lines[0].backordered === 3);
    await stage.cancel(id);
    const closed = await stage.untilStage(id, 'CANCELLED');
    expect(closed.backorders).toMatchObject([{ status: 'CANCELLED' }]);
    await stage.receive(sku, 5);
    await expectBooksAgree(stage, id);
    expect(await stage.totals(sku)).toMatchObject({ reserved: 0, available: 6 });
    expect(await stage.picks(id)).toHaveLength(1);
  });

  it('that beats its order asks the warehouse for nothing', async () => {
    const sku = await stage.newSku(5);
    const product = stage.product();
    await product.crm('PUT', '/_sandbox/webhooks', { mode: 'off' });
    const id = await stage.place([{ sku, qty: 2 }]);
    await product.crm('PUT', '/_sandbox/webhooks', { mode: 'on' });
    await stage.cancel(id);
    await stage.until(id, (order) => order.stage === 'RECEIVED');
    const items = [{ line_id: `${id}-1`, sku, qty: 2 }];
    await stage.speakAsCrm('ORDER.CREATED', { order_id: id, version: 1, items });
    const closed = await stage.untilStage(id, 'CANCELLED');
    expect(closed.picks).toEqual([]);
    expect(await stage.picks(id)).toEqual([]);
    await expectBooksAgree(stage, id);
  });
});

describe('a cancel while the pick is worked on', () => {
  it('is ACCEPTED for the 2 lines of 3 that it can be, and the third continues', async () => {
    const { id, skus, pickId } = await allocated(2, 2, 2);
    await stage.report(pickId, { status: 'PARTIAL', lines: [{ sku: skus[2], picked: 1 }] });
    await stage.until(id, (order) => order.lines[2].picked === 1);
    await stage.cancel(id, { lines: [`${id}-1`, `${id}-2`] });
    await stage.until(id, (order) => order.lines[0].cancelled + order.lines[1].cancelled === 4);
    await stage.report(pickId, { lines: [{ sku: skus[2], picked: 1 }], status: 'COMPLETED' });
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines.map((line: Json) => [line.cancelled, line.shipped])).toEqual([
      [2, 0],
      [2, 0],
      [0, 2],
    ]);
  });

  it('is PARTIALLY_ACCEPTED: what is picked ships and is reported so', async () => {
    const { id, skus, pickId } = await allocated(3, 2);
    await stage.report(pickId, { status: 'PARTIAL', lines: [{ sku: skus[0], picked: 2 }] });
    await stage.until(id, (order) => order.lines[0].picked === 2);
    await stage.cancel(id);
    await stage.until(id, (order) => order.lines[0].cancelled === 1);
    expect((await stage.picks(id))[0]).toMatchObject({ status: 'COMPLETED', outcome: 'SHORT' });
    await stage.ship(pickId);
    await stage.untilStage(id, 'FULFILLED');
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines).toMatchObject([
      { shipped: 2, cancelled: 1 },
      { shipped: 0, cancelled: 2 },
    ]);
  });

  it('whose picked units are put back ends cancelled, and only then are they available', async () => {
    const { id, skus, pickId } = await allocated(3);
    const sku = skus[0] ?? '';
    await stage.report(pickId, { status: 'PARTIAL', lines: [{ sku, picked: 2 }] });
    await stage.until(id, (order) => order.lines[0].picked === 2);
    await stage.cancel(id);
    await stage.until(id, (order) => order.lines[0].cancelled === 1);
    expect(await stage.totals(sku)).toMatchObject({ picked: 2, available: 18 });
    const lines = [{ line_id: `${id}-1`, qty: 2 }];
    const back = await stage.product().wms('POST', `/picks/${pickId}/putback`, { lines });
    expect(back.status).toBe(200);
    await stage.untilStage(id, 'CANCELLED');
    await expectBooksAgree(stage, id);
    expect(await stage.totals(sku)).toMatchObject({ picked: 0, available: 20 });
  });

  it('and its answer lost is asked once more under the same key, with one effect', async () => {
    const { id, skus, pickId } = await allocated(3);
    await stage.report(pickId, { status: 'PARTIAL', lines: [{ sku: skus[0], picked: 1 }] });
    const path = `/picks/${pickId}/cancel`;
    const fault = { method: 'POST', path, kind: 'drop_after', times: 2 };
    expect((await stage.product().wms('POST', '/_sandbox/faults', fault)).status).toBe(201);
    await stage.cancel(id);
    await stage.until(id, (order) => order.lines[0].cancelled === 2);
    const calls = await answersOf(pickId);
    expect(new Set(calls.map((call) => call.idempotency_key)).size).toBe(1);
    expect(calls.filter((call) => call.effect === 'created')).toHaveLength(1);
    await stage.workUntilEnd(id);
    await expectBooksAgree(stage, id);
  });

  it('is overtaken by a new list of the CRM', async () => {
    const { id, skus, pickId } = await allocated(2);
    const sku = skus[0] ?? '';
    await stage.report(pickId, { status: 'IN_PROGRESS' });
    await stage.cancel(id);
    await stage.amend(id, { items: [{ sku, qty: 3 }] });
    await stage.until(id, (order) => order.version === 3 && order.lines[0].allocated === 3);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines[0].shipped).toBe(3);
  });
});

describe('a cancel after the pick is through', () => {
  it('lets its units be put back, which ends it cancelled', async () => {
    const { id, skus, pickId } = await allocated(3);
    await stage.report(pickId, { status: 'COMPLETED' });
    await stage.until(id, (order) => order.lines[0].picked === 3);
    await stage.cancel(id);
    const lines = [{ line_id: `${id}-1`, qty: 3 }];
    await expect
      .poll(
        async () =>
          (await stage.product().wms('POST', `/picks/${pickId}/putback`, { lines })).status,
        { timeout: 10_000 },
      )
      .toBe(200);
    await stage.untilStage(id, 'CANCELLED');
    await expectBooksAgree(stage, id);
    expect(await stage.totals(skus[0] ?? '')).toMatchObject({
      picked: 0,
      available: 20,
    });
  });

  it('of one line does not keep the picked units of another cancelled line from being put back', async () => {
    const { id, skus, pickId } = await allocated(3, 2);
    await stage.report(pickId, {
      status: 'PARTIAL',
      lines: [{ sku: skus[0], picked: 3 }],
    });
    await stage.until(id, (order) => order.lines[0].picked === 3);
    await stage.cancel(id);
    await stage.until(id, (order) => order.lines[1].cancelled === 2);
    const lines = [{ line_id: `${id}-1`, qty: 3 }];
    await expect
      .poll(
        async () =>
          (await stage.product().wms('POST', `/picks/${pickId}/putback`, { lines })).status,
        { timeout: 10_000 },
      )
      .toBe(200);
    await stage.untilStage(id, 'CANCELLED');
    await expectBooksAgree(stage, id);
  });

  it('is asked of the warehouse, which REJECTS it', async () => {
    const { id, pickId } = await allocated(3);
    await stage.report(pickId, { status: 'COMPLETED' });
    await stage.until(id, (order) => order.lines[0].picked === 3);
    await stage.cancel(id, { reason: 'too late' });
    await stage.until(id, ({ timeline }) =>
      timeline.some((entry: Json) => /REJECTED/.test(entry.summary)),
    );
    await stage.ship(pickId);
    await stage.untilStage(id, 'FULFILLED');
    expect((await expectBooksAgree(stage, id)).lines).toMatchObject([{ shipped: 3, cancelled: 0 }]);
  });

  it('of an order that has ended is kept as late', async () => {
    const { id, pickId } = await allocated(1);
    await stage.pickAndShip(pickId);
    await stage.untilStage(id, 'FULFILLED');
    const answer = await stage.speakAsCrm('ORDER.CANCELLED', { order_id: id, version: 2 });
    await stage.eventOnceIt(answer.body.event_id, ({ status }) => status === 'late');
    expect((await expectBooksAgree(stage, id)).stage).toBe('FULFILLED');
  });
});
