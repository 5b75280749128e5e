import { isOk } from '../connections/attempt.ts';
import type { HttpResult } from '../connections/http.ts';
import { createVendorReader } from '../connections/vendor/reader.ts';
import { messageOf } from '../errors.ts';
import type { Outside, Today } from './outside.ts';
import {
  createRemoteSide,
  type ListRequest,
  type RemotePage,
  type RemoteSide,
  type Unread,
} from './remote-side.ts';
import { DeliveriesSchema, StockAuditSchema, type Delivery, type StockAudit } from './remote.ts';

export interface Spoken {
  connection: string;
  bundle: string;
}

/** Reads the other systems; never throws, and never guesses. */
export interface RemoteReader {
  today(): Today;
  /** A system in the words of a bundle, and of no other. */
  side(spoken: Spoken): Promise<RemoteSide | { unread: Unread }>;
  /** A page of a connection's listing, in the words of today. */
  list(connection: string, request: ListRequest): Promise<RemotePage | { unread: Unread }>;
  auditStock(
    connection: string,
    asking: { repair: boolean; key: string },
  ): Promise<{ audit: StockAudit } | { unread: Unread }>;
  /** Webhooks that the built-in warehouse gave up. */
  failedDeliveries(
    connection: string,
    limit: number,
  ): Promise<{ deliveries: Delivery[] } | { unread: Unread }>;
  redeliver(connection: string, asking: { deliveryId: string; key: string }): Promise<boolean>;
}

export interface RemoteReaderOptions {
  outside: Outside;
  timeoutMs: number;
}

export function createRemoteReader(options: RemoteReaderOptions): RemoteReader {
  const { outside } = options;
  return {
    today: () => outside.today(),
    side: (spoken) => sideOf(options, spoken, outside.today()),
    async list(connection, request) {
      const today = outside.today();
      const side = await sideOf(options, { connection, bundle: today.bundle }, today);
      return 'unread' in side ? side : side.list(request);
    },
    auditStock: (connection, asking) => auditStock(options, connection, asking),
    async failedDeliveries(connection, limit) {
      const path = `/webhook-deliveries?status=failed&limit=${limit}`;
      const result = await plainCall(options, connection, { method: 'GET', path });
      const failed = isOk(result) ? DeliveriesSchema.safeParse(result.body).data : undefined;
      return failed === undefined ? { unread: unreadOf(result) } : { deliveries: failed.items };
    },
    async redeliver(connection, { deliveryId, key }) {
      const path = `/webhook-deliveries/${encodeURIComponent(deliveryId)}/redeliver`;
      const call = { method: 'POST', path, body: {}, idempotencyKey: key } as const;
      return isOk(await plainCall(options, connection, call));
    },
  };
}

/** A bundle is told by this much of its hash. */
const HASH_CHARS = 12;

async function vendorOf(
  { outside }: RemoteReaderOptions,
  { connection, bundle }: Spoken,
  { connections }: Today,
) {
  const known = connections.find(({ spec }) => spec.name === connection);
  if (known === undefined) return unread(`there is no connection ${connection} that is on`);
  try {
    const { kind } = known.spec;
    const vendor = await outside.vendor({ name: connection, kind, bundle });
    const short = bundle.slice(0, HASH_CHARS);
    return vendor ?? unread(`no bundle ${short} with a connection ${connection} is stored here`);
  } catch (error) {
    return unread(messageOf(error));
  }
}

function vendorToday(options: RemoteReaderOptions, connection: string) {
  const today = options.outside.today();
  return vendorOf(options, { connection, bundle: today.bundle }, today);
}

async function sideOf(
  options: RemoteReaderOptions,
  spoken: Spoken,
  today: Today,
): Promise<RemoteSide | { unread: Unread }> {
  const vendor = await vendorOf(options, spoken, today);
  if ('unread' in vendor) return vendor;
  return createRemoteSide({ vendor, bundle: spoken.bundle, timeoutMs: options.timeoutMs });
}

async function auditStock(
  options: RemoteReaderOptions,
  connection: string,
  { repair, key }: { repair: boolean; key: string },
): Promise<{ audit: StockAudit } | { unread: Unread }> {
  const { timeoutMs } = options;
  const vendor = await vendorToday(options, connection);
  if ('unread' in vendor) return vendor;
  const reader = createVendorReader({ ...vendor, timeoutMs });
  const result = await reader.call('audit_stock', { body: { repair }, key });
  const audit = isOk(result) ? StockAuditSchema.safeParse(result.body).data : undefined;
  return audit === undefined ? { unread: unreadOf(result) } : { audit };
}

/** The built-in warehouse's own API, beyond what every warehouse has. */
async function plainCall(
  options: RemoteReaderOptions,
  connection: string,
  call: { method: 'GET' | 'POST'; path: string; body?: unknown; idempotencyKey?: string },
): Promise<HttpResult> {
  const vendor = await vendorToday(options, connection);
  if ('unread' in vendor) return { kind: 'unreachable', error: vendor.unread.error };
  return vendor.http.call(call, options.timeoutMs);
}

function unread(error: string): { unread: Unread } {
  return { unread: { status: null, error } };
}

function unreadOf(result: HttpResult): Unread {
  if (result.kind !== 'answer') return { status: null, error: result.error };
  const broken = result.status >= 200 && result.status < 300;
  return {
    status: result.status,
    error: broken ? 'the answer is not as agreed' : `HTTP ${result.status}`,
  };
}
