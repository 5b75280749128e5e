import { describe, expect, test } from 'vitest';
import { fieldsOf, openPageStage, type PageStage } from '../support/action-page-stage.ts';
import { API_KEY } from '../support/api-stage.ts';
import { actionOf, writeActions } from '../support/books-shelf.ts';

function openTwo(env: Record<string, string> = {}): PageStage {
  const stage = openPageStage(env);
  const two = ['A-1', 'A-2'].map((id) => actionOf({ action_id: id, detail: `Facts of ${id}.` }));
  writeActions(stage.books, two);
  return stage;
}

async function decision(stage: PageStage, cookie?: string): Promise<URLSearchParams> {
  const headers: Record<string, string> = cookie === undefined ? {} : { cookie };
  const path = cookie === undefined ? stage.link('A-1') : '/actions/A-1';
  const form = fieldsOf(await stage.open(path, headers));
  form.set('decision', 'wait');
  form.set('name', 'Ana');
  return form;
}

describe('without a right', () => {
  test('a page asks for an API key, and tells nothing of the question, not even whether there is one', async () => {
    const stage = openTwo();
    const token = (id: string): string => stage.link(id).split('?')[1] ?? '';
    const texts = new Set<string>();
    for (const path of [
      '/actions/A-1',
      '/actions/A-9',
      '/actions/A-1?t=',
      `/actions/A-1?${token('A-2')}`,
      `/actions/A-1?${token('A-1').slice(0, -1)}`,
      `/actions/A-1?t=${encodeURIComponent(API_KEY)}`,
    ]) {
      const sheet = await stage.open(path);
      expect(sheet.status, path).toBe(401);
      expect(sheet.text).not.toContain('Facts of');
      expect(sheet.html).toContain('type="password"');
      expect(sheet.headers.get('content-security-policy')).toContain("default-src 'none'");
      texts.add(path.includes('?') ? 'with token' : sheet.text);
    }
    expect(texts.size).toBe(2);
  });

  test('the list asks for a key as well, and no link opens it', async () => {
    const stage = openTwo();
    for (const path of ['/actions', `/actions?${stage.link('A-1').split('?')[1] ?? ''}`]) {
      const sheet = await stage.open(path);
      expect(sheet.status).toBe(401);
      expect(sheet.text).not.toContain('Facts of');
    }
  });

  test('nothing is decided: no token, the token of another question, a cookie that was made up', async () => {
    const stage = openTwo();
    const form = await decision(stage);
    const other = new URLSearchParams(form);
    other.set('t', new URLSearchParams(stage.link('A-2').split('?')[1]).get('t') ?? '');
    const none = new URLSearchParams(form);
    none.delete('t');
    expect((await stage.send('/actions/A-1', other)).status).toBe(401);
    expect((await stage.send('/actions/A-1', none)).status).toBe(401);
    const cookie = `crossdock_actions=${Date.now() + 1e9}.${'A'.repeat(43)}`;
    expect((await stage.send('/actions/A-1', none, { cookie })).status).toBe(401);
    expect((await stage.send('/actions/A-2', form)).status).toBe(401);
    expect(stage.asked).toEqual([]);
  });

  test('without a secret no link opens anything', async () => {
    const stage = openTwo({ CROSSDOCK_LINK_SECRET: '' });
    expect(stage.link('A-1')).toBe('/actions/A-1');
    expect((await stage.open('/actions/A-1?t=')).status).toBe(401);
    const cookie = await stage.signIn();
    expect((await stage.open('/actions/A-1', { cookie })).status).toBe(200);
  });
});

describe('an API key', () => {
  test('lets a browser in by a cookie that holds no key, stays with these pages, and ends', async () => {
    const stage = openTwo({ CROSSDOCK_ACTION_PAGE_SESSION_MS: '60000' });
    const form = new URLSearchParams({ api_key: API_KEY, action: 'A-1' });
    const sheet = await stage.send('/actions/-/sign-in', form);
    expect(sheet.status).toBe(303);
    expect(sheet.headers.get('location')).toBe('/actions/A-1');
    const set = sheet.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/; Path=\/actions(;|$)/);
    expect(set).toContain('HttpOnly');
    expect(set).toContain('SameSite=Strict');
    expect(set).toContain('Max-Age=60');
    expect(set).not.toContain(API_KEY);
    const cookie = set.split(';')[0] ?? '';
    expect((await stage.open('/actions/A-1', { cookie })).text).toContain('Facts of A-1.');
    expect((await stage.open('/actions', { cookie })).status).toBe(200);
    stage.clock.now += 60_001;
    expect((await stage.open('/actions/A-1', { cookie })).status).toBe(401);
    expect((await stage.open('/actions', { cookie })).status).toBe(401);
  });

  test('travels only where it is encrypted when the pages are reached by https', async () => {
    const stage = openTwo({ CROSSDOCK_PUBLIC_URL: 'https://ops.example' });
    const form = new URLSearchParams({ api_key: API_KEY });
    const { headers } = await stage.send('/actions/-/sign-in', form);
    expect(headers.get('set-cookie')).toContain('Secure');
  });

  test('that is wrong lets nobody in, and goes nowhere but back', async () => {
    const stage = openTwo();
    for (const key of ['', 'wrong', API_KEY.slice(1)]) {
      const form = new URLSearchParams({ api_key: key, action: 'A-1' });
      const sheet = await stage.send('/actions/-/sign-in', form);
      expect(sheet.status).toBe(401);
      expect(sheet.headers.get('set-cookie')).toBeNull();
      expect(sheet.text).toContain('That is not a valid API key');
    }
    const away = new URLSearchParams({ api_key: API_KEY, action: '//evil.example/x' });
    const { headers } = await stage.send('/actions/-/sign-in', away);
    expect(headers.get('location')).toBe('/actions/%2F%2Fevil.example%2Fx');
  });

  test('decides in the name that the person gives, and signing out ends it', async () => {
    const stage = openTwo();
    const cookie = await stage.signIn();
    const form = await decision(stage, cookie);
    expect(form.has('t')).toBe(false);
    expect((await stage.send('/actions/A-1', form, { cookie })).status).toBe(200);
    expect(stage.asked[0]?.input).toMatchObject({ by: 'Ana (by api key)' });
    const out = await stage.send('/actions/-/sign-out', new URLSearchParams(), { cookie });
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
  });
});

describe('a form of another page', () => {
  test('decides nothing: without its token, with that of another question, visitor or session', async () => {
    const stage = openTwo();
    const cookie = await stage.signIn();
    const genuine = await decision(stage, cookie);
    stage.clock.now += 1000;
    const later = await stage.signIn();
    const ofOther = fieldsOf(await stage.open('/actions/A-2', { cookie })).get('form') ?? '';
    const ofLink = (await decision(stage)).get('form') ?? '';
    for (const token of ['', ofOther, ofLink]) {
      const form = new URLSearchParams(genuine);
      form.set('form', token);
      const sheet = await stage.send('/actions/A-1', form, { cookie });
      expect(sheet.status).toBe(403);
      expect(sheet.text).toContain('Nothing was decided');
    }
    expect((await stage.send('/actions/A-1', genuine, { cookie: later })).status).toBe(403);
    expect(stage.asked).toEqual([]);
  });

  test('is refused when the browser says that another site sends it', async () => {
    const stage = openTwo();
    const form = await decision(stage);
    for (const site of ['cross-site', 'same-site']) {
      const headers = { 'sec-fetch-site': site };
      expect((await stage.send('/actions/A-1', form, headers)).status).toBe(403);
      const key = new URLSearchParams({ api_key: API_KEY });
      expect((await stage.send('/actions/-/sign-in', key, headers)).status).toBe(403);
    }
    expect(stage.asked).toEqual([]);
    const headers = { 'sec-fetch-site': 'same-origin' };
    expect((await stage.send('/actions/A-1', form, headers)).status).toBe(200);
  });
});

test('the list shows what waits, the first due first, page by page', async () => {
  const stage = openPageStage({ CROSSDOCK_ACTION_PAGE_ROWS: '2' });
  const cookie = await stage.signIn();
  expect((await stage.open('/actions', { cookie })).text).toContain('Nobody is waited for');
  const due = (hour: number): string => `2027-01-15T${hour}:00:00.000Z`;
  writeActions(stage.books, [
    actionOf({ action_id: 'A-3', due_at: due(13), detail: 'third' }),
    actionOf({ action_id: 'A/1', due_at: due(11), detail: 'first' }),
    actionOf({ action_id: 'A-2', due_at: due(12), detail: 'second' }),
  ]);
  const first = await stage.open('/actions', { cookie });
  expect(first.text.indexOf('first')).toBeLessThan(first.text.indexOf('second'));
  expect(first.html).toContain('href="/actions/A%2F1"');
  expect(first.text).not.toContain('third');
  const next = /href="(\/actions\?cursor=[^"]+)"/.exec(first.html)?.[1] ?? '';
  expect((await stage.open(next, { cookie })).text).toContain('third');
  expect((await stage.open('/actions?cursor=none', { cookie })).status).toBe(422);
});
