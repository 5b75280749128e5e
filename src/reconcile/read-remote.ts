import type { z } from 'zod';
import { isOk } from '../connections/attempt.ts';
import type { HttpClient, HttpResult } from '../connections/http.ts';
import type { Listing, System } from './phases.ts';
import {
  RemoteOrderSchema,
  RemotePageSchema,
  RemotePickSchema,
  RemoteTaskSchema,
  StockAuditSchema,
  type RemoteOrder,
  type RemotePick,
  type RemoteTask,
} from './remote.ts';

/** A record of a listing, or the reason why it cannot be read. */
export type Read<T> = { ok: true; value: T } | { ok: false; id: string; error: string };

export interface RemotePage<T> {
  records: Read<T>[];
  next: string | null;
}

/** What could not be read, so that nothing is concluded from it. */
export interface Unread {
  error: string;
  status: number | null;
}

export type Found<T> = { found: T } | { found: null } | { unread: Unread };

export interface RemoteReader {
  orders(request: ListRequest): Promise<RemotePage<RemoteOrder> | { unread: Unread }>;
  picks(request: ListRequest): Promise<RemotePage<RemotePick> | { unread: Unread }>;
  tasks(request: ListRequest): Promise<RemotePage<RemoteTask> | { unread: Unread }>;
  order(orderId: string): Promise<Found<RemoteOrder>>;
  pick(pickId: string): Promise<Found<RemotePick>>;
  task(taskId: string): Promise<Found<RemoteTask>>;
  auditStock(request: {
    repair: boolean;
    key: string;
  }): Promise<{ audit: z.infer<typeof StockAuditSchema> } | { unread: Unread }>;
  get(system: System, path: string): Promise<HttpResult>;
  /** Sends a command; the same key is the same command. */
  send(
    system: System,
    call: { method: 'POST' | 'PATCH'; path: string; body?: unknown; key: string },
  ): Promise<HttpResult>;
}

export interface ListRequest {
  /** Changed at or after, epoch ms. */
  sinceMs?: number | undefined;
  status?: Listing['status'] | undefined;
  orderId?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface RemoteReaderOptions {
  http: Record<System, HttpClient>;
  timeoutMs: number;
}

/** Reads the other systems; never throws, and never guesses. */
export function createRemoteReader({ http, timeoutMs }: RemoteReaderOptions): RemoteReader {
  const get = (system: System, path: string): Promise<HttpResult> =>
    http[system].call({ method: 'GET', path }, timeoutMs);
  const send: RemoteReader['send'] = (system, { method, path, body = {}, key }) =>
    http[system].call({ method, path, body, idempotencyKey: key }, timeoutMs);
  return {
    get,
    send,
    async orders(request) {
      const { sinceMs, cursor, limit } = request;
      const query = queryOf({ since: instant(sinceMs), cursor, limit });
      return pageOf(await get('crm', `/orders?${query}`), RemoteOrderSchema, 'order_id');
    },
    async picks(request) {
      const { sinceMs, status, orderId, cursor, limit } = request;
      const since = instant(sinceMs);
      const query = queryOf({ updated_since: since, status, order_id: orderId, cursor, limit });
      return pageOf(await get('wms', `/picks?${query}`), RemotePickSchema, 'pick_id');
    },
    async tasks(request) {
      const { status, orderId, cursor, limit } = request;
      const query = queryOf({ status, external_ref: orderId, cursor, limit });
      return pageOf(await get('tasks', `/tasks?${query}`), RemoteTaskSchema, 'task_id');
    },
    order: async (id) =>
      foundIn(await get('crm', `/orders/${encodeURIComponent(id)}`), RemoteOrderSchema),
    pick: async (id) =>
      foundIn(await get('wms', `/picks/${encodeURIComponent(id)}`), RemotePickSchema),
    task: async (id) =>
      foundIn(await get('tasks', `/tasks/${encodeURIComponent(id)}`), RemoteTaskSchema),
    async auditStock({ repair, key }) {
      const result = await send('wms', {
        ...{ method: 'POST', path: '/audit/stock', body: { repair }, key },
      });
      const audit = isOk(result) ? StockAuditSchema.safeParse(result.body).data : undefined;
      return audit === undefined ? { unread: unreadOf(result) } : { audit };
    },
  };
}

function pageOf<Schema extends z.ZodType>(
  result: HttpResult,
  schema: Schema,
  idName: string,
): RemotePage<z.infer<Schema>> | { unread: Unread } {
  const page = isOk(result) ? RemotePageSchema.safeParse(result.body).data : undefined;
  if (page === undefined) return { unread: unreadOf(result) };
  const records = page.items.map((item): Read<z.infer<Schema>> => {
    const parsed = schema.safeParse(item);
    if (parsed.success) return { ok: true, value: parsed.data };
    const [issue] = parsed.error.issues;
    const error = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as agreed'}`;
    return { ok: false, id: idOf(item, idName), error };
  });
  return { records, next: page.next ?? null };
}

function foundIn<Schema extends z.ZodType>(
  result: HttpResult,
  schema: Schema,
): Found<z.infer<Schema>> {
  if (result.kind === 'answer' && result.status === 404) return { found: null };
  const found = isOk(result) ? schema.safeParse(result.body).data : undefined;
  return found === undefined ? { unread: unreadOf(result) } : { found };
}

function unreadOf(result: HttpResult): Unread {
  if (result.kind !== 'answer') return { status: null, error: result.error };
  const broken = result.status >= 200 && result.status < 300;
  return {
    status: result.status,
    error: broken ? 'the answer is not as agreed' : `HTTP ${result.status}`,
  };
}

function idOf(item: unknown, name: string): string {
  if (typeof item !== 'object' || item === null) return 'unreadable';
  const id: unknown = Reflect.get(item, name);
  return typeof id === 'string' ? id : 'unreadable';
}

function instant(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(Math.max(0, ms)).toISOString();
}

function queryOf(query: Record<string, string | number | undefined>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.set(name, String(value));
  }
  return given.toString();
}
