import { afterEach, describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { envelopeText, hexHmac } from '../support/signed.ts';
import {
  post,
  postOrder,
  SECRETS,
  startWebhooks,
  type WebhooksServer,
} from '../support/signed-webhooks-server.ts';
import { templateHeaders } from '../support/signed.ts';

let server: WebhooksServer;

afterEach(() => server.close());

function orderOf(eventId: string): string {
  return envelopeText({
    eventId,
    eventType: 'ORDER.CREATED',
    payload: { order_id: eventId, items: [{ sku: 'A', qty: 1 }] },
    timestamp: new Date(NOW).toISOString(),
  });
}

const NOW = Date.now();

describe('the rate of a connection', () => {
  const env = { CROSSDOCK_WEBHOOK_RATE_MAX: '3', CROSSDOCK_WEBHOOK_RATE_WINDOW_MS: '10000' };

  test('is 429 with the time to wait, and starts anew with the next window', async () => {
    server = await startWebhooks({ env });
    server.setNow(NOW);
    for (const n of [1, 2, 3]) {
      expect((await postOrder(server.url, orderOf(`e${n}`))).status).toBe(202);
    }
    server.setNow(NOW + 2500);
    const answer = await postOrder(server.url, orderOf('e4'));
    expect(answer.status).toBe(429);
    expect(answer.body.type).toBe('https://crossdock.dev/problems/rate-limited');
    expect(answer.headers.get('retry-after')).toBe('8');
    expect(answer.headers.get('ratelimit-policy')).toBe('"default";q=3;w=10');
    expect(answer.headers.get('ratelimit')).toBe('"default";r=0;t=8');
    expect(await server.store.get('crm', 'e4')).toBeUndefined();
    server.setNow(NOW + 10_000);
    expect((await postOrder(server.url, orderOf('e4'))).status).toBe(202);
  });

  test('is not spent by strangers, and is its own for each connection', async () => {
    server = await startWebhooks({ env });
    const body = orderOf('e1');
    for (let n = 0; n < 10; n += 1) {
      const answer = await postOrder(server.url, body, { 'x-signature': hexHmac('wrong', body) });
      expect(answer.status).toBe(401);
    }
    for (const n of [1, 2, 3]) {
      expect((await postOrder(server.url, orderOf(`e${n}`))).status).toBe(202);
    }
    const wms = envelopeText({ eventId: 'w1', eventType: 'PICK.OTHER', payload: {} });
    const headers = templateHeaders(SECRETS.wms, wms);
    expect((await post(`${server.url}/webhooks/wms`, wms, headers)).status).toBe(202);
  });
});

describe('an inbox that cannot take more is 503 and stores nothing', () => {
  function expect503(answer: Awaited<ReturnType<typeof postOrder>>, tail: string): void {
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(answer.body.type).toBe(`https://crossdock.dev/problems/${tail}`);
  }

  test('when the backlog is past its limit, until it drains', async () => {
    server = await startWebhooks({ env: { CROSSDOCK_INBOX_BACKLOG_MAX: '2' } });
    await postOrder(server.url, orderOf('e1'));
    await postOrder(server.url, orderOf('e2'));
    expect503(await postOrder(server.url, orderOf('e3')), 'backlog-full');
    expect(await server.store.get('crm', 'e3')).toBeUndefined();
    const stored = await server.store.get('crm', 'e1');
    await server.store.settle([{ seq: stored?.seq ?? 0, status: 'dispatched', at: NOW }]);
    server.gauge.settled(1);
    expect((await postOrder(server.url, orderOf('e3'))).status).toBe(202);
  });

  test('when a write fails, and health knows until one succeeds', async () => {
    let fails = true;
    server = await startWebhooks({
      wrap: (store) => ({
        append: (events) =>
          fails
            ? Promise.reject(
                new AppError('unavailable', 'The store cannot write: disk full', {
                  cause: new Error('disk full'),
                  retryAfterMs: 5000,
                }),
              )
            : store.append(events),
        quarantine: (entries) => store.quarantine(entries),
      }),
    });
    const answer = await postOrder(server.url, orderOf('e1'));
    expect503(answer, 'inbox-unavailable');
    expect(JSON.stringify(answer.body)).not.toContain('disk full');
    expect(server.gauge.writable).toBe(false);
    await server.gauge.refresh();
    expect(server.gauge.writable).toBe(true);
    fails = false;
    expect((await postOrder(server.url, orderOf('e1'))).status).toBe(202);
  });

  test('when a body belongs in a quarantine that is full: never a 4xx for what is lost', async () => {
    server = await startWebhooks({ env: { CROSSDOCK_INBOX_QUARANTINE_MAX: '1' } });
    const bad = (text: string) =>
      post(`${server.url}/webhooks/orders`, text, templateHeaders(SECRETS.crm, text, 'evt_q'));
    expect((await bad('one')).status).toBe(400);
    expect((await bad('one')).status).toBe(400);
    expect503(await bad('two'), 'quarantine-full');
    const stale = orderOf('e1').replace(
      /"timestamp":"[^"]*"/,
      '"timestamp":"2020-01-01T00:00:00Z"',
    );
    expect503(await postOrder(server.url, stale), 'quarantine-full');
  });

  test('an unexpected fault is 500 without its message, and is no ack', async () => {
    server = await startWebhooks({
      wrap: () => ({
        append: () => Promise.reject(new TypeError('secret detail')),
        quarantine: () => Promise.resolve([true]),
      }),
    });
    const answer = await postOrder(server.url, orderOf('e1'));
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('secret detail');
    expect(answer.body.instance).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('a sender that takes nothing but 200 is answered 200, for the first delivery too', async () => {
  server = await startWebhooks({ ack: 200 });
  const first = await postOrder(server.url, orderOf('e1'));
  expect(first.status).toBe(200);
  expect(first.body).toMatchObject({ status: 'accepted', duplicate: false });
});
