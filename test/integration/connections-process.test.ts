import { expect, test } from 'vitest';
import { API_KEY, API_SECRETS, startApi, type ApiProcess } from '../support/api-process.ts';
import { temporaryFolder } from '../support/books-shelf.ts';
import { orderText } from '../support/connections-stage.ts';
import { post } from '../support/signed-webhooks-server.ts';
import { templateHeaders } from '../support/signed.ts';

const env = { CROSSDOCK_MASTER_KEY: 'a master key of at least 32 characters' };

function order(api: ApiProcess, secret: string, eventId: string) {
  const body = orderText(eventId, Date.now());
  return post(`${api.url}/webhooks/orders`, body, templateHeaders(secret, body));
}

function call(api: ApiProcess, path: string, body: unknown) {
  return post(`${api.url}/api/v1/connections/${path}`, JSON.stringify(body), {
    authorization: `Bearer ${API_KEY}`,
    'content-type': 'application/json',
  });
}

test('rotations and pauses outlive a kill -9, with the settings as they were', async () => {
  const dataDir = temporaryFolder();
  const first = await startApi({ dataDir, env });
  const kept = await call(first, 'crm/rotate-secret', { overlap_s: 3600 });
  const ended = await call(first, 'wms/rotate-secret', { overlap_s: 0 });
  expect([kept.status, ended.status]).toEqual([201, 201]);
  expect((await call(first, 'tasks/pause', { reason: 'a test' })).status).toBe(200);
  await first.end('SIGKILL');
  const second = await startApi({ dataDir, env });
  expect((await order(second, kept.body.secret, 'evt_1')).status).toBe(202);
  expect((await order(second, API_SECRETS.crm, 'evt_2')).status).toBe(202);
  const body = orderText('evt_3', Date.now());
  const at = (path: string, secret: string) =>
    post(`${second.url}/webhooks/${path}`, body, templateHeaders(secret, body));
  expect((await at('wms', API_SECRETS.wms)).status).toBe(401);
  expect((await at('wms', ended.body.secret)).status).toBe(202);
  expect((await at('tasks', API_SECRETS.tasks)).status).toBe(503);
  expect(second.stderr()).not.toContain(kept.body.secret);
  expect(await second.end('SIGTERM')).toBe(0);
});

test('a lost master key is said at the start, before any webhook is answered', async () => {
  const dataDir = temporaryFolder();
  const first = await startApi({ dataDir, env });
  await call(first, 'crm/rotate-secret', {});
  await first.end('SIGTERM');
  await expect(startApi({ dataDir })).rejects.toThrow(/CROSSDOCK_MASTER_KEY is not set/);
});
