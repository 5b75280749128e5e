import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  openConnectionsStage,
  orderText,
  type ConnectionsStage,
} from '../support/connections-stage.ts';
import { SECRETS } from '../support/signed-webhooks-server.ts';
import { templateHeaders } from '../support/signed.ts';

const DAY_MS = 86_400_000;

async function auditOf(stage: ConnectionsStage) {
  const answer = await stage.get('/api/v1/audit');
  const { items } = (await answer.json()) as { items: Record<string, string>[] };
  return items;
}

function inFiles(folder: string): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('');
}

describe('rotating a secret', () => {
  test('shows it once, is in force at once, and keeps the former one for its overlap', async () => {
    const stage = await openConnectionsStage();
    const { now } = stage.ingestClock;
    const rotated = await stage.call('POST', '/crm/rotate-secret', { overlap_s: 60 });
    expect(rotated.status).toBe(201);
    expect(rotated.headers.get('cache-control')).toBe('no-store');
    expect(rotated.body).toMatchObject({
      secret: expect.stringMatching(/^[0-9a-f]{64}$/),
      active_from: new Date(now).toISOString(),
      previous_until: new Date(now + 60_000).toISOString(),
      detail: expect.stringMatching(/sandboxes, built-in warehouse/),
    });
    const { secret } = rotated.body;
    expect((await stage.order(secret, 'evt_new')).status).toBe(202);
    expect((await stage.order(SECRETS.crm, 'evt_old')).status).toBe(202);
    expect(await stage.inbox.get('crm', 'evt_new')).toMatchObject({
      secretId: rotated.body.secret_id,
    });
    stage.ingestClock.now = now + 60_000;
    expect((await stage.order(SECRETS.crm, 'evt_late')).status).toBe(401);
    expect((await stage.order(secret, 'evt_then')).status).toBe(202);
    const shown = await stage.call('GET', '/crm');
    expect(JSON.stringify(shown.body)).not.toContain(secret);
    expect(stage.logged.join('')).not.toContain(secret);
  });

  test('without a body it overlaps for a day', async () => {
    const stage = await openConnectionsStage();
    const { status, body } = await stage.call('POST', '/crm/rotate-secret');
    expect(status).toBe(201);
    expect(Date.parse(body.previous_until)).toBe(stage.ingestClock.now + DAY_MS);
  });

  test('a second one inside the overlap is 409 and changes nothing, forced it is done', async () => {
    const stage = await openConnectionsStage();
    const first = await stage.call('POST', '/crm/rotate-secret', {});
    const refused = await stage.call('POST', '/crm/rotate-secret', { overlap_s: 5 });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      type: expect.stringMatching(/\/rotation-overlap$/),
      previous_until: first.body.previous_until,
    });
    expect((await stage.order(SECRETS.crm, 'evt_1')).status).toBe(202);
    const forced = await stage.call('POST', '/crm/rotate-secret', { force: true, overlap_s: 0 });
    expect(forced.status).toBe(201);
    expect((await stage.order(SECRETS.crm, 'evt_2')).status).toBe(401);
    expect((await stage.order(first.body.secret, 'evt_3')).status).toBe(401);
    expect((await stage.order(forced.body.secret, 'evt_4')).status).toBe(202);
  });

  test('of fifty at once one is done', async () => {
    const stage = await openConnectionsStage();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => stage.call('POST', '/crm/rotate-secret', {})),
    );
    const done = answers.filter(({ status }) => status === 201);
    expect(done).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
    expect((await stage.order(done[0]?.body.secret, 'evt_1')).status).toBe(202);
  });

  test('sent again under its key it gets the same secret', async () => {
    const stage = await openConnectionsStage();
    const first = await stage.call('POST', '/crm/rotate-secret', {}, 'key-1');
    const again = await stage.call('POST', '/crm/rotate-secret', {}, 'key-1');
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  test('no other connection is touched', async () => {
    const stage = await openConnectionsStage();
    await stage.call('POST', '/wms/rotate-secret', { overlap_s: 0 });
    expect((await stage.order(SECRETS.crm, 'evt_1')).status).toBe(202);
    const body = orderText('evt_2', stage.ingestClock.now);
    const headers = templateHeaders(SECRETS.wms, body);
    const refused = await fetch(`${stage.url}/webhooks/wms`, { method: 'POST', body, headers });
    expect(refused.status).toBe(401);
  });

  test('is audited with its reason and without any secret', async () => {
    const stage = await openConnectionsStage();
    const given = 'a-secret-the-sender-made';
    const { body } = await stage.call('POST', '/crm/rotate-secret', {
      secret: given,
      reason: 'leaked in a ticket',
    });
    expect(body.secret).toBe(given);
    const [entry] = await auditOf(stage);
    expect(entry).toMatchObject({
      action: 'POST /api/v1/connections/{name}/rotate-secret',
      target: '/api/v1/connections/crm/rotate-secret',
      reason: 'leaked in a ticket',
      outcome: '201',
    });
    expect(JSON.stringify(entry)).not.toContain(given);
    expect((await stage.order(given, 'evt_1')).status).toBe(202);
  });

  test.each([
    [{ overlap_s: -1 }, 422],
    [{ overlap_s: 604_801 }, 422],
    [{ overlap_s: 1.5 }, 422],
    [{ secret: 'short' }, 422],
    [{ secret: SECRETS.crm }, 422],
    [{ force: 'yes' }, 422],
    [{ overlap_s: 604_800 }, 201],
  ])('%j: %i', async (body, status) => {
    const stage = await openConnectionsStage();
    expect((await stage.call('POST', '/crm/rotate-secret', body)).status).toBe(status);
    expect((await stage.order(SECRETS.crm, 'evt_1')).status).toBe(202);
  });

  test('of an unknown connection is 404 and names those that there are', async () => {
    const stage = await openConnectionsStage();
    const { status, body } = await stage.call('POST', '/nobody/rotate-secret', {});
    expect(status).toBe(404);
    expect(body.detail).toMatch(/There are crm, tasks, wms/);
  });

  test('without a master key is 409 and says what to set', async () => {
    const stage = await openConnectionsStage({ CROSSDOCK_MASTER_KEY: '' });
    const { status, body } = await stage.call('POST', '/crm/rotate-secret', {});
    expect(status).toBe(409);
    expect(body.type).toMatch(/\/master-key-missing$/);
    expect((await stage.order(SECRETS.crm, 'evt_1')).status).toBe(202);
  });

  test('gives a standard-webhooks connection a secret of its form, a basic one its user', async () => {
    const stage = await openConnectionsStage();
    const std = await stage.call('POST', '/crm-std/rotate-secret', {});
    expect(std.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const basic = await stage.call('POST', '/crm-basic/rotate-secret', {});
    expect(basic.body.secret).toMatch(/^user:[0-9a-f]{64}$/);
  });
});

describe('what is shown of connections', () => {
  test('is their profile, the states of their secrets, what came and what was refused', async () => {
    const stage = await openConnectionsStage();
    const { now } = stage.ingestClock;
    await stage.order(SECRETS.crm, 'evt_1');
    await stage.order(SECRETS.crm, 'evt_1');
    await stage.order('wrong', 'evt_2');
    const { body } = await stage.call('POST', '/crm/rotate-secret', { overlap_s: 60 });
    const { items, next } = (await stage.call('GET', '')).body;
    expect(next).toBeNull();
    expect(items.map((one: { name: string }) => one.name)).toEqual([
      'crm',
      'tasks',
      'wms',
      'crm-eu',
      'crm-std',
      'crm-basic',
    ]);
    const at = new Date(now).toISOString();
    expect(items[0]).toEqual({
      name: 'crm',
      kind: 'crm',
      profile: 'template',
      path: '/webhooks/orders',
      paused: false,
      paused_since: null,
      paused_reason: null,
      secrets: [
        {
          id: 'crm-1',
          state: 'retiring',
          created_at: null,
          until: body.previous_until,
          last_used_at: at,
        },
        { id: body.secret_id, state: 'active', created_at: at, until: null, last_used_at: null },
      ],
      webhooks: {
        since: at,
        last_verified_at: at,
        answers: { first: 1, duplicate: 1, not_authentic: 1 },
        last_refusal: { at, outcome: 'not_authentic', cause: 'signature-mismatch' },
      },
    });
    expect(items[4].profile).toBe('standard-webhooks');
    stage.ingestClock.now = now + 60_000;
    const later = await stage.call('GET', '/crm');
    expect(later.body.secrets[0].state).toBe('retired');
    expect(JSON.stringify(items)).not.toMatch(/secret-of|user:password|whsec_/);
  });

  test('is behind the API key', async () => {
    const stage = await openConnectionsStage();
    for (const path of ['', '/crm', '/crm/verify', '/crm/rotate-secret', '/crm/pause']) {
      const method = path === '' || path === '/crm' ? 'GET' : 'POST';
      const answer = await fetch(`${stage.url}/api/v1/connections${path}`, { method });
      expect(answer.status).toBe(401);
    }
    expect((await stage.order(SECRETS.crm, 'evt_1')).status).toBe(202);
  });

  test('stands in the metrics', async () => {
    const stage = await openConnectionsStage();
    await stage.call('POST', '/crm/rotate-secret', {});
    await stage.order(SECRETS.crm, 'evt_1');
    await stage.call('POST', '/wms/pause', {});
    const text = await (await fetch(`${stage.url}/metrics`)).text();
    expect(text).toContain('crossdock_connection_paused{connection="wms"} 1');
    expect(text).toContain('crossdock_connection_paused{connection="crm"} 0');
    expect(text).toContain('crossdock_connection_secrets{connection="crm",state="retiring"} 1');
    expect(text).toContain(
      `crossdock_connection_retiring_secret_used_timestamp_seconds{connection="crm"} ${stage.ingestClock.now / 1000}`,
    );
  });
});

describe('pausing', () => {
  test('tells authentic webhooks 503 and to come again, strangers still 401, until resumed', async () => {
    const stage = await openConnectionsStage();
    const paused = await stage.call('POST', '/crm/pause', { reason: 'a migration' });
    expect(paused.body).toMatchObject({ paused: true, paused_reason: 'a migration' });
    const held = await stage.order(SECRETS.crm, 'evt_1');
    expect(held.status).toBe(503);
    expect(held.headers.get('retry-after')).toBe('60');
    expect(held.body.type).toMatch(/\/connection-paused$/);
    expect((await stage.order('wrong', 'evt_1')).status).toBe(401);
    expect(await stage.inbox.get('crm', 'evt_1')).toBeUndefined();
    const resumed = await stage.call('POST', '/crm/resume');
    expect(resumed.body).toMatchObject({ paused: false, paused_since: null });
    expect((await stage.order(SECRETS.crm, 'evt_1')).status).toBe(202);
    const done = (await auditOf(stage)).map(({ action, reason }) => [action, reason]);
    expect(done).toEqual([
      ['POST /api/v1/connections/{name}/resume', null],
      ['POST /api/v1/connections/{name}/pause', 'a migration'],
    ]);
  });

  test('twice keeps the first moment and reason', async () => {
    const stage = await openConnectionsStage();
    const first = await stage.call('POST', '/crm/pause', { reason: 'one' });
    stage.ingestClock.now += 5000;
    const second = await stage.call('POST', '/crm/pause', { reason: 'two' });
    expect(second.body).toEqual(first.body);
  });
});

describe('the signature doctor', () => {
  const verify = (
    stage: ConnectionsStage,
    parts: { body: string; headers: object },
    name = 'crm',
  ) =>
    stage.call('POST', `/${name}/verify`, {
      headers: parts.headers,
      body_base64: Buffer.from(parts.body).toString('base64'),
    });

  test('agrees with what the webhook itself is answered, headers in any case', async () => {
    const stage = await openConnectionsStage();
    const body = orderText('evt_1', stage.ingestClock.now);
    const { 'x-signature': signature = '' } = templateHeaders(SECRETS.crm, body);
    const headers = { 'X-Signature': signature, 'X-Event-ID': 'evt_1' };
    const right = await verify(stage, { body, headers });
    expect(right.status).toBe(200);
    expect(right.body.ok).toBe(true);
    expect(right.body.checks.every((one: { ok: boolean }) => one.ok)).toBe(true);
    const wrong = await verify(stage, { body: `${body} `, headers });
    expect(wrong.body.ok).toBe(false);
    expect(JSON.stringify(wrong.body)).toMatch(/after this: /);
    expect(JSON.stringify([right.body, wrong.body])).not.toContain(SECRETS.crm);
  });

  test('knows a secret that was rotated away, and one of another connection', async () => {
    const stage = await openConnectionsStage();
    const { body: rotated } = await stage.call('POST', '/crm/rotate-secret', { overlap_s: 0 });
    const body = orderText('evt_1', stage.ingestClock.now);
    const old = await verify(stage, { body, headers: templateHeaders(SECRETS.crm, body) });
    expect(JSON.stringify(old.body)).toMatch(/crm-1, which is retired since/);
    const other = await verify(stage, { body, headers: templateHeaders(SECRETS.wms, body) });
    expect(JSON.stringify(other.body)).toMatch(/wms-1 of the connection wms/);
    const fresh = await verify(stage, { body, headers: templateHeaders(rotated.secret, body) });
    expect(fresh.body.ok).toBe(true);
  });

  test('keeps nothing: no audit, no event, no quarantine, no log, no file', async () => {
    const stage = await openConnectionsStage();
    const body = orderText('evt_very_private', stage.ingestClock.now);
    await verify(stage, { body, headers: templateHeaders('wrong', body) });
    await verify(stage, { body, headers: templateHeaders(SECRETS.crm, body) });
    expect(await auditOf(stage)).toEqual([]);
    expect(await stage.inbox.get('crm', 'evt_very_private')).toBeUndefined();
    expect(stage.logged).toEqual([]);
    const encoded = Buffer.from(body).toString('base64').slice(0, 40);
    const files = inFiles(stage.folder) + inFiles(join(stage.booksFile, '..'));
    expect(files).not.toContain('evt_very_private');
    expect(files).not.toContain(encoded);
    const seen = (await stage.call('GET', '/crm')).body.webhooks;
    expect(seen).toMatchObject({ last_verified_at: null, answers: {} });
  });

  test('takes a body as large as a webhook may be, and not an endless one', async () => {
    const stage = await openConnectionsStage();
    const large = JSON.stringify({ event_id: 'evt_1', text: 'x'.repeat(262_000) });
    const answer = await verify(stage, {
      body: large,
      headers: templateHeaders(SECRETS.crm, large),
    });
    expect(answer.status).toBe(200);
    const endless = 'x'.repeat(600_000);
    expect((await verify(stage, { body: endless, headers: {} })).status).toBe(413);
  });

  test.each([
    [{ headers: {} }, 422],
    [{ headers: {}, body_base64: '%%%' }, 422],
    [{ headers: { a: 1 }, body_base64: '' }, 422],
    [{ headers: {}, body_base64: '' }, 200],
  ])('%j: %i', async (body, status) => {
    const stage = await openConnectionsStage();
    expect((await stage.call('POST', '/crm/verify', body)).status).toBe(status);
  });

  test('is 404 for a connection that is not there', async () => {
    const stage = await openConnectionsStage();
    expect((await verify(stage, { body: '{}', headers: {} }, 'nobody')).status).toBe(404);
  });
});

describe('OpenAPI', () => {
  const DocumentSchema = z.looseObject({
    paths: z.record(
      z.string(),
      z.record(z.string(), z.looseObject({ responses: z.looseObject({}) })),
    ),
    components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
  });

  test.each([
    ['get', '/api/v1/connections', '', undefined, 200],
    ['get', '/api/v1/connections/{name}', '/crm', undefined, 200],
    ['get', '/api/v1/connections/{name}', '/nobody', undefined, 404],
    ['post', '/api/v1/connections/{name}/rotate-secret', '/crm/rotate-secret', {}, 201],
    ['post', '/api/v1/connections/{name}/pause', '/crm/pause', {}, 200],
    ['post', '/api/v1/connections/{name}/resume', '/crm/resume', {}, 200],
    [
      'post',
      '/api/v1/connections/{name}/verify',
      '/crm/verify',
      { headers: {}, body_base64: '' },
      200,
    ],
  ] as const)('describes what %s %s answers', async (...called) => {
    const [method, path, address, sent, status] = called;
    const stage = await openConnectionsStage();
    const text = await (await fetch(`${stage.url}/openapi.json`)).text();
    const document = DocumentSchema.parse(JSON.parse(text));
    const answer = await stage.call(method === 'get' ? 'GET' : 'POST', address, sent);
    expect(answer.status).toBe(status);
    const type = answer.headers.get('content-type') ?? '';
    const response = z
      .looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.looseObject({}) })) })
      .parse(document.paths[path]?.[method]?.responses[String(status)]);
    const whole = JSON.stringify({
      ...response.content[type]?.schema,
      $defs: document.components.schemas,
    });
    const schema = z.fromJSONSchema(
      JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')),
    );
    expect(schema.safeParse(answer.body).error).toBeUndefined();
    expect(schema.safeParse([]).success).toBe(false);
  });
});
