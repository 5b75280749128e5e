import { describe, expect, it } from 'vitest';
import type { Json } from '../support/product.ts';
import { expectBooksAgree } from '../support/scenario-books.ts';
import { scenarioStage } from '../support/scenario-stage.ts';

const stage = scenarioStage();

async function allocated(qty: number, sku?: string) {
  const one = sku ?? (await stage.newSku(50));
  const id = await stage.place([{ sku: one, qty }]);
  const seen = await stage.until(id, (order) => order.headline === 'ALLOCATED');
  return { id, sku: one, pickId: seen.picks[0].pick_id as string };
}

describe('an order amended before its pick has begun', () => {
  it('is raised by a further pick, and the first is left alone', async () => {
    const { id, sku, pickId } = await allocated(4);
    const [first] = await stage.picks(id);
    await stage.amend(id, { items: [{ sku, qty: 9 }] });
    const raised = await stage.until(id, (order) => order.lines[0].allocated === 9);
    expect(raised.picks.map((pick: Json) => pick.lines[0].requested)).toEqual([4, 5]);
    expect((await stage.picks(id)).find((pick) => pick.pick_id === pickId)).toEqual(first);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines).toMatchObject([{ ordered: 9, shipped: 9 }]);
  });

  it('is lowered at the warehouse, which has the rest back', async () => {
    const { id, sku } = await allocated(6);
    await stage.amend(id, { items: [{ sku, qty: 2 }] });
    await stage.until(
      id,
      (order) => order.lines[0].cancelled === 4 && order.lines[0].allocated === 2,
    );
    expect(await stage.totals(sku)).toMatchObject({ reserved: 2, available: 48 });
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed).toMatchObject({ headline: 'FULFILLED', version: 2 });
    expect(closed.lines).toMatchObject([{ ordered: 6, shipped: 2, cancelled: 4 }]);
  });

  it('gets a line more and loses another', async () => {
    const { id, sku } = await allocated(3);
    const added = await stage.newSku(10);
    await stage.amend(id, { items: [{ sku: added, qty: 2 }] });
    await stage.until(
      id,
      (order) => order.lines[0].cancelled === 3 && order.lines[1]?.allocated === 2,
    );
    expect(await stage.totals(sku)).toMatchObject({ reserved: 0, available: 50 });
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines).toMatchObject([
      { sku, cancelled: 3, shipped: 0 },
      { sku: added, shipped: 2 },
    ]);
  });

  it('with all lines lowered to nothing ends cancelled', async () => {
    const { id, sku } = await allocated(3);
    await stage.amend(id, { items: [] });
    await stage.untilStage(id, 'CANCELLED');
    await expectBooksAgree(stage, id);
    expect(await stage.totals(sku)).toMatchObject({ reserved: 0, available: 50 });
  });

  it('shows its new priority and date in the task, and asks later picks with it', async () => {
    const { id, sku } = await allocated(1);
    await stage.amend(id, {
      items: [{ sku, qty: 2 }],
      customer: { account_priority: 'platinum' },
      fulfillment: { requested_date: '2027-01-15' },
    });
    await stage.until(id, (order) => order.lines[0].allocated === 2);
    expect(await expectBooksAgree(stage, id)).toMatchObject({ priority: 'urgent' });
    const [task] = await stage.tasks(id);
    expect(task).toMatchObject({ priority: 'urgent' });
    expect(task.due_date).toContain('2027-01-15');
    expect((await stage.picks(id)).map((pick) => pick.priority)).toContain('urgent');
    await stage.workUntilEnd(id);
    await expectBooksAgree(stage, id);
  });
});

describe('an order amended while it is picked', () => {
  it('raised from 4 to 9, and given a line later, gets a pick for each and keeps the first', async () => {
    const { id, sku, pickId } = await allocated(4);
    const added = await stage.newSku(10);
    await stage.report(pickId, { status: 'PARTIAL', lines: [{ sku, picked: 2 }] });
    await stage.until(id, (order) => order.lines[0].picked === 2);
    await stage.amend(id, { items: [{ sku, qty: 9 }] });
    await stage.until(id, (order) => order.lines[0].allocated === 7);
    await stage.amend(id, {
      items: [
        { sku, qty: 9 },
        { sku: added, qty: 1 },
      ],
    });
    const full = await stage.until(id, (order) => order.lines[1]?.allocated === 1);
    expect(
      full.picks.map((pick: Json) => pick.lines.map((l: Json) => [l.sku, l.requested])),
    ).toEqual([[[sku, 4]], [[sku, 5]], [[added, 1]]]);
    expect(full.picks[0].lines).toMatchObject([{ requested: 4, picked: 2, cancelled: 0 }]);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines).toMatchObject([{ shipped: 9 }, { shipped: 1 }]);
  });

  it('lowered to what is picked ships that, and the rest goes back', async () => {
    const { id, sku, pickId } = await allocated(5);
    await stage.report(pickId, { status: 'PARTIAL', lines: [{ sku, picked: 2 }] });
    await stage.until(id, (order) => order.lines[0].picked === 2);
    await stage.amend(id, { items: [{ sku, qty: 2 }] });
    await stage.until(id, (order) => order.lines[0].cancelled === 3);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed).toMatchObject({ headline: 'FULFILLED' });
    expect(closed.lines).toMatchObject([{ ordered: 5, shipped: 2, cancelled: 3 }]);
    expect(await stage.totals(sku)).toMatchObject({ on_hand: 48, available: 48 });
  });

  it('lowered below what is picked ships what cannot be cancelled, and says so', async () => {
    const { id, sku, pickId } = await allocated(5);
    await stage.report(pickId, { status: 'PARTIAL', lines: [{ sku, picked: 4 }] });
    await stage.until(id, (order) => order.lines[0].picked === 4);
    await stage.amend(id, { items: [{ sku, qty: 1 }] });
    await stage.until(id, (order) => order.lines[0].cancelled === 1);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines).toMatchObject([{ ordered: 5, shipped: 4, cancelled: 1 }]);
  });

  it('loses a line that nobody has touched, and the pick of the others goes on', async () => {
    const kept = await stage.newSku(10);
    const gone = await stage.newSku(10);
    const id = await stage.place([
      { sku: kept, qty: 3 },
      { sku: gone, qty: 2 },
    ]);
    const { picks } = await stage.until(id, (order) => order.headline === 'ALLOCATED');
    await stage.report(picks[0].pick_id, { status: 'PARTIAL', lines: [{ sku: kept, picked: 1 }] });
    await stage.amend(id, { items: [{ sku: kept, qty: 3 }] });
    await stage.until(id, (order) => order.lines[1].cancelled === 2);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.picks).toHaveLength(1);
    expect(closed.lines).toMatchObject([{ shipped: 3 }, { cancelled: 2, shipped: 0 }]);
    expect(await stage.totals(gone)).toMatchObject({ reserved: 0, available: 10 });
  });
});

describe('an order amended after it is picked', () => {
  it('is raised by a further pick while the first waits to be shipped', async () => {
    const { id, sku, pickId } = await allocated(2);
    await stage.report(pickId, { status: 'COMPLETED' });
    await stage.until(id, (order) => order.lines[0].picked === 2);
    await stage.amend(id, { items: [{ sku, qty: 3 }] });
    await stage.until(id, (order) => order.lines[0].allocated === 1);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines).toMatchObject([{ ordered: 3, shipped: 3 }]);
  });

  it('is not lowered any more: what is picked ships', async () => {
    const { id, sku, pickId } = await allocated(3);
    await stage.report(pickId, { status: 'COMPLETED' });
    await stage.until(id, (order) => order.lines[0].picked === 3);
    await stage.amend(id, { items: [{ sku, qty: 1 }] });
    await stage.until(id, (order) => order.version === 2);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines).toMatchObject([{ ordered: 3, shipped: 3, cancelled: 0 }]);
  });

  it('gets a line more while another of its lines waits for stock', async () => {
    const scarce = await stage.newSku(0);
    const { id, sku, pickId } = await allocated(1);
    await stage.amend(id, {
      items: [
        { sku, qty: 1 },
        { sku: scarce, qty: 2 },
      ],
    });
    await stage.until(id, (order) => order.lines[1]?.backordered === 2);
    await stage.pickAndShip(pickId);
    await stage.untilStage(id, 'WAITING');
    const added = await stage.newSku(5);
    const items = [
      { sku, qty: 1 },
      { sku: scarce, qty: 2 },
      { sku: added, qty: 5 },
    ];
    await stage.amend(id, { items });
    await stage.until(id, (order) => order.lines[2]?.allocated === 5);
    await stage.receive(scarce, 2);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines.map((line: Json) => line.shipped)).toEqual([1, 2, 5]);
  });
});

describe('a version', () => {
  it('that is equal to or lower than one that was taken is recorded and changes nothing', async () => {
    const { id, sku } = await allocated(2);
    await stage.amend(id, { items: [{ sku, qty: 3 }] });
    await stage.until(id, (order) => order.version === 2 && order.lines[0].allocated === 3);
    const items = [{ line_id: `${id}-1`, sku, qty: 40 }];
    for (const version of [1, 2]) {
      const answer = await stage.speakAsCrm('ORDER.UPDATED', { order_id: id, version, items });
      expect(answer.status).toBe(202);
      const event = await stage.eventOnceIt(
        answer.body.event_id,
        ({ status }) => status === 'applied',
      );
      expect(event.result.state).toBe('ignored');
    }
    expect((await stage.order(id)).lines).toMatchObject([{ ordered: 3, allocated: 3 }]);
    await stage.workUntilEnd(id);
    await expectBooksAgree(stage, id);
  });

  it('that comes after the order has ended is kept as late, and nothing is done', async () => {
    const { id, sku, pickId } = await allocated(2);
    await stage.pickAndShip(pickId);
    await stage.untilStage(id, 'FULFILLED');
    const items = [{ line_id: `${id}-1`, sku, qty: 5 }];
    const answer = await stage.speakAsCrm('ORDER.UPDATED', { order_id: id, version: 2, items });
    await stage.eventOnceIt(answer.body.event_id, ({ status }) => status === 'late');
    const closed = await expectBooksAgree(stage, id);
    expect(closed.lines).toMatchObject([{ ordered: 2, shipped: 2 }]);
    expect(closed.timeline.map((entry: Json) => entry.kind)).toContain('late_event');
  });
});
