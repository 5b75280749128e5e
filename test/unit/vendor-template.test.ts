import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderTarget, type Names } from '../../src/connections/vendor/template.ts';
import { callOf } from '../support/vendor-spec.ts';

const BASE = 'https://vendor.example/api/v1';

function target(line: string, query: Record<string, string>, names: Names) {
  return renderTarget(callOf(line, { query }), names);
}

/** What tries to lead elsewhere, among all that a text can be. */
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(
      '.',
      '/',
      '\\',
      '%2e',
      '%2F',
      '?',
      '#',
      '&',
      '=',
      '+',
      '@',
      ':',
      ' ',
      '\n',
      '\0',
      'a',
    ),
    maxLength: 8,
  }),
);

describe('the address of a call', () => {
  test('no value breaks out of its segment or its parameter', () => {
    let sent = 0;
    fc.assert(
      fc.property(value, value, value, (pick, reference, cursor) => {
        const rendered = target(
          'GET /picks/{pick_id}/lines?fixed=1',
          { ref: '{reference}', after: 'c-{cursor}' },
          { pick_id: pick, reference, cursor },
        );
        if (!rendered.ok) return;
        sent += 1;
        const url = new URL(BASE + rendered.text);
        expect(url.origin).toBe('https://vendor.example');
        expect(url.hash).toBe('');
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual([
          ...['', 'api', 'v1', 'picks', pick, 'lines'],
        ]);
        expect([...url.searchParams]).toEqual([
          ['fixed', '1'],
          ['ref', reference],
          ['after', `c-${cursor}`],
        ]);
      }),
      { numRuns: 2000 },
    );
    expect(sent).toBeGreaterThan(1000);
  });

  test.each(['.', '..', ''])('a value of "%s" in a path is refused, not sent elsewhere', (pick) => {
    const rendered = target('GET /picks/{pick_id}', {}, { pick_id: pick });
    expect(rendered).toMatchObject({ ok: false });
  });

  test('two values do not make a segment of dots together', () => {
    const rendered = target('GET /picks/{order_id}{pick_id}', {}, { order_id: '.', pick_id: '.' });
    expect(rendered).toMatchObject({ ok: false });
  });

  test('half of a character is refused', () => {
    expect(target('GET /picks/{pick_id}', {}, { pick_id: '\ud800' })).toMatchObject({ ok: false });
    expect(target('GET /', { a: '{sku}' }, { sku: '\udc00' })).toMatchObject({ ok: false });
  });

  test('a parameter without a value is left out, one without a name is always there', () => {
    const query = { since: '{since}', both: '{status}-{cursor}', all: 'true', none: '{order_id}' };
    const names = { since: '2026-01-02T03:04:05.678Z', status: 'OPEN', cursor: undefined };
    expect(target('GET /picks', query, names)).toEqual({
      ok: true,
      text: '/picks?since=2026-01-02T03%3A04%3A05.678Z&all=true',
    });
  });

  test('an instant is written as the vendor counts', () => {
    const since = '2026-01-02T03:04:05.678Z';
    const query = { s: '{since|epoch_s}', ms: '{since|epoch_ms}' };
    expect(target('GET /picks', query, { since })).toEqual({
      ok: true,
      text: '/picks?s=1767323045&ms=1767323045678',
    });
    expect(target('GET /picks', query, { since: 'soon' })).toMatchObject({ ok: false });
  });
});
