import { expect, test } from 'vitest';
import { createAddressGuard } from '../../src/operations/subscriptions/address-guard.ts';
import { vetUrl } from '../../src/operations/subscriptions/outbound-url.ts';

const guard = createAddressGuard({ allowCidrs: [], ports: [443, 8443] });
const HTTPS = { protocol: 'https:', port: 443 };

/** First and last member, and what lies just outside where that is public. */
const REFUSED = [
  '0.0.0.0',
  '0.255.255.255',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:8.8.8.8',
  '64:ff9b::127.0.0.1',
  '64:ff9b::a00:1',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:1ff:ffff::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  '5f00::1',
  'fc00::1',
  'fdff::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
];

const ALLOWED = [
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '126.255.255.255',
  '172.15.255.255',
  '172.32.0.1',
  '192.0.1.1',
  '198.17.255.255',
  '198.20.0.1',
  '223.255.255.255',
  '64:ff9b::808:808',
  '2001:200::1',
  '2606:4700:4700::1111',
  '2a00:1450::1',
];

test.each(REFUSED)('refuses %s', (address) => {
  expect(guard.refusal(address, HTTPS)).not.toBeNull();
});

test.each(ALLOWED)('lets %s pass', (address) => {
  expect(guard.refusal(address, HTTPS)).toBeNull();
});

test('asks for https and a known port on the public internet, and not in a network opened', () => {
  const opened = createAddressGuard({ allowCidrs: ['127.0.0.0/8', '::1/128'], ports: [443] });
  for (const address of ['1.1.1.1', '2606:4700:4700::1111']) {
    expect(opened.refusal(address, { protocol: 'http:', port: 80 })).toContain('https');
    expect(opened.refusal(address, { protocol: 'https:', port: 22 })).toContain('port 22');
    expect(opened.refusal(address, HTTPS)).toBeNull();
  }
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1']) {
    expect(opened.refusal(address, { protocol: 'http:', port: 4000 })).toBeNull();
  }
  expect(opened.refusal('10.0.0.1', HTTPS)).not.toBeNull();
  expect(opened.refusal('::2', HTTPS)).not.toBeNull();
  expect(guard.refusal('not an address', HTTPS)).not.toBeNull();
});

test.each(['10.0.0.0', '10.0.0.0/33', '::1/129', 'localhost/8', '10.0.0.0/x', '/8'])(
  'does not start with the network %s',
  (cidr) => {
    expect(() => createAddressGuard({ allowCidrs: [cidr], ports: [] })).toThrow(/not a network/);
  },
);

async function refusalOf(url: string, addresses: string[] = ['1.1.1.1']): Promise<string> {
  const resolve = () =>
    addresses.length === 0 ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(addresses);
  return vetUrl({ url, guard, resolve, timeoutMs: 50 }).then(
    (taken) => `taken ${taken}`,
    (error: unknown) => String(error),
  );
}

test.each([
  'https://127.0.0.1/x',
  'https://0x7f.1/x',
  'https://2130706433/x',
  'https://127.1/x',
  'https://017700000001/x',
  'https://１２７.0.0.1/x',
  'https://[::1]/x',
  'https://[::ffff:127.0.0.1]/x',
  'https://[::ffff:7f00:1]/x',
  'https://169.254.169.254/latest/meta-data',
])('a URL cannot hide an address in how it writes it: %s', async (url) => {
  expect(await refusalOf(url)).toContain('not on the public internet');
});

test.each([
  ['ftp://example.com/', 'not https'],
  ['http://example.com/', 'only https'],
  ['https://user:word@example.com/', 'a user or a password'],
  ['https://example.com:25/', 'port 25'],
  ['https://example.com/#part', 'fragment'],
  ['nonsense', 'not a URL'],
])('refuses %s', async (url, reason) => {
  expect(await refusalOf(url)).toContain(reason);
});

test('judges every address of a name, and a name that has none', async () => {
  expect(await refusalOf('https://hooks.example.com/x')).toBe('taken https://hooks.example.com/x');
  expect(await refusalOf('https://localhost./x', ['127.0.0.1'])).toContain('not on the public');
  const mixed = ['1.1.1.1', '10.0.0.7'];
  expect(await refusalOf('https://mixed.example.com/', mixed)).toContain('10.0.0.7');
  expect(await refusalOf('https://nowhere.example.com/', [])).toContain('cannot be resolved');
});
