import { describe, expect, it } from 'vitest';
import type { Json } from '../support/product.ts';
import { expectBooksAgree } from '../support/scenario-books.ts';
import { scenarioStage } from '../support/scenario-stage.ts';

const stage = scenarioStage();

async function waiting(sku: string, qty: number, accountPriority?: string): Promise<string> {
  const options = accountPriority === undefined ? {} : { account_priority: accountPriority };
  const id = await stage.place([{ sku, qty }], options);
  await stage.untilStage(id, 'WAITING');
  return id;
}

describe('goods that arrive', () => {
  it('go to the urgent order first, though the other is older, and the rest to that one', async () => {
    const sku = await stage.newSku(0);
    const old = await waiting(sku, 5, 'bronze');
    const urgent = await waiting(sku, 3, 'platinum');
    await stage.receive(sku, 5);
    await stage.until(urgent, (order) => order.lines[0].allocated === 3);
    const partly = await stage.until(old, (order) => order.lines[0].allocated === 2);
    expect(partly.lines).toMatchObject([{ backordered: 3 }]);
    await stage.workUntilEnd(urgent);
    await stage.receive(sku, 3);
    await stage.workUntilEnd(old);
    for (const id of [old, urgent]) {
      const closed = await expectBooksAgree(stage, id);
      expect(closed.backorders).toMatchObject([{ status: 'FILLED' }]);
    }
    expect(await stage.totals(sku)).toMatchObject({ on_hand: 0, available: 0 });
  });

  it.each([
    ['a count that finds one more', { kind: 'count', qty: 1, reason: 'found behind the shelf' }],
    ['a receipt', { kind: 'receive', qty: 1 }],
  ])('by %s fill a backorder', async (_, movement) => {
    const sku = await stage.newSku(0);
    const id = await waiting(sku, 1);
    await stage.move({ ...movement, sku, location: 'zone-A' });
    await stage.workUntilEnd(id);
    expect((await expectBooksAgree(stage, id)).lines).toMatchObject([{ shipped: 1 }]);
  });

  it('go to the order that has become the urgent one while it waited', async () => {
    const sku = await stage.newSku(0);
    const first = await waiting(sku, 2, 'gold');
    const raised = await waiting(sku, 2, 'bronze');
    await stage.amend(raised, { customer: { account_priority: 'platinum' } });
    await stage.until(raised, (order) => order.priority === 'urgent');
    await stage.receive(sku, 2);
    await stage.until(raised, (order) => order.lines[0].allocated === 2);
    expect((await stage.order(first)).lines).toMatchObject([{ backordered: 2 }]);
    await stage.receive(sku, 2);
    for (const id of [raised, first]) {
      await stage.workUntilEnd(id);
      await expectBooksAgree(stage, id);
    }
  });

  it('by the end of a hold fill a backorder', async () => {
    const sku = await stage.newSku(2);
    await stage.move({ kind: 'hold', sku, location: 'zone-A', qty: 2, reason: 'inspection' });
    const id = await waiting(sku, 2);
    await stage.move({ kind: 'unhold', sku, location: 'zone-A', qty: 2 });
    await stage.workUntilEnd(id);
    expect((await expectBooksAgree(stage, id)).lines).toMatchObject([{ shipped: 2 }]);
  });

  it('by the cancel of another order fill a backorder', async () => {
    const sku = await stage.newSku(2);
    const first = await stage.place([{ sku, qty: 2 }]);
    await stage.until(first, (order) => order.headline === 'ALLOCATED');
    const second = await waiting(sku, 2);
    await stage.cancel(first);
    await stage.workUntilEnd(second);
    await expectBooksAgree(stage, first);
    expect((await expectBooksAgree(stage, second)).lines).toMatchObject([{ shipped: 2 }]);
  });

  it('are taken by the pick that is short on the floor before anybody else gets them', async () => {
    const sku = await stage.newSku(3);
    const id = await stage.place([{ sku, qty: 3 }]);
    const { picks } = await stage.until(id, (order) => order.headline === 'ALLOCATED');
    const lines = [{ sku, picked: 1, short: 2, reason: 'gone' }];
    await stage.report(picks[0].pick_id, { status: 'PARTIAL', lines });
    await stage.until(id, (order) => order.lines[0].backordered === 2);
    await stage.receive(sku, 2, 'zone-B');
    await stage.until(id, (order) => order.lines[0].allocated === 2);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.picks).toHaveLength(1);
    expect(closed.lines).toMatchObject([{ shipped: 3 }]);
  });
});

describe('a count after a short', () => {
  /** The urgent order's picker finds 2 units too few in zone-A; the low order holds 3 there. */
  async function afterShort() {
    const sku = await stage.newSku(8);
    const urgent = await stage.place([{ sku, qty: 5 }], { account_priority: 'platinum' });
    const { picks } = await stage.until(urgent, (order) => order.headline === 'ALLOCATED');
    const low = await stage.place([{ sku, qty: 3 }], { account_priority: 'bronze' });
    await stage.until(low, (order) => order.headline === 'ALLOCATED');
    const lines = [{ sku, picked: 3, short: 2, reason: 'not found' }];
    await stage.report(picks[0].pick_id, { status: 'PARTIAL', lines });
    await stage.until(urgent, (order) => order.lines[0].backordered === 2);
    return { sku, urgent, low, pickId: picks[0].pick_id as string };
  }

  it('that confirms more than the loss takes the reservation of the least urgent', async () => {
    const { sku, urgent, low } = await afterShort();
    await stage.move({ kind: 'count', sku, location: 'zone-A', qty: -3, reason: 'lost' });
    expect(await stage.totals(sku)).toMatchObject({ on_hand: 5, held: 0, reserved: 2 });
    await stage.until(low, (order) => order.lines[0].backordered === 1);
    await expectBooksAgree(stage, low);
    await stage.receive(sku, 3, 'zone-B');
    await stage.workUntilEnd(urgent);
    await stage.workUntilEnd(low);
    expect((await expectBooksAgree(stage, urgent)).lines).toMatchObject([{ shipped: 5 }]);
    expect((await expectBooksAgree(stage, low)).lines).toMatchObject([{ shipped: 3 }]);
    expect(await stage.totals(sku)).toMatchObject({ on_hand: 0, reserved: 0, held: 0 });
  });

  it('that finds the goods after the pick was closed short lets the backorder fill itself', async () => {
    const { sku, urgent, low, pickId } = await afterShort();
    await stage.report(pickId, { short_close: true });
    await stage.until(urgent, (order) => order.backorders.length === 1);
    await stage.move({ kind: 'unhold', sku, location: 'zone-A', qty: 2 });
    await stage.workUntilEnd(urgent);
    await stage.workUntilEnd(low);
    const closed = await expectBooksAgree(stage, urgent);
    expect(closed.backorders).toMatchObject([{ qty: 2, status: 'FILLED' }]);
    expect(closed.lines).toMatchObject([{ shipped: 5 }]);
    await expectBooksAgree(stage, low);
    expect(await stage.totals(sku)).toMatchObject({ on_hand: 0, held: 0 });
  });
});

describe('orders that want the same goods', () => {
  it('at once never get a unit twice, and all of them end when there is enough', async () => {
    const a = await stage.newSku(3);
    const b = await stage.newSku(3);
    const ids = await Promise.all(
      Array.from({ length: 4 }, () =>
        stage.place([
          { sku: a, qty: 2 },
          { sku: b, qty: 2 },
        ]),
      ),
    );
    for (const id of ids) {
      await stage.until(id, ({ lines }) =>
        lines.every((line: Json) => line.allocated + line.backordered === 2),
      );
    }
    expect(await stage.totals(a)).toMatchObject({ reserved: 3, available: 0 });
    expect(await stage.totals(b)).toMatchObject({ reserved: 3, available: 0 });
    await stage.receive(a, 5);
    await stage.receive(b, 5);
    for (const id of ids) await stage.workUntilEnd(id);
    for (const id of ids) {
      const closed = await expectBooksAgree(stage, id);
      expect(closed.lines).toMatchObject([{ shipped: 2 }, { shipped: 2 }]);
    }
    expect(await stage.totals(a)).toMatchObject({ on_hand: 0, reserved: 0, available: 0 });
  });
});
