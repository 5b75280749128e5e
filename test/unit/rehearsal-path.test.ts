import { describe, expect, it } from 'vitest';
import { pathMatches } from '../../src/rehearsal/path.ts';

const FITS: [string, string][] = [
  ['/picks', '/picks'],
  ['/picks', '/api/v1/picks'],
  ['/picks', '/api/external/v1/picks'],
  ['/api/v1/picks', '/api/v1/picks'],
  ['/api/v1/picks', '/picks'],
  ['*', '/anything/at/all'],
  ['/*', '/orders'],
  ['/orders*', '/orders/ORD-1/events'],
  ['/orders/*', '/orders/ORD-1/events'],
  ['/orders/ORD-1*', '/orders/ORD-1'],
  ['/orders/{id}/events', '/orders/ORD-1/events'],
  ['/orders/*/events', '/api/v1/orders/ORD-1/events'],
];

const DIFFERS: [string, string][] = [
  ['/picks', '/picks/PICK-1'],
  ['/picks', '/pick'],
  ['/orders/*', '/orders'],
  ['/orders/{id}', '/orders/ORD-1/events'],
  ['/orders/{id}/events', '/orders//events'],
  ['/orders/ORD-2*', '/orders/ORD-1'],
  ['/v1/picks', '/api/v1/picks'],
];

describe('the path of a fault', () => {
  it.each(FITS)('%s fits %s', (pattern, path) => {
    expect(pathMatches(pattern, path)).toBe(true);
  });

  it.each(DIFFERS)('%s does not fit %s', (pattern, path) => {
    expect(pathMatches(pattern, path)).toBe(false);
  });
});
