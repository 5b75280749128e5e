import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { eventually, pause } from '../support/eventually.ts';
import { seedOrder, type Envelope, type Json } from '../support/product.ts';
import { expectBooksAgree } from '../support/scenario-books.ts';
import { scenarioStage, type ItemAsked } from '../support/scenario-stage.ts';

const OTHER_SECRET = 'another-tenant-secret';
const OTHER = {
  name: 'crm-b',
  kind: 'crm',
  profile: 'template',
  secrets: [{ id: 'b-1', value: OTHER_SECRET, state: 'active', until: null }],
};

const stage = scenarioStage({ CROSSDOCK_WEBHOOK_CONNECTIONS: JSON.stringify([OTHER]) });

/** An order that the CRM has and tells nobody of: the test speaks for it. */
async function untold(items: ItemAsked[]): Promise<string> {
  const { crm } = stage.product();
  await crm('PUT', '/_sandbox/webhooks', { mode: 'off' });
  const id = await stage.place(items);
  await crm('PUT', '/_sandbox/webhooks', { mode: 'on' });
  return id;
}

function announcement(id: string, items: ItemAsked[]): Envelope {
  const envelope = seedOrder(id);
  return { ...envelope, payload: { order_id: id, items } };
}

describe('an order that is announced', () => {
  it('50 times at once has one task and one pick, and every answer is a 2xx', async () => {
    const sku = await stage.newSku(10);
    const items = [{ sku, qty: 2 }];
    const id = await untold(items);
    const envelope = announcement(id, items);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => stage.product().webhook('orders', envelope)),
    );
    expect(answers.filter((answer) => answer.status === 202).length).toBeGreaterThanOrEqual(1);
    expect(answers.every(({ status }) => status === 202 || status === 200)).toBe(true);
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed.picks).toHaveLength(1);
    expect(await stage.totals(sku)).toMatchObject({ on_hand: 8 });
    const path = '/_sandbox/requests?method=POST&path=/tasks&limit=500';
    const calls: Json[] = (await stage.product().tasks('GET', path)).body.items;
    expect(calls.filter((call) => call.body.external_ref.id === id)).toHaveLength(1);
  });

  it('with another body under its event id is refused, kept, and moves no stock', async () => {
    const sku = await stage.newSku(10);
    const items = [{ sku, qty: 2 }];
    const id = await untold(items);
    const first = announcement(id, items);
    expect((await stage.product().webhook('orders', first)).status).toBe(202);
    await stage.until(id, (order) => order.headline === 'ALLOCATED');
    const other = { ...first, payload: { order_id: id, items: [{ sku, qty: 9 }] } };
    const refused = await stage.product().webhook('orders', other);
    expect(refused).toMatchObject({ status: 422 });
    expect(refused.body.type).toContain('event-id-reused');
    const { items: kept } = (await stage.product().api('GET', '/events?status=quarantined')).body;
    expect(kept.map((event: Json) => event.event_id)).toContain(first.event_id);
    expect(await stage.totals(sku)).toMatchObject({ reserved: 2, available: 8 });
    await stage.workUntilEnd(id);
    expect((await expectBooksAgree(stage, id)).lines).toMatchObject([{ ordered: 2, shipped: 2 }]);
  });

  it('with a single line asks the warehouse for a list of one', async () => {
    const sku = await stage.newSku(1);
    const id = await stage.place([{ sku, qty: 1 }]);
    await stage.workUntilEnd(id);
    const path = '/_sandbox/requests?method=POST&path=/picks&limit=500';
    const calls: Json[] = (await stage.product().wms('GET', path)).body.items;
    const own = calls.filter((call) => call.body.payload.order_id === id);
    expect(own.map((call) => call.body.payload.line_items)).toEqual([
      [{ line_id: `${id}-1`, sku, qty: 1 }],
    ]);
    await expectBooksAgree(stage, id);
  });

  it('after its own amendment is fulfilled as amended', async () => {
    const sku = await stage.newSku(10);
    const id = await untold([{ sku, qty: 2 }]);
    await stage.amend(id, { items: [{ sku, qty: 5 }] });
    const eventId = `evt_crm_${id}_2_updated`;
    await stage.eventOnceIt(eventId, ({ result }) => result?.state === 'parked');
    expect(await stage.picks(id)).toEqual([]);
    await stage.speakAsCrm('ORDER.CREATED', { order_id: id, version: 1, items: [{ sku, qty: 2 }] });
    await stage.until(id, (order) => order.lines[0]?.allocated === 5);
    await stage.eventOnceIt(eventId, ({ result }) => result?.state === 'applied');
    await stage.workUntilEnd(id);
    const closed = await expectBooksAgree(stage, id);
    expect(closed).toMatchObject({ version: 2, lines: [{ ordered: 5, shipped: 5 }] });
  });
});

describe('two CRMs that use one order id', () => {
  async function asOther(envelope: Envelope, secret = OTHER_SECRET): Promise<number> {
    const body = JSON.stringify(envelope);
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const answer = await fetch(`${stage.product().ready.urls.api}/webhooks/crm-b`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-event-id': envelope.event_id,
        'x-signature': signature,
      },
      body,
    });
    return answer.status;
  }

  it('have an order each, with picks and secrets of its own', async () => {
    const sku = await stage.newSku(20);
    const id = await stage.place([{ sku, qty: 2 }]);
    await stage.until(id, (order) => order.headline === 'ALLOCATED');
    const theirs = announcement(id, [{ sku, qty: 5 }]);
    expect(await asOther(theirs, stage.product().ready.secrets.webhooks.crm)).toBe(401);
    expect(await asOther(theirs)).toBe(202);
    const other = await eventually(async () => {
      const { body } = await stage.product().api('GET', `/orders/${id}?connection=crm-b`);
      return body.lines?.[0]?.allocated === 5 ? body : undefined;
    }, 20_000);
    expect(other.picks[0].reference).not.toBe((await stage.order(id)).picks[0].reference);
    expect((await stage.order(id)).lines).toMatchObject([{ ordered: 2, allocated: 2 }]);
    const { body } = await stage.product().wms('GET', `/picks?order_id=${id}`);
    expect(body.items.map((pick: Json) => pick.lines[0].requested).toSorted()).toEqual([2, 5]);
  });
});

describe('a very large order', () => {
  /** Its view is a megabyte, so it is not looked at without a pause. */
  async function unhurried(id: string, holds: (order: Json) => unknown): Promise<Json> {
    return eventually(async () => {
      await pause(500);
      const seen = await stage.order(id);
      return holds(seen) ? seen : undefined;
    }, 120_000);
  }

  it('of 5,000 lines keeps within every limit and ends right', async () => {
    const skus = await Promise.all(Array.from({ length: 5 }, () => stage.newSku(1000)));
    const items = Array.from({ length: 5000 }, (_, n) => ({ sku: skus[n % 5] ?? '', qty: 1 }));
    const id = await untold(items);
    expect((await stage.product().webhook('orders', announcement(id, items))).status).toBe(202);
    const seen = await unhurried(id, (order) => order.headline === 'ALLOCATED');
    const pickId = seen.picks[0].pick_id as string;
    for (const { line_id } of seen.lines.slice(0, 10)) {
      await stage.report(pickId, { status: 'PARTIAL', lines: [{ line_id, picked: 1 }] });
    }
    await stage.pickAndShip(pickId);
    await unhurried(id, (order) => order.stage === 'FULFILLED');
    const closed = await expectBooksAgree(stage, id, 60_000);
    expect(closed.picks).toHaveLength(1);
    expect(closed.lines.every((line: Json) => line.shipped === 1)).toBe(true);
  });
});
