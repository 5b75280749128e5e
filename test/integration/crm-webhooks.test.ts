import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startSandboxStage, type SandboxStage } from '../support/sandbox-stage.ts';

let crm: SandboxStage;

beforeEach(async () => {
  crm = await startSandboxStage('crm');
});
afterEach(async () => {
  await crm.close();
});

const mode = async (body: Record<string, unknown>) => {
  const answer = await crm.call('PUT', '/_sandbox/webhooks', body);
  expect(answer.status).toBe(200);
  expect((await crm.call('GET', '/_sandbox/webhooks')).body).toEqual(answer.body);
};
const order = (id: string) =>
  crm.call('POST', '/orders', { order_id: id, items: [{ sku: 'SKU-111', qty: 1 }] });
const told = () => crm.told().map((event) => event.event_id);
const first = (id: string) => `evt_crm_${id}_1_created`;

/** The statuses of all deliveries, once none of them is pending. */
function settled(): Promise<string[]> {
  return eventually(async () => {
    const { body } = await crm.call('GET', '/_sandbox/webhooks/deliveries');
    const statuses = body.items.map((item: { status: string }) => item.status) as string[];
    return statuses.includes('pending') ? undefined : statuses;
  });
}

describe('webhooks of the CRM', () => {
  it('that are off are never sent, nor when they are on again, and the order shows all the same', async () => {
    await mode({ mode: 'off' });
    await order('A');
    await crm.call('PATCH', '/orders/A', { items: [{ sku: 'SKU-111', qty: 2 }] });
    await crm.call('POST', '/orders/A/cancel', {});
    expect(await settled()).toEqual(['suppressed', 'suppressed', 'suppressed']);
    await mode({ mode: 'on' });
    await order('B');
    await eventually(() => told().length > 0);
    expect(told()).toEqual([first('B')]);
    expect((await crm.call('GET', '/orders/A')).body).toMatchObject({ version: 3 });
  });

  it('that are doubled arrive twice, the same bytes under the same id', async () => {
    await mode({ mode: 'duplicate' });
    await order('A');
    await eventually(() => told().length === 2);
    expect(told()).toEqual([first('A'), first('A')]);
    expect(crm.receiver.received[0]?.body).toBe(crm.receiver.received[1]?.body);
  });

  it('that are reversed arrive newest first after their delay', async () => {
    await mode({ mode: 'reverse', delay_ms: 1500 });
    await order('A');
    await crm.call('PATCH', '/orders/A', { customer: { name: 'B' } });
    await order('C');
    await eventually(() => told().length === 3);
    expect(told()).toEqual([first('C'), 'evt_crm_A_2_updated', first('A')]);
  });

  it('take no other mode', async () => {
    expect((await crm.call('PUT', '/_sandbox/webhooks', { mode: 'lost' })).status).toBe(422);
    expect((await crm.call('PUT', '/_sandbox/webhooks', { mode: 'on', delay_ms: -1 })).status).toBe(
      422,
    );
  });
});
