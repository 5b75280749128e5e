import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { AppError } from '../../errors.ts';

/** What is not the public internet: the union of what Svix and Hook0 refuse. */
const REFUSED = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/8',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

/** Networks whose addresses stand for the IPv4 address in their last 32 bits. */
const NAT64 = networks(['64:ff9b::/96']);
const MAPPED = networks(['::ffff:0:0/96']);

/** Kept by family: one list would take every IPv4 address for a member of `::/8`. */
interface Networks {
  ipv4: BlockList;
  ipv6: BlockList;
}

export interface Destination {
  /** `https:` or `http:`. */
  protocol: string;
  port: number;
}

export interface AddressGuard {
  /** Why a connection to this address may not be made; null when it may. */
  refusal(address: string, destination: Destination): string | null;
}

export interface GuardOptions {
  /** Networks that may be called although they are not public, by http as well and on any port. */
  allowCidrs: readonly string[];
  /** Ports that may be called elsewhere. */
  ports: readonly number[];
}

/** Keeps our requests away from our own network, whoever names their destination. */
export function createAddressGuard({ allowCidrs, ports }: GuardOptions): AddressGuard {
  const allowed = networks(allowCidrs);
  const refused = networks(REFUSED);
  return {
    refusal(address, { protocol, port }) {
      // An address with a zone is one of our own links.
      if (isIP(address) === 0 || address.includes('%')) return `${address} is not an IP address`;
      const meant = embeds(address) ? embeddedIpv4(address) : address;
      if (contains(allowed, address) || contains(allowed, meant)) return null;
      // NAT64 lies within ::/8 and leads to the public internet as often as not.
      const judged = contains(NAT64, address) ? meant : address;
      if (contains(refused, judged)) return `${address} is not on the public internet`;
      if (protocol !== 'https:') return 'only https is allowed to the public internet';
      return ports.includes(port) ? null : `port ${port} is not allowed`;
    },
  };
}

function contains(list: Networks, address: string): boolean {
  return isIPv4(address) ? list.ipv4.check(address) : list.ipv6.check(address, 'ipv6');
}

function embeds(address: string): boolean {
  return isIPv6(address) && (contains(NAT64, address) || contains(MAPPED, address));
}

function networks(cidrs: readonly string[]): Networks {
  const lists: Networks = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const cidr of cidrs) {
    const [address = '', bits = ''] = cidr.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    const max = family === 'ipv4' ? 32 : 128;
    const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : max + 1;
    if (isIP(address) === 0 || prefix > max) {
      throw new AppError(
        'config',
        `CROSSDOCK_OUTBOUND_ALLOW_CIDRS: ${cidr} is not a network such as 10.1.0.0/16 or ::1/128.`,
      );
    }
    lists[family].addSubnet(address, prefix, family);
  }
  return lists;
}

/** `64:ff9b::7f00:1` and `64:ff9b::127.0.0.1` hold 127.0.0.1. */
function embeddedIpv4(address: string): string {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const groups = canonical.split(':').slice(-2);
  const [high = 0, low = 0] = groups.map((group) =>
    Number.parseInt(group === '' ? '0' : group, 16),
  );
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
