import { describe, expect, it } from 'vitest';
import type { Json } from '../support/product.ts';
import { expectBooksAgree } from '../support/scenario-books.ts';
import { scenarioStage, type ItemAsked } from '../support/scenario-stage.ts';

const stage = scenarioStage();

async function allocated(items: ItemAsked[]): Promise<{ id: string; pickId: string }> {
  const id = await stage.place(items);
  const seen = await stage.until(id, (order) => order.headline === 'ALLOCATED');
  return { id, pickId: seen.picks[0].pick_id };
}

async function wmsWebhooks(mode: 'on' | 'off'): Promise<void> {
  const set = await stage.product().wms('PUT', '/_sandbox/webhooks', { mode });
  expect(set.status).toBe(200);
}

describe('deltas', () => {
  it('of two lines of one SKU, the second first, move the line that they name', async () => {
    const sku = await stage.newSku(10);
    const { id, pickId } = await allocated([
      { sku, qty: 3 },
      { sku, qty: 4 },
    ]);
    const second = { line_id: `${id}-2`, picked: 4 };
    await stage.report(pickId, { status: 'PARTIAL', lines: [second] });
    const seen = await stage.until(id, (order) => order.lines[1].picked === 4);
    expect(seen.lines).toMatchObject([
      { allocated: 3, picked: 0 },
      { allocated: 0, picked: 4 },
    ]);
    await stage.report(pickId, { status: 'PARTIAL', lines: [{ line_id: `${id}-1`, picked: 1 }] });
    await stage.until(id, (order) => order.lines[0].picked === 1);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines.map((line: Json) => line.shipped)).toEqual([3, 4]);
  });

  it('that come again with another quantity are ignored, shown as drift and asked about', async () => {
    const sku = await stage.newSku(10);
    const { id, pickId } = await allocated([{ sku, qty: 5 }]);
    await stage.report(pickId, { status: 'PARTIAL', lines: [{ sku, picked: 2 }] });
    await stage.until(id, (order) => order.lines[0].picked === 2);
    const first = await stage.sent(pickId, 2);
    const [line] = first.payload.lines as Json[];
    const lines = [{ ...line, delta: 4, cumulative: 4 }];
    const again = await stage.speakAsWms(first, { lines });
    const event = await stage.eventOnceIt(
      again.body.event_id,
      ({ status }) => status === 'applied',
    );
    expect(event.result.state).toBe('ignored');
    const seen = await stage.until(id, ({ timeline }) =>
      timeline.some((entry: Json) => entry.kind === 'drift' && /other content/.test(entry.summary)),
    );
    expect(seen.lines).toMatchObject([{ picked: 2, allocated: 3 }]);
    await stage.workUntilEnd(id);
    expect((await expectBooksAgree(stage, id)).lines).toMatchObject([{ shipped: 5 }]);
  });

  it('that disagree with their cumulative yield to the account of the warehouse', async () => {
    const sku = await stage.newSku(10);
    const { id, pickId } = await allocated([{ sku, qty: 5 }]);
    const created = await stage.sent(pickId, 1);
    await wmsWebhooks('off');
    await stage.report(pickId, { status: 'PARTIAL', lines: [{ sku, picked: 3 }] });
    const [line] = created.payload.lines as Json[];
    await stage.speakAsWms(
      { ...created, event_type: 'PICK.PARTIAL' },
      { status: 'PARTIAL', sequence: 2, lines: [{ ...line, delta: 1, cumulative: 4 }] },
    );
    await stage.until(id, (order) => order.lines[0].picked === 3);
    await wmsWebhooks('on');
    await stage.workUntilEnd(id);
    expect((await expectBooksAgree(stage, id)).lines).toMatchObject([{ shipped: 5 }]);
  });

  it('of a pick whose request is not answered yet are applied once it is', async () => {
    const sku = await stage.newSku(10);
    const { wms } = stage.product();
    const fault = { method: 'POST', path: '/picks', kind: 'drop_after', times: 1000 };
    expect((await wms('POST', '/_sandbox/faults', fault)).status).toBe(201);
    const id = await stage.place([{ sku, qty: 2 }]);
    const pick = await expect
      .poll(async () => (await stage.picks(id))[0], { timeout: 10_000 })
      .toBeDefined()
      .then(async () => (await stage.picks(id))[0]);
    await stage.report(pick.pick_id, { status: 'PARTIAL', lines: [{ sku, picked: 1 }] });
    expect((await wms('DELETE', '/_sandbox/faults')).status).toBe(204);
    await stage.until(id, (order) => order.lines[0].picked === 1);
    // The account by which the request was answered may contain the event already.
    await stage.eventOnceIt(`evt_wms_${pick.pick_id}_2`, ({ result }) =>
      ['applied', 'ignored'].includes(result?.state),
    );
    await stage.workUntilEnd(id);
    expect((await expectBooksAgree(stage, id)).picks).toHaveLength(1);
  });
});

describe('a short pick', () => {
  it('of 3 of 10 is made up from another bin, and the pick ends FULL', async () => {
    const sku = await stage.newSku(10);
    await stage.receive(sku, 10, 'zone-B');
    const { id, pickId } = await allocated([{ sku, qty: 10 }]);
    const lines = [{ sku, picked: 7, short: 3, reason: 'bin empty', location: 'zone-A' }];
    await stage.report(pickId, { status: 'IN_PROGRESS', lines });
    await stage.report(pickId, { status: 'COMPLETED' });
    expect((await stage.picks(id))[0]).toMatchObject({ status: 'COMPLETED', outcome: 'FULL' });
    await stage.ship(pickId);
    await stage.untilStage(id, 'FULFILLED');
    const closed = await expectBooksAgree(stage, id);
    expect(closed.backorders).toEqual([]);
    expect(await stage.totals(sku)).toMatchObject({ held: 3, on_hand: 10, available: 7 });
  });

  it('that closes with nothing is CANCELLED for want of stock, and all is backordered', async () => {
    const sku = await stage.newSku(4);
    const { id, pickId } = await allocated([{ sku, qty: 4 }]);
    await stage.report(pickId, { lines: [{ sku, short: 4, reason: 'gone' }] });
    await stage.report(pickId, { short_close: true });
    expect((await stage.picks(id))[0]).toMatchObject({ status: 'CANCELLED', outcome: 'no_stock' });
    const waiting = await stage.until(id, (order) => order.backorders.length === 1);
    expect(waiting).toMatchObject({ stage: 'WAITING', lines: [{ backordered: 4 }] });
    expect(waiting.backorders).toMatchObject([{ qty: 4, status: 'OPEN' }]);
    await expectBooksAgree(stage, id);
    await stage.receive(sku, 4, 'zone-B');
    await stage.workUntilEnd(id);
    expect((await expectBooksAgree(stage, id)).lines).toMatchObject([{ shipped: 4 }]);
  });

  it('cannot say COMPLETED of a line that nobody touched: it is refused, or believed by nobody', async () => {
    const sku = await stage.newSku(10);
    const other = await stage.newSku(10);
    const { id, pickId } = await allocated([
      { sku, qty: 2 },
      { sku: other, qty: 2 },
    ]);
    const patch = { status: 'COMPLETED', lines: [{ sku, picked: 2 }] };
    expect((await stage.product().wms('PATCH', `/picks/${pickId}`, patch)).status).toBe(409);
    const created = await stage.sent(pickId, 1);
    const [line] = created.payload.lines as Json[];
    await stage.speakAsWms(
      { ...created, event_type: 'PICK.COMPLETED' },
      { status: 'COMPLETED', sequence: 2, lines: [{ ...line, delta: 2, cumulative: 2 }] },
    );
    const seen = await stage.until(id, ({ timeline }) =>
      timeline.some((entry: Json) => entry.kind === 'parked'),
    );
    expect(seen.lines).toMatchObject([{ picked: 0 }, { picked: 0 }]);
    await stage.workUntilEnd(id);
    expect((await expectBooksAgree(stage, id)).lines).toMatchObject([
      { shipped: 2 },
      { shipped: 2 },
    ]);
  });
});

describe('more than was asked', () => {
  it('within the tolerance is counted as over, beyond it the warehouse refuses it', async () => {
    const sku = await stage.newSku(10, { over_pick_tolerance: 1 });
    const { id, pickId } = await allocated([{ sku, qty: 4 }]);
    const tooMany = { status: 'PARTIAL', lines: [{ sku, picked: 6 }] };
    expect((await stage.product().wms('PATCH', `/picks/${pickId}`, tooMany)).status).toBe(422);
    await stage.report(pickId, { status: 'COMPLETED', lines: [{ sku, picked: 5 }] });
    await stage.ship(pickId);
    const closed = await stage.untilStage(id, 'FULFILLED');
    expect(closed.lines).toMatchObject([{ ordered: 4, shipped: 4, over: 1 }]);
    expect(closed.flags).toContain('OVER_DELIVERED');
    await expectBooksAgree(stage, id);
    expect(await stage.totals(sku)).toMatchObject({ on_hand: 5, available: 5 });
  });
});

describe('a task', () => {
  it('closed by a person while units are open closes nothing', async () => {
    const sku = await stage.newSku(5);
    const { id } = await allocated([{ sku, qty: 3 }]);
    const [task] = await stage.tasks(id);
    await stage.product().tasks('PATCH', `/tasks/${task.task_id}`, { status: 'COMPLETED' });
    await stage.until(id, (order) => order.task.status === 'COMPLETED');
    expect(await stage.order(id)).toMatchObject({ closed_at: null, headline: 'ALLOCATED' });
    await stage.workUntilEnd(id);
    expect((await expectBooksAgree(stage, id)).lines).toMatchObject([{ shipped: 3 }]);
  });
});
