import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { seedOrder, type Envelope, type Json } from '../support/product.ts';
import { scenarioStage, type ItemAsked } from '../support/scenario-stage.ts';

const OTHER_SECRET = 'another-tenant-secret';
const OTHER = {
  name: 'crm-b',
  kind: 'crm',
  profile: 'template',
  secrets: [{ id: 'b-1', value: OTHER_SECRET, state: 'active', until: null }],
};

const stage = scenarioStage({
  CROSSDOCK_WEBHOOK_CONNECTIONS: JSON.stringify([OTHER]),
});

function announcement(id: string, items: ItemAsked[]): Envelope {
  const envelope = seedOrder(id);
  return { ...envelope, payload: { order_id: id, items } };
}

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

  it('are each told of their own order only', async () => {
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
    await stage.pickAndShip(other.picks[0].pick_id);
    await eventually(async () => {
      const { body: seen } = await stage.product().api('GET', `/orders/${id}?connection=crm-b`);
      return seen.lines[0].shipped === 5;
    }, 20_000);
    const { body: letters } = await stage.product().api('GET', `/dead-letters?order_id=${id}`);
    expect(letters.items).toMatchObject([
      { connection: 'crm-b', last_error: expect.stringContaining('CROSSDOCK_CRM_URLS') },
    ]);
    expect((await stage.crmOrder(id)).lines).toMatchObject([{ ordered: 2, shipped: 0 }]);
    expect((await stage.order(id)).lines).toMatchObject([{ ordered: 2, shipped: 0 }]);
  });
});
