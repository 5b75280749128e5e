import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import type { Problem, WmsStage } from './wms-stage.ts';

export function webhooksAndAccess(stage: WmsStage): void {
  const { call, get, post, target, received, stocked, createdPick, eventsOf } = stage;

  describe('webhooks', () => {
    it('are signed over the raw bytes, with the event id in the header', async () => {
      const sku = await stocked({ 'zone-A': 1 });
      const { pick_id: id } = await createdPick([{ sku, qty: 1 }]);
      await eventsOf(id, 1);
      const sent = received().find(({ event }) => event.payload['pick_id'] === id);
      expect(sent).toMatchObject({
        ...{ signatureHolds: true, idHeader: `evt_wms_${id}_1` },
        event: { event_id: `evt_wms_${id}_1`, event_version: '1.0', source: 'wms' },
      });
    });

    it('are in the delivery log, and go out again with the same bytes', async () => {
      const sku = await stocked({ 'zone-A': 1 });
      const { pick_id: id } = await createdPick([{ sku, qty: 1 }]);
      interface Row {
        delivery_id: string;
        status: string;
        attempts: { status: number }[];
        body: string;
      }
      const log = async () =>
        (await get<{ items: Row[] }>(`/webhook-deliveries?event_id=evt_wms_${id}_1`)).body.items[0];
      const sent = await eventually(async () => {
        const row = await log();
        return row?.status === 'delivered' ? row : undefined;
      }, 10_000);
      expect(sent.attempts.map((attempt) => attempt.status)).toEqual([200]);
      const again = await post(`/webhook-deliveries/${sent.delivery_id}/redeliver`, {});
      expect(again.status).toBe(202);
      await eventually(async () => (await log())?.attempts.length === 2, 10_000);
      expect((await log())?.body).toBe(sent.body);
      expect((await post('/webhook-deliveries/none/redeliver', {})).status).toBe(404);
    });
  });

  describe('access', () => {
    it('needs a token', async () => {
      for (const token of [null, 'wrong', `${target().token}x`]) {
        const answer = await call<Problem>({ path: '/api/v1/picks', token });
        expect([answer.status, answer.body.status]).toEqual([401, 401]);
      }
    });

    it('gives a client a token for its id and secret, and serves the external paths with it', async () => {
      const { id, secret } = target().client;
      const given = await call<{ access_token: string; expires_in: number }>({
        ...{ path: '/api/v1/auth/token', token: null },
        body: { client_id: id, client_secret: secret },
      });
      expect(given.body.expires_in).toBe(3600);
      const token = given.body.access_token;
      expect((await call({ path: '/api/external/v1/inventory', token })).status).toBe(200);
      const [head, claims] = token.split('.');
      const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${claims}.`;
      for (const forged of [unsigned, `${head}.${claims}.AAAA`]) {
        expect((await call({ path: '/api/v1/inventory', token: forged })).status).toBe(401);
      }
      const basic = Buffer.from(`${id}:${secret}`).toString('base64');
      const byBasic = await fetch(`${target().origin}/api/external/v1/auth/token`, {
        ...{ method: 'POST', headers: { authorization: `Basic ${basic}` } },
      });
      expect(byBasic.status).toBe(200);
      const refused = await call({
        ...{ path: '/api/v1/auth/token', token: null },
        body: { client_id: id, client_secret: 'wrong' },
      });
      expect(refused.status).toBe(401);
    });
  });
}
