import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadWmsConfig } from '../../src/config/wms.ts';
import { createLogger } from '../../src/logger.ts';
import { createWms, type Wms } from '../../src/wms/create-wms.ts';
import { eventually } from '../support/eventually.ts';
import { auditStock } from '../support/wms-audit.ts';
import { pickRequest } from '../support/wms-stage.ts';
import { CLIENT, TOKEN, wmsEnv } from '../support/wms-target.ts';

const NOON = Date.parse('2026-01-17T12:00:00Z');

let dataDir: string;
let wms: Wms;
let clock: number;

function open(env: Record<string, string> = {}): Wms {
  const options = {
    dataDir,
    webhookUrl: 'http://127.0.0.1:9/webhooks/wms',
    webhookSecret: 'secret-1',
  };
  const config = loadWmsConfig({ ...wmsEnv(options), ...env });
  return createWms({ config, log: createLogger('wms', 'silent'), now: () => clock });
}

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'crossdock-wms-'));
  clock = NOON;
  wms = open();
});
afterEach(async () => {
  await wms.stop();
  rmSync(dataDir, { recursive: true });
});

function send(path: string, init: RequestInit & { token?: string } = {}) {
  return wms.app.request(path, {
    ...init,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${init.token ?? TOKEN}`,
      ...(init.headers as Record<string, string> | undefined),
    },
  });
}

function askFor(sku: string, key: string) {
  return send('/api/v1/picks', {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: JSON.stringify(pickRequest([{ sku, qty: 1 }])),
  });
}

describe('a fresh warehouse', () => {
  it('has the starting catalogue, received once, also after a restart', async () => {
    await wms.stop();
    wms = open();
    const answer = await send('/api/v1/inventory');
    const { items, totals } = (await answer.json()) as {
      items: { sku: string; location: string; available: number }[];
      totals: { available: number };
    };
    expect(items.map(({ sku, location, available }) => [sku, location, available])).toEqual([
      ['SKU-111', 'zone-A', 50],
      ['SKU-111', 'zone-B', 50],
      ['SKU-222', 'zone-A', 50],
      ['SKU-222', 'zone-B', 50],
      ['SKU-333', 'zone-A', 10],
    ]);
    expect(totals.available).toBe(210);
    expect((await send('/api/v1/products/SKU-EMPTY')).status).toBe(200);
    expect(auditStock(wms.sqlite)).toEqual([]);
  });
});

describe('the ledger', () => {
  it('refuses to change or to lose a row', () => {
    expect(() => wms.sqlite.exec('update movements set qty = 1')).toThrow('append-only');
    expect(() => wms.sqlite.exec('delete from movements')).toThrow('append-only');
  });

  it('refuses counters that goods cannot have, even past the writer', () => {
    for (const change of ['reserved = -1', 'reserved = on_hand + 1', 'counting = 1', 'held = -1']) {
      expect(() => wms.sqlite.exec(`update stock set ${change}`)).toThrow('CHECK');
    }
  });
});

describe('access', () => {
  it('ends with the hour of the token', async () => {
    const given = await send('/api/v1/auth/token', {
      method: 'POST',
      body: JSON.stringify({ client_id: CLIENT.id, client_secret: CLIENT.secret }),
    });
    // hono/jwt reads the wall clock, so the token of this old clock has already expired.
    const { access_token: token } = (await given.json()) as { access_token: string };
    expect((await send('/api/v1/inventory', { token })).status).toBe(401);
    clock = Date.now();
    const fresh = await send('/api/v1/auth/token', {
      method: 'POST',
      body: JSON.stringify({ client_id: CLIENT.id, client_secret: CLIENT.secret }),
    });
    const { access_token: valid } = (await fresh.json()) as { access_token: string };
    expect((await send('/api/v1/inventory', { token: valid })).status).toBe(200);
  });
});

describe('bodies', () => {
  it('that are too large, not JSON or of another type are refused as problems', async () => {
    const post = (body: string, type = 'application/json') =>
      send('/api/v1/picks', {
        ...{ method: 'POST', body },
        headers: { 'idempotency-key': 'k', 'content-type': type },
      });
    const answers = await Promise.all([
      post(`"${'x'.repeat(3_000_000)}"`),
      post('{'),
      post('{}', 'text/plain'),
      post('{}'),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([413, 400, 415, 422]);
    for (const answer of answers) {
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(await answer.json()).toHaveProperty('detail');
    }
  });
});

describe('the document', () => {
  it('describes the calls once, and the webhooks', async () => {
    const answer = await wms.app.request('/openapi.json');
    const document = (await answer.json()) as {
      openapi: string;
      paths: Record<string, object>;
      webhooks: Record<string, object>;
    };
    expect(document.openapi).toBe('3.1.0');
    const paths = Object.keys(document.paths);
    expect(paths).toContain('/api/v1/picks/{pick_id}/cancel');
    expect(paths.filter((path) => path.includes('external'))).toEqual([]);
    expect(Object.keys(document.webhooks)).toEqual([
      ...['PICK.CREATED', 'PICK.ASSIGNED', 'PICK.IN_PROGRESS', 'PICK.PARTIAL'],
      ...['PICK.COMPLETED', 'PICK.CANCELLED', 'SHIPMENT.CREATED', 'SHIPMENT.DELIVERED'],
      'INVENTORY.ALERT',
    ]);
  });
});

describe('a rehearsal', () => {
  it('sees what each call did, and needs no token', async () => {
    await askFor('SKU-111', 'k1');
    await askFor('SKU-EMPTY', 'k2');
    await wms.app.request('/api/v1/inventory');
    const items = await eventually(async () => {
      const answer = await wms.app.request('/_sandbox/requests?method=POST');
      const log = (await answer.json()) as { items: { idempotency_key: string; effect: string }[] };
      return log.items.length >= 2 ? log.items : undefined;
    });
    expect(items.map((call) => [call.idempotency_key, call.effect])).toEqual([
      ['k1', 'created'],
      ['k2', 'none'],
    ]);
  });

  it('is not there without CROSSDOCK_SANDBOX', async () => {
    await wms.stop();
    wms = open({ CROSSDOCK_SANDBOX: '0' });
    expect((await wms.app.request('/_sandbox/requests')).status).toBe(404);
  });
});

describe('health', () => {
  it('is shown with the webhooks that are owed', async () => {
    expect((await wms.app.request('/health/live')).status).toBe(200);
    const ready = await wms.app.request('/health/ready');
    expect(await ready.json()).toMatchObject({ status: 'ok', webhooks: { pending: 5 } });
  });
});

describe('the answers of old keys', () => {
  it('are forgotten in bounded batches, and younger ones are not', async () => {
    await wms.stop();
    wms = open({
      ...{ CROSSDOCK_WMS_PRUNE_EVERY_MS: '5', CROSSDOCK_WMS_PRUNE_PAUSE_MS: '1' },
      ...{ CROSSDOCK_WMS_PRUNE_BATCH_MAX: '2', CROSSDOCK_WMS_IDEMPOTENCY_KEEP_MS: '60000' },
    });
    for (const key of ['a', 'b', 'c', 'd', 'e']) await askFor('SKU-111', key);
    clock += 50_000;
    await askFor('SKU-111', 'young');
    clock += 20_000;
    wms.start();
    const keys = () =>
      wms.sqlite
        .prepare<[], { key: string }>('select key from idempotency')
        .all()
        .map((row) => row.key);
    await eventually(() => keys().length === 1);
    expect(keys()).toEqual(['young']);
  });
});

describe('one pick whose event cannot be written', () => {
  it('leaves neither stock, nor pick, nor a stored answer, and the next call is served', async () => {
    wms.sqlite.exec(`create trigger broken before insert on deliveries
      when new.event_type = 'PICK.CREATED' begin select raise(abort, 'no outbox'); end`);
    expect((await askFor('SKU-111', 'k1')).status).toBe(500);
    const count = (table: string) =>
      wms.sqlite.prepare<[], { n: number }>(`select count(*) as n from ${table}`).get()?.n;
    expect([count('picks'), count('idempotency')]).toEqual([0, 0]);
    expect(auditStock(wms.sqlite)).toEqual([]);
    wms.sqlite.exec('drop trigger broken');
    expect((await askFor('SKU-111', 'k1')).status).toBe(200);
  });

  it('does not take the calls down that share its commit', async () => {
    wms.sqlite.exec(`create trigger broken before insert on deliveries
      when new.body like '%SKU-222%' and new.event_type = 'PICK.CREATED'
      begin select raise(abort, 'no outbox'); end`);
    const answers = await Promise.all([
      askFor('SKU-111', 'k1'),
      askFor('SKU-222', 'k2'),
      askFor('SKU-333', 'k3'),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 500, 200]);
    expect(auditStock(wms.sqlite)).toEqual([]);
  });
});
