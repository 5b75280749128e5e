import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from '../../src/wiring/condition.ts';
import { compileFiles, edited, WMS_FILES } from '../support/wiring-stage.ts';
import { shippedWiring } from '../support/shipped-wiring.ts';

function compiled(files: Record<string, string>) {
  const result = compileFiles(files);
  if ('wiring' in result) return result.wiring;
  throw new Error(result.errors.map(({ message }) => message).join('\n'));
}

function wmsOf(files: Record<string, string> = WMS_FILES) {
  const spec = compiled(files).connections.get('wms');
  if (spec === undefined) throw new Error('There is no wms.');
  return spec;
}

describe('the hash of a wiring', () => {
  test('changes with a connection, and not with its comments', () => {
    const { hash } = compiled(WMS_FILES);
    expect(compiled(edited('limit=1', 'limit=2')).hash).not.toBe(hash);
    expect(compiled(edited('title:', '# why\ntitle:')).hash).toBe(hash);
  });
});

describe('what a vendor can do', () => {
  test('is what the file says', () => {
    expect(wmsOf().can).toEqual({
      idempotentCreate: true,
      find: 'reference',
      searchLagMs: 0,
      events: 'lines',
      cancel: 'lines',
      shipments: true,
    });
  });

  test('is else what its calls and events show', () => {
    const files = edited(
      'can: {create: [key, reference], events: lines, cancel: lines, shipments: true}\n',
      '',
    );
    expect(wmsOf(files).can).toEqual({
      idempotentCreate: true,
      find: 'reference',
      searchLagMs: 0,
      events: 'lines',
      cancel: 'lines',
      shipments: false,
    });
  });

  test('may be searched for, some seconds late', () => {
    const can = wmsOf(edited('create: [key, reference]', 'create: search, search_lag_s: 5')).can;
    expect(can).toMatchObject({ idempotentCreate: false, find: 'search', searchLagMs: 5000 });
  });
});

test('seconds of a file are milliseconds of the program, and a poll never gets shorter', () => {
  const of = (poll: string) => wmsOf(edited('can:', `${poll}\ncan:`)).poll;
  expect(of('poll: {first_s: 30, most_s: 600}')).toEqual({ firstMs: 30_000, maxMs: 600_000 });
  expect(of('poll: {first_s: 30, most_s: 10}')).toEqual({ firstMs: 30_000, maxMs: 30_000 });
  expect(wmsOf().poll).toBeNull();
});

test('headers and their names are compared in lower case', () => {
  const spec = wmsOf(edited('auth:', 'headers: {X-Tenant: acme}\nauth:'));
  expect([...spec.headers]).toEqual([['x-tenant', { env: null, text: 'acme' }]]);
});

test('a template keeps its text around its names, and knows the form of an instant', () => {
  const query = wmsOf(edited("'{since}'", "'after-{since|epoch_s}-'")).calls.get(
    'list_picks',
  )?.query;
  expect(query?.get('updated_since')).toEqual([
    'after-',
    { name: 'since', filter: 'epoch_s' },
    '-',
  ]);
});

describe('a condition', () => {
  const path = ['a', 'b'];

  test.each([
    [{ op: 'eq', value: 'x' }, { a: { b: 'x' } }, true],
    [{ op: 'eq', value: null }, { a: { b: null } }, true],
    [{ op: 'eq', value: 'x' }, {}, false],
    [{ op: 'in', values: ['x', 1] }, { a: { b: 1 } }, true],
    [{ op: 'in', values: ['x', 1] }, { a: { b: '1' } }, false],
    [{ op: 'above', value: 3 }, { a: { b: 4 } }, true],
    [{ op: 'above', value: 3 }, { a: { b: '4' } }, false],
    [{ op: 'above_path', other: ['c'] }, { a: { b: 4 }, c: 3 }, true],
    [{ op: 'above_path', other: ['c'] }, { a: { b: 4 } }, false],
    [{ op: 'exists', exists: true }, { a: { b: null } }, false],
    [{ op: 'exists', exists: false }, { a: null }, true],
  ] as const)('%j of %j is %s', (test_, body, expected) => {
    expect(holds({ path, ...test_ }, body)).toBe(expected);
  });

  test('like: * stands for any text, and nothing else is a pattern', () => {
    const outcomes = wmsOf().calls.get('request_pick')?.outcomes ?? [];
    const [like] = outcomes[0]?.where ?? [];
    if (like === undefined) throw new Error('There is no condition.');
    const fits = (type: string) => holds(like, { type });
    expect(fits('https://crossdock.example/problems/out-of-stock')).toBe(true);
    expect(fits('https://crossdock.example/problems/out-of-stockings')).toBe(false);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(fits(`${text}/out-of-stock`)).toBe(true);
        expect(fits(`${text}outXofXstock`)).toBe(false);
      }),
    );
  });

  test('never looks into what an object inherits', () => {
    expect(holds({ path: ['toString'], op: 'exists', exists: true }, {})).toBe(false);
    expect(holds({ path: ['__proto__'], op: 'exists', exists: true }, {})).toBe(false);
    expect(holds({ path: ['length'], op: 'exists', exists: true }, 'text')).toBe(false);
  });
});

test('every shipped connection takes its secrets from the environment', () => {
  for (const { webhooks, auth } of shippedWiring().connections.values()) {
    for (const { env, text } of webhooks?.secrets ?? []) {
      expect(env).toMatch(/^CROSSDOCK_/);
      expect(text).toBeNull();
    }
    if (auth.kind === 'bearer') expect(auth.token.text).toBeNull();
    if (auth.kind === 'header') expect(auth.value.text).toBeNull();
  }
});

test('what a first delivery is answered with is 202 unless the file says 200', () => {
  expect(wmsOf().webhooks?.ack).toBe(202);
  expect(wmsOf(edited('webhooks:\n', 'webhooks:\n  ack: 200\n')).webhooks?.ack).toBe(200);
});
