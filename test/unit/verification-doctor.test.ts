import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeSecret } from '../../src/secrets/generate.ts';
import type { Check } from '../../src/verification/doctor/check.ts';
import {
  NOW_MS,
  TS,
  LIVE,
  RETIRED,
  OTHER,
  SECRETS,
  BODY,
  PRETTY,
  type Asked,
  examine,
  failing,
  detailOf,
  signed,
} from '../support/doctor-stage.ts';
import { hexHmac, profileNamed } from '../support/signed.ts';

test('of a request that is right every check is, over bytes that are named', () => {
  const checks = examine({ headers: signed(LIVE, BODY) });
  expect(failing(checks)).toEqual([]);
  expect(checks.map(({ check }) => check)).toEqual([
    'headers',
    'signature-format',
    'event-id',
    'timestamp',
    'secrets',
    'signature',
  ]);
  const detail = detailOf(checks, 'signature');
  const hash = createHash('sha256').update(BODY).digest('hex').slice(0, 16);
  expect(detail).toContain('crm-2 (active)');
  expect(detail).toContain(`HMAC-SHA256 over {body} = "{\\"event_id\\":\\"evt_1\\"`);
  expect(detail).toContain(`(${Buffer.byteLength(BODY)} bytes, SHA-256 ${hash}...)`);
});

describe('a signature that does not fit is traced to', () => {
  const ascii = (text: string) =>
    text.replaceAll(
      /[\u0080-\uffff]/g,
      (u) => `\\u${u.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  const base64 = (secret: string, body: string) =>
    createHmac('sha256', secret).update(body).digest('base64');

  test.each<[string, Asked, RegExp]>([
    [
      'JSON that was written again compactly before it was signed',
      { body: PRETTY, headers: signed(LIVE, BODY) },
      /matches the secret crm-2 after this: the JSON was written again without white space/,
    ],
    [
      'JSON that was indented before it was signed',
      { headers: signed(LIVE, PRETTY) },
      /crm-2 after this: the JSON was indented by 2 spaces/,
    ],
    [
      'JSON as Python writes it',
      {
        headers: signed(LIVE, ascii(BODY).replaceAll('":', '": ').replaceAll(',"', ', "')),
      },
      /after this: the JSON was written as Python does \(json\.dumps\)/,
    ],
    [
      'JSON as PHP writes it',
      { headers: signed(LIVE, ascii(BODY).replaceAll('/', '\\/')) },
      /after this: the JSON was written as PHP does/,
    ],
    [
      'JSON as Go writes it',
      {
        headers: signed(
          LIVE,
          BODY.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026'),
        ),
      },
      /after this: the JSON was written as Go does/,
    ],
    [
      'a line end that was signed and not sent',
      { headers: signed(LIVE, `${BODY}\n`) },
      /after this: a line end was put at its end/,
    ],
    [
      'a line end that was sent and not signed',
      { body: `${BODY}\n`, headers: signed(LIVE, BODY) },
      /after this: the line end at its end was taken off/,
    ],
    [
      'a byte order mark that was sent and not signed',
      { body: `\u{FEFF}${BODY}`, headers: signed(LIVE, BODY) },
      /after this: its byte order mark was taken off/,
    ],
    [
      'line ends that were changed',
      { body: PRETTY.replaceAll('\n', '\r\n'), headers: signed(LIVE, PRETTY) },
      /after this: line ends were changed from CRLF to LF|indented by 2 spaces/,
    ],
    [
      'a body that was empty when it was signed',
      { headers: signed(LIVE, '') },
      /after this: it was left empty/,
    ],
    [
      'the payload alone',
      { headers: signed(LIVE, JSON.stringify((JSON.parse(BODY) as { payload: unknown }).payload)) },
      /after this: only `payload` was signed/,
    ],
    [
      'base64 where hex is expected',
      { headers: { 'x-signature': base64(LIVE, BODY), 'x-event-id': 'evt_1' } },
      /crm-2 after this: it was read as base64\. Write it in hex\./,
    ],
    [
      'a prefix that does not belong there',
      { headers: { 'x-signature': `sha256=${hexHmac(LIVE, BODY)}`, 'x-event-id': 'evt_1' } },
      /after this: "sha256=" was taken off before it\. Send it without a prefix\./,
    ],
    [
      'another header',
      { headers: { 'x-hub-signature-256': hexHmac(LIVE, BODY), 'x-event-id': 'evt_1' } },
      /after this: it was taken from the header x-hub-signature-256\. Send it in x-signature\./,
    ],
    [
      'a retired secret',
      { headers: signed(RETIRED, BODY) },
      /matches the secret crm-1, which is retired since 2026-01-16T14:32:00.000Z\. Give the sender the active secret\./,
    ],
    [
      'a retired secret and JSON written again',
      { body: PRETTY, headers: signed(RETIRED, BODY) },
      /crm-1, which is retired since .* after this: the JSON was written again/,
    ],
    [
      'the secret of another connection',
      { headers: signed(OTHER, BODY) },
      /matches the secret wms-1 of the connection wms\. Call \/webhooks\/wms/,
    ],
    [
      'a secret that was decoded as base64',
      {
        headers: {
          'x-signature': createHmac('sha256', Buffer.from(LIVE, 'base64'))
            .update(BODY)
            .digest('hex'),
          'x-event-id': 'evt_1',
        },
      },
      /crm-2 after this: it is decoded as base64 first; its text is the key/,
    ],
    [
      'a secret that was copied with a line end',
      { headers: signed(`${LIVE}\n`, BODY) },
      /crm-2 after this: a line end was copied behind it/,
    ],
    [
      'another signed text',
      {
        headers: {
          'x-signature': hexHmac(LIVE, `${TS}.${BODY}`),
          'x-event-id': 'evt_1',
          'x-timestamp': TS,
        },
      },
      /after this: what was signed is \{ts\}\.\{body\}\. This profile signs \{body\}\./,
    ],
    [
      'another algorithm',
      {
        headers: {
          'x-signature': createHmac('sha512', LIVE).update(BODY).digest('hex'),
          'x-event-id': 'evt_1',
        },
      },
      /after this: HMAC-SHA512 was used\. This profile uses HMAC-SHA256\./,
    ],
    [
      'two mistakes at once',
      { body: PRETTY, headers: signed(`${LIVE}\n`, BODY) },
      /after this: a line end was copied behind it; the JSON was written again/,
    ],
    [
      'nothing that is known: another secret',
      { headers: signed('a secret that nobody has', BODY) },
      /fits none of \d{2,} usual mistakes .*most likely the sender has another secret/,
    ],
  ])('%s', (_cause, asked, told) => {
    const checks = examine(asked);
    expect(failing(checks)).toContain('signature');
    expect(detailOf(checks, 'signature')).toMatch(told);
  });

  test('a whsec secret that was not decoded', () => {
    const secret = makeSecret(profileNamed('standard-webhooks'), undefined).kept;
    const digest = createHmac('sha256', secret).update(`evt_1.${TS}.${BODY}`).digest('base64');
    const checks = examine({
      profile: 'standard-webhooks',
      secrets: [{ id: 's1', value: secret, state: 'active', until: null }],
      headers: {
        'webhook-id': 'evt_1',
        'webhook-timestamp': TS,
        'webhook-signature': `v1,${digest}`,
      },
    });
    expect(failing(checks)).toEqual(['signature']);
    expect(detailOf(checks, 'signature')).toMatch(
      /its text is used as it is, instead of the base64/,
    );
  });

  test('the right signature under a version that the profile does not read', () => {
    const digest = hexHmac(LIVE, `evt_1.${TS}.${BODY}`);
    const checks = examine({
      profile: 'crossdock-v1',
      headers: {
        'x-event-id': 'evt_1',
        'x-signature': `t=${TS},v1=${'0'.repeat(64)},v2=${digest}`,
      },
    });
    expect(failing(checks)).toEqual(['signature']);
    expect(detailOf(checks, 'signature')).toMatch(/stands where this profile does not read it/);
  });
});

describe('the other checks say what is wrong', () => {
  test.each<[string, Asked, Check['check'], RegExp]>([
    [
      'a header that is missing, and whose headers these are',
      {
        headers: {
          'x-hub-signature-256': `sha256=${hexHmac(LIVE, BODY)}`,
          'x-github-delivery': 'd',
        },
      },
      'headers',
      /Missing: x-signature, x-event-id\. There is x-hub-signature-256, .*the profile github/,
    ],
    [
      'an id that differs from the body',
      { headers: signed(LIVE, BODY, 'evt_2') },
      'event-id',
      /x-event-id is evt_2, and event_id of the body is "evt_1"/,
    ],
    [
      'an id that was given twice',
      { headers: signed(LIVE, BODY, 'evt_1, evt_1') },
      'event-id',
      /no id that may be signed/,
    ],
    [
      'a body whose time is old, and by how much',
      { headers: signed(LIVE, BODY), nowMs: NOW_MS + 300_000 },
      'timestamp',
      /timestamp of the body says 2026-01-17T14:31:00.000Z, 360 s ago; the tolerance is 300 s, so it is out by 60 s/,
    ],
    [
      'a clock that is ahead',
      { headers: signed(LIVE, BODY), nowMs: NOW_MS - 7_260_000 },
      'timestamp',
      /2 h ahead of our clock/,
    ],
    [
      'a body that is no JSON',
      { body: 'no json', headers: signed(LIVE, 'no json') },
      'timestamp',
      /timestamp of the body is no ISO 8601 instant/,
    ],
    [
      'milliseconds where seconds are asked for',
      {
        profile: 'crossdock-v1',
        headers: { 'x-event-id': 'evt_1', 'x-signature': `t=${NOW_MS},v1=${'0'.repeat(64)}` },
      },
      'timestamp',
      /must be ten digits, seconds since 1970\. It is in milliseconds\./,
    ],
    [
      'a time that its header repeats otherwise',
      {
        profile: 'crossdock-v1',
        headers: {
          'x-event-id': 'evt_1',
          'x-signature': `t=${TS},v1=${'0'.repeat(64)}`,
          'x-timestamp': '1700000000',
        },
      },
      'timestamp',
      /the header x-timestamp that repeats it differ/,
    ],
    [
      'a signature in another form',
      { headers: { 'x-signature': 'nonsense!', 'x-event-id': 'evt_1' } },
      'signature-format',
      /x-signature \(9 characters\) cannot be read\. Expected: <hex>\./,
    ],
    [
      'more signatures than are looked at',
      {
        profile: 'crossdock-v1',
        headers: {
          'x-event-id': 'evt_1',
          'x-signature': `t=${TS},${Array(6)
            .fill(`v1=${hexHmac(LIVE, `evt_1.${TS}.${BODY}`)}`)
            .join(',')}`,
        },
      },
      'signature-format',
      /lists 6 signatures of one version, at most 5/,
    ],
    [
      'that no secret is live',
      { headers: signed(LIVE, BODY), secrets: SECRETS.slice(0, 1) },
      'secrets',
      /No live secret\. 1 retired\. Rotate/,
    ],
  ])('%s', (_what, asked, check, told) => {
    const checks = examine(asked);
    expect(failing(checks)).toContain(check);
    expect(detailOf(checks, check)).toMatch(told);
  });

  test('the signature is judged by itself where only the id is wrong', () => {
    expect(failing(examine({ headers: signed(LIVE, BODY, 'evt_2') }))).toEqual(['event-id']);
    expect(failing(examine({ headers: { 'x-signature': hexHmac(LIVE, BODY) } }))).toEqual([
      'headers',
      'event-id',
    ]);
  });
});
