import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { AppError } from '../../errors.ts';
import type { AddressGuard, Destination } from './address-guard.ts';

/** Resolves a host name to its addresses. */
export type Resolve = (hostname: string) => Promise<string[]>;

export const resolveByDns: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map((found) => found.address);

/** The host of a URL as WHATWG reads it, IPv6 without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

export function destinationOf(url: URL): Destination {
  const standard = url.protocol === 'https:' ? 443 : 80;
  return { protocol: url.protocol, port: url.port === '' ? standard : Number(url.port) };
}

interface VetInput {
  url: string;
  guard: AddressGuard;
  resolve: Resolve;
  timeoutMs: number;
}

/** The address as it is kept; throws a 422 that says why it may not be called. */
export async function vetUrl({ url: text, guard, resolve, timeoutMs }: VetInput): Promise<string> {
  const url = parse(text);
  const host = hostOf(url);
  const addresses = isIP(host) === 0 ? await resolved(host, resolve, timeoutMs) : [host];
  const destination = destinationOf(url);
  for (const address of addresses) {
    const reason = guard.refusal(address, destination);
    if (reason !== null) throw refused(reason);
  }
  return url.href;
}

function parse(text: string): URL {
  if (!URL.canParse(text)) throw refused('it is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('it is not https');
  if (url.username !== '' || url.password !== '') throw refused('it carries a user or a password');
  if (url.hash !== '') throw refused('it carries a fragment');
  return url;
}

async function resolved(host: string, resolve: Resolve, timeoutMs: number): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string[]>((done) => {
    timer = setTimeout(() => done([]), timeoutMs);
  });
  try {
    const addresses = await Promise.race([resolve(host).catch(() => []), late]);
    if (addresses.length > 0) return addresses;
  } finally {
    clearTimeout(timer);
  }
  throw refused(`${host} cannot be resolved`);
}

function refused(reason: string): AppError {
  return new AppError(
    'validation',
    `The url may not be called: ${reason}. Give a public https address; CROSSDOCK_OUTBOUND_ALLOW_CIDRS opens networks of your own.`,
    { problem: 'url-refused', issues: [{ pointer: '/url', detail: reason }] },
  );
}
