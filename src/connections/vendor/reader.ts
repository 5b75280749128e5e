import type { Attempt } from '../attempt.ts';
import type { HttpAnswer, HttpResult } from '../http.ts';
import type { OrderRecord, OrderStated } from '../../vocabulary/orders.ts';
import type { PickRecord } from '../../vocabulary/picks.ts';
import type { TaskRecord } from '../../vocabulary/tasks.ts';
import type { CallName } from '../../wiring/spec.ts';
import { ask, askPlainly, meaningless, type Vendor } from './ask.ts';
import { idIn } from './id-in.ts';
import { readAll, readPage } from './page.ts';
import { readAs, type Read } from './read-answer.ts';
import type { Names } from './template.ts';

/** What each listing lists, and each look shows. */
interface RecordOf {
  list_picks: PickRecord;
  list_tasks: TaskRecord;
  list_orders: OrderRecord;
  look_at_pick: PickRecord;
  look_at_task: TaskRecord;
  get_order: OrderRecord;
}

export type ListCall = 'list_picks' | 'list_tasks' | 'list_orders';
export type LookCall = 'look_at_pick' | 'look_at_task' | 'get_order';

const WORDS = {
  list_picks: { to: 'pick.record', id: 'pick_id' },
  list_tasks: { to: 'task.record', id: 'task_id' },
  list_orders: { to: 'order.record', id: 'order_id' },
  look_at_pick: { to: 'pick.record', id: 'pick_id' },
  look_at_task: { to: 'task.record', id: 'task_id' },
  get_order: { to: 'order.record', id: 'order_id' },
} as const satisfies Record<ListCall | LookCall, { to: string; id: string }>;

/** A record of a listing, or the reason why it cannot be read; `raw` as the vendor writes it. */
export type ListedRecord<T> =
  { ok: true; value: T; raw: unknown } | { ok: false; id: string; error: string; raw: unknown };

/** What could not be read, so that nothing is concluded from it. */
export interface Unread {
  error: string;
  status: number | null;
}

export interface RecordPage<T> {
  records: ListedRecord<T>[];
  next: string | null;
}

export interface ListRequest {
  /** Changed at or after, epoch ms. */
  sinceMs?: number | undefined;
  status?: string | undefined;
  orderId?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** Reads one outside system apart from commands; never throws, and never guesses. */
export interface VendorReader {
  /** Whether the system's file has such a call. */
  has(call: CallName): boolean;
  list<Call extends ListCall>(
    call: Call,
    request: ListRequest,
  ): Promise<RecordPage<RecordOf[Call]> | { unread: Unread }>;
  get<Call extends LookCall>(
    call: Call,
    names: Names,
  ): Promise<{ found: RecordOf[Call]; raw: unknown } | { found: null } | { unread: Unread }>;
  /** What the CRM wants, in an order that a listing or `get_order` showed. */
  stated(call: 'list_orders' | 'get_order', raw: unknown): Read<OrderStated>;
  /** Units of a SKU that can be promised, in all places. */
  stock(sku: string, timeoutMs?: number): Promise<number | { unread: Unread }>;
  /** Whether it serves at all; not sent for a system whose file has no such call. */
  alive(timeoutMs?: number): Promise<HttpResult>;
  /** Any call as it is, without a mapping. */
  call(
    call: CallName,
    asking: { names?: Names; body?: unknown; key?: string; timeoutMs?: number },
  ): Promise<HttpResult>;
}

export interface VendorReaderOptions extends Vendor {
  timeoutMs: number;
}

export function createVendorReader(options: VendorReaderOptions): VendorReader {
  const { spec, timeoutMs } = options;
  const plainly: VendorReader['call'] = (call, { names = {}, ...asking }) =>
    askPlainly(options, { call, names, timeoutMs, ...asking });
  return {
    has: (call) => spec.calls.has(call),
    list: (call, request) => list(options, call, request),
    get: (call, names) => get(options, call, names),
    stated: (call, raw) => {
      const mapping = spec.calls.get(call)?.stated ?? null;
      return readAs(options.maps, { mapping, to: 'order.stated' }, raw);
    },
    stock: (sku, within = timeoutMs) => stock(options, sku, within),
    alive: (within = timeoutMs) => plainly('alive', { timeoutMs: within }),
    call: plainly,
  };
}

async function list<Call extends ListCall>(
  vendor: VendorReaderOptions,
  call: Call,
  { sinceMs, status, orderId, cursor, limit }: ListRequest,
): Promise<RecordPage<RecordOf[Call]> | { unread: Unread }> {
  const page = await readPage(vendor, {
    ...{ call, cursor, limit, timeoutMs: vendor.timeoutMs },
    names: { since: instant(sinceMs), status, order_id: orderId },
  });
  if (!page.ok) return { unread: unreadOf(page) };
  const mapping = page.call.receive;
  const records = page.items.map((raw): ListedRecord<RecordOf[Call]> => {
    const read = recordIn(vendor, { call, mapping }, raw);
    if (read.ok) return { ok: true, value: read.value, raw };
    const id = idIn(vendor.maps, { mapping, field: WORDS[call].id }, raw) ?? 'unreadable';
    return { ok: false, id, error: read.error, raw };
  });
  return { records, next: page.next };
}

async function get<Call extends LookCall>(
  vendor: VendorReaderOptions,
  call: Call,
  names: Names,
): Promise<{ found: RecordOf[Call]; raw: unknown } | { found: null } | { unread: Unread }> {
  const { timeoutMs } = vendor;
  const asked = await ask(vendor, { call, names, timeoutMs });
  if (!asked.ok) return { unread: unreadOf(asked) };
  const { meaning, answer } = asked;
  if (meaning === 'missing') return { found: null };
  if (meaning !== 'ok') {
    const attempt = meaningless(vendor, { call, meaning, answer });
    return { unread: unreadOf({ attempt, answer }) };
  }
  const read = recordIn(vendor, { call, mapping: asked.call.receive }, answer.body);
  return read.ok
    ? { found: read.value, raw: answer.body }
    : { unread: { status: answer.status, error: read.error } };
}

function recordIn<Call extends ListCall | LookCall>(
  { maps }: Vendor,
  { call, mapping }: { call: Call; mapping: string | null },
  raw: unknown,
): Read<RecordOf[Call]> {
  // The schema that WORDS names for a call is that of its record.
  return readAs(maps, { mapping, to: WORDS[call].to }, raw) as Read<RecordOf[Call]>;
}

/** Pages of one SKU's stock; a warehouse has fewer places for it. */
const STOCK_PAGES_MAX = 20;
const STOCK_LIMIT = 200;

async function stock(
  vendor: Vendor,
  sku: string,
  timeoutMs: number,
): Promise<number | { unread: Unread }> {
  const call = 'read_stock';
  const names = { sku };
  if (vendor.spec.calls.get(call)?.items == null) {
    const asked = await ask(vendor, { call, names, timeoutMs });
    if (!asked.ok) return { unread: unreadOf(asked) };
    const { meaning, answer } = asked;
    if (meaning === 'missing' || meaning === 'out_of_stock') return 0;
    return sumOf(vendor, { sku, items: [answer.body], mapping: asked.call.receive });
  }
  const all = await readAll(vendor, {
    ...{ call, names, timeoutMs, limit: STOCK_LIMIT, pagesMax: STOCK_PAGES_MAX },
  });
  if (!all.ok) return { unread: unreadOf(all) };
  return sumOf(vendor, { sku, items: all.items, mapping: all.call.receive });
}

interface Levels {
  sku: string;
  items: readonly unknown[];
  mapping: string | null;
}

function sumOf({ maps }: Vendor, { sku, items, mapping }: Levels): number | { unread: Unread } {
  let available = 0;
  for (const item of items) {
    const level = readAs(maps, { mapping, to: 'stock.level' }, item);
    if (!level.ok) return { unread: { status: 200, error: level.error } };
    if (level.value.sku === sku) available += level.value.available;
  }
  return available;
}

/** What an answer says stays with the vendor: reports are read by many. */
function unreadOf({ attempt, answer }: { attempt: Attempt; answer: HttpAnswer | null }): Unread {
  const status = answer?.status ?? null;
  if (status !== null && (status < 200 || status > 299)) return { status, error: `HTTP ${status}` };
  const error = attempt.kind === 'done' ? 'the answer is not as agreed' : attempt.error;
  return { status, error };
}

function instant(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(Math.max(0, ms)).toISOString();
}
