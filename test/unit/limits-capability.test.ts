import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remedyFor, type Capability, type Doubt } from '../../src/connections/capability.ts';

const lost: Doubt = { how: 'lost', at: 0 };
const failed: Doubt = { how: 'failed', at: 0 };
const search = { lagMs: 1000 };

function vendor(change: Partial<Capability>): Capability {
  return { idempotentCreate: false, getByReference: false, search: null, ...change };
}

describe('what comes before a create goes out again', () => {
  const cases: [string, Partial<Capability>, (string | null)[]][] = [
    // Vendor; then the remedies without doubt, after a lost answer, and after a failure it told of.
    [
      'keys and references',
      { idempotentCreate: true, getByReference: true },
      ['resend', 'probe', 'resend'],
    ],
    ['keys alone', { idempotentCreate: true }, ['resend', 'resend', 'resend']],
    ['keys and a search', { idempotentCreate: true, search }, ['resend', 'resend', 'resend']],
    ['references alone', { getByReference: true }, ['probe', 'probe', 'probe']],
    ['a search alone', { search }, ['search-then-wait', 'search-then-wait', 'search-then-wait']],
    ['nothing', {}, ['resend', 'ask-a-person', 'ask-a-person']],
  ];

  it.each(cases)('at a vendor with %s', (_, change, remedies) => {
    expect([null, lost, failed].map((doubt) => remedyFor(vendor(change), doubt))).toEqual(remedies);
  });

  it('is never a blind resend of what may have been done', () => {
    const capability = fc.record({
      idempotentCreate: fc.boolean(),
      getByReference: fc.boolean(),
      search: fc.constantFrom(null, search),
    });
    fc.assert(
      fc.property(capability, fc.constantFrom(lost, failed), (vendorIs, doubt) => {
        const remedy = remedyFor(vendorIs, doubt);
        expect(remedy !== 'resend' || vendorIs.idempotentCreate).toBe(true);
      }),
    );
  });
});
