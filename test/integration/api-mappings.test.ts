import { describe, expect, it } from 'vitest';
import { openMappingsApiStage } from '../support/mappings-api-stage.ts';

const PRIORITY = 'tables/account-priority.yaml';
const CREATED = 'rules/crm/order-created.yaml';

describe('the mappings', () => {
  it('show what serves, and which connections wait for which variables', async () => {
    const { call } = await openMappingsApiStage({
      CROSSDOCK_WEBHOOK_SECRET_CRM: 'a secret of crm',
    });
    const { status, body } = await call('GET', '');
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'ok', candidate: null });
    expect(body.active.bundle).toMatch(/^[0-9a-f]{64}$/);
    expect(body.mappings.map((one: { name: string }) => one.name)).toContain('crm.order_created');
    expect(body.connections).toEqual([
      expect.objectContaining({ name: 'crm', kind: 'crm', state: 'on', missing: [] }),
      expect.objectContaining({
        name: 'tasks',
        state: 'off',
        missing: ['CROSSDOCK_WEBHOOK_SECRET_TASKS'],
      }),
      expect.objectContaining({
        name: 'wms',
        state: 'off',
        missing: ['CROSSDOCK_WMS_TOKEN', 'CROSSDOCK_WEBHOOK_SECRET_WMS'],
      }),
    ]);
  });

  it('with a typo are refused with the place and a suggestion, the last good ones serve', async () => {
    const { call, edit, mappings } = await openMappingsApiStage();
    const good = mappings.active().hash;
    edit(CREATED, 'payload.customer.account_priority', 'payload.customer.acount_priority');
    const refused = await call('POST', '/activate', {});
    expect(refused.status).toBe(409);
    expect(refused.body.type).toMatch(/mappings-refused$/);
    expect(refused.body.candidate.errors).toEqual([
      expect.objectContaining({
        file: CREATED,
        line: 7,
        suggestion: 'payload.customer.account_priority',
      }),
    ]);
    expect(refused.body.detail).toContain(`${CREATED}:7:`);
    expect(mappings.active().hash).toBe(good);
    expect(mappings.state()).toBe('degraded');
    expect(mappings.complaint()).toMatchObject({ cause: 'mappings errors' });
    edit(CREATED, 'acount_priority', 'account_priority');
    expect((await call('POST', '/activate', {})).body).toMatchObject({
      state: 'ok',
      candidate: null,
    });
    expect(mappings.complaint()).toBeNull();
  });

  it('that change too much wait to be accepted, and can be rolled back', async () => {
    const { call, edit, order, mappings } = await openMappingsApiStage();
    const before = mappings.active().hash;
    for (const n of [1, 2, 3]) await order(`ORD-${n}`);
    edit(PRIORITY, 'gold: high', 'gold: urgent');
    const pending = await call('POST', '/activate', {});
    expect(pending.status).toBe(409);
    expect(pending.body.type).toMatch(/mappings-need-accept$/);
    expect(pending.body.candidate.diff).toMatchObject({ inputs: 3, outputs: 9, changed_share: 1 });
    expect(mappings.active().hash).toBe(before);
    const accepted = await call('POST', '/activate', { accept: true, note: 'gold is urgent now' });
    expect(accepted.status).toBe(200);
    expect(accepted.body.active.bundle).toBe(pending.body.candidate.bundle);
    const back = await call('POST', '/rollback', { note: 'it was not' });
    expect(back.body.active.bundle).toBe(before);
    const { body } = await call('GET', '/history');
    expect(body.items.map((one: { kind: string }) => one.kind)).toEqual([
      'rollback',
      'reload',
      'boot',
    ]);
    const stored = await call('GET', `/bundles/${pending.body.candidate.bundle}`);
    const table = stored.body.files.find(({ path }: { path: string }) => path === PRIORITY);
    expect(table.text).toContain('gold: urgent');
  });

  it('whose golden cases fail do not serve, whoever accepts them', async () => {
    const { call, write, edit, mappings } = await openMappingsApiStage();
    const golden = `mapping: wms.stock_level
cases:
  - case: all that can be promised
    input: {sku: A, location: L, lot: null, on_hand: 9, reserved: 1, picked: 1, held: 0, available: 7}
    output: {sku: A, available: 7}
`;
    write('golden/wms/stock-level.yaml', golden);
    expect((await call('POST', '/activate', {})).status).toBe(200);
    const good = mappings.active().hash;
    edit('rules/wms/stock-level.yaml', 'from: available', 'from: on_hand');
    const refused = await call('POST', '/activate', { accept: true });
    expect(refused.body).toMatchObject({ candidate: { why: 'golden' } });
    expect(refused.body.candidate.golden).toMatchObject([
      { mapping: 'wms.stock_level', differences: [{ path: 'available', before: 7, after: 9 }] },
    ]);
    expect(mappings.active().hash).toBe(good);
  });

  it('compare what serves with files that somebody is working on', async () => {
    const { call, order, mappings } = await openMappingsApiStage();
    await order('ORD-1');
    const stored = await call('GET', `/bundles/${mappings.active().hash}`);
    const files = stored.body.files.map(({ path, text }: { path: string; text: string }) => ({
      path,
      text: path === PRIORITY ? text.replace('gold: high', 'gold: low') : text,
    }));
    const { body } = await call('POST', '/diff', { files });
    expect(body).toMatchObject({ inputs: 1, outputs: 3, changed_count: 3 });
    expect(body.changed[0].differences).toEqual([
      { path: 'output.priority', before: 'high', after: 'low' },
    ]);
    const broken = await call('POST', '/diff', { files: [{ path: 'rules/a.yaml', text: 'x: 1' }] });
    expect(broken.status).toBe(422);
    expect(mappings.state()).toBe('ok');
  });
});

describe('a preview', () => {
  it('shows every mapping that an order goes through, and how each field came about', async () => {
    const { call, order } = await openMappingsApiStage();
    await order('ORD-7');
    const { body } = await call('POST', '/preview', { order_id: 'ORD-7', trace: true });
    expect(body.event).toMatchObject({ event_id: 'evt-ORD-7', event_type: 'ORDER.CREATED' });
    expect(body.steps.map((step: { mapping: string }) => step.mapping).toSorted()).toEqual([
      'crm.order_created',
      'tasks.create',
      'wms.pick_request',
    ]);
    const [first] = body.steps;
    expect(first.output.lines).toEqual([{ line_id: 'ORD-7-1', sku: 'SKU-111', qty: 2 }]);
    expect(first.fields).toContainEqual(
      expect.objectContaining({
        target: 'priority',
        sources: ['payload.customer.account_priority'],
        steps: expect.arrayContaining([expect.stringContaining('account_priority')]),
      }),
    );
  });

  it('names the field that no table row fits, without its value', async () => {
    const { call, order } = await openMappingsApiStage();
    await order('ORD-8', { customer: { account_priority: 'titanium' } });
    const { body } = await call('POST', '/preview', { event_id: 'evt-ORD-8' });
    expect(body.steps).toHaveLength(1);
    expect(body.steps[0]).toMatchObject({
      ok: false,
      errors: [
        { code: 'MAP_ENUM', source: 'payload.customer.account_priority', target: 'priority' },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('titanium');
  });

  it('takes an input of the caller, checked first', async () => {
    const { call } = await openMappingsApiStage();
    const good = await call('POST', '/preview', {
      mapping: 'wms.stock_level',
      input: { ...LEVEL, available: 7 },
    });
    expect(good.body.steps[0].output).toEqual({ sku: 'A', available: 7 });
    const bad = await call('POST', '/preview', { mapping: 'wms.stock_level', input: { sku: 'A' } });
    expect(bad.status).toBe(422);
    expect(bad.body.errors.map((one: { pointer: string }) => one.pointer)).toContain(
      '/input/available',
    );
    const typo = await call('POST', '/preview', { mapping: 'wms.stock_levle', input: {} });
    expect(typo.status).toBe(404);
    expect(typo.body.detail).toContain('Did you mean wms.stock_level?');
    expect((await call('POST', '/preview', { bundle: 'f'.repeat(64), event_id: 'x' })).status).toBe(
      404,
    );
    expect((await call('POST', '/preview', {})).status).toBe(422);
  });
});

const LEVEL = {
  sku: 'A',
  location: 'zone-A',
  lot: null,
  on_hand: 7,
  reserved: 0,
  picked: 0,
  held: 0,
};
