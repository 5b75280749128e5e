import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pick } from '../../src/contracts/picks.ts';
import { auditStock } from '../support/wms-audit.ts';
import { wmsConformance } from '../support/wms-conformance.ts';
import { startReceiver, type WebhookReceiver } from '../support/wms-receiver.ts';
import { clientOf, fresh, pickRequest, type WmsStage } from '../support/wms-stage.ts';
import { CLIENT, processTarget, startWmsProcess, TOKEN } from '../support/wms-target.ts';
import { eventually } from '../support/eventually.ts';

describe('the WMS as a process', () => wmsConformance(processTarget));

describe('a call that is cut after its effect', () => {
  it('is answered by its repeat, and had its effect once', async () => {
    const receiver = await startReceiver('a-webhook-secret');
    const target = await processTarget({
      ...{ webhookUrl: receiver.url, webhookSecret: 'a-webhook-secret' },
    });
    const { call, post, get } = clientOf(() => target);
    const fault = { method: 'POST', path: '/picks', kind: 'drop_after', times: 3 };
    await call({ path: '/_sandbox/faults', body: fault, token: null });
    const request = pickRequest([{ sku: 'SKU-111', qty: 2 }]);
    for (let times = 0; times < 3; times += 1) {
      await expect(post('/picks', request, 'cut')).rejects.toThrow('fetch failed');
    }
    const answer = await post<Pick>('/picks', request, 'cut');
    expect([answer.status, answer.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    const stock = await get<{ totals: { reserved: number } }>('/inventory?sku=SKU-111');
    expect(stock.body.totals.reserved).toBe(2);
    await target.stop();
    await receiver.close();
  });
});

describe('the WMS killed with -9 under load', () => {
  const SECRET = 'a-webhook-secret';
  let dataDir: string;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'crossdock-wms-'));
    receiver = await startReceiver(SECRET);
  });
  afterAll(async () => {
    await receiver.close();
    rmSync(dataDir, { recursive: true });
  });

  const start = () => startWmsProcess({ dataDir, webhookUrl: receiver.url, webhookSecret: SECRET });
  const clientAt = (origin: string) =>
    clientOf(() => ({ origin, token: TOKEN, client: CLIENT, stop: async () => undefined }));

  it('keeps every answered pick, all books, and gapless events, and doubles nothing', async () => {
    const answered = new Map<string, Pick>();
    const requests = new Map<string, ReturnType<typeof pickRequest>>();
    for (let round = 0; round < 4; round += 1) {
      const wms = await start();
      const client = clientAt(wms.origin);
      if (round === 0) await stock(client);
      const load = loadOf({ client, answered, requests, round });
      const before = answered.size;
      await eventually(() => answered.size >= before + 8 + round * 5, 30_000);
      wms.child.kill('SIGKILL');
      expect(await wms.ended).toBeNull();
      await load;
      const sqlite = new Database(join(dataDir, 'wms.db'), { readonly: true });
      expect(auditStock(sqlite)).toEqual([]);
      sqlite.close();
    }
    expect(answered.size).toBeGreaterThan(20);
    const wms = await start();
    const client = clientAt(wms.origin);
    for (const [key, request] of requests) {
      const before = answered.get(key);
      const again = await client.post<Pick>('/picks', request, key);
      expect(again.status).toBe(200);
      if (before !== undefined) expect(again.body.pick_id).toBe(before.pick_id);
      answered.set(key, again.body);
    }
    expect(new Set([...answered.values()].map((pick) => pick.pick_id)).size).toBe(requests.size);
    await eventually(() => untold(answered).length === 0, 30_000);
    const reserved = await client.get<{ totals: { reserved: number } }>('/inventory?sku=SKU-LOAD');
    expect(reserved.body.totals.reserved).toBe(requests.size * 2);
    wms.child.kill('SIGTERM');
    expect(await wms.ended).toBe(0);
  }, 120_000);

  async function stock({ post }: Client): Promise<void> {
    expect((await post('/products', { sku: 'SKU-LOAD', name: 'Load' })).status).toBe(201);
    const body = { kind: 'receive', sku: 'SKU-LOAD', location: 'zone-A', qty: 1_000_000 };
    expect((await post('/inventory/movements', body)).status).toBe(201);
  }

  /** Events of answered picks that have not arrived yet. */
  function untold(answered: Map<string, Pick>): string[] {
    const arrived = new Set(receiver.received.map(({ event }) => event.event_id));
    return [...answered.values()]
      .map((pick) => `evt_wms_${pick.pick_id}_1`)
      .filter((eventId) => !arrived.has(eventId));
  }
});

type Client = globalThis.Pick<WmsStage, 'get' | 'post'>;

interface Load {
  client: Client;
  answered: Map<string, Pick>;
  requests: Map<string, ReturnType<typeof pickRequest>>;
  round: number;
}

/** Eight callers that ask for picks until the connection breaks. */
async function loadOf({ client, answered, requests, round }: Load): Promise<void> {
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (;;) {
        const key = fresh(`kill-${round}`);
        const request = pickRequest([{ sku: 'SKU-LOAD', qty: 2 }], { reference: key });
        requests.set(key, request);
        try {
          const answer = await client.post<Pick>('/picks', request, key);
          if (answer.status < 300) answered.set(key, answer.body);
        } catch {
          return;
        }
      }
    }),
  );
}
