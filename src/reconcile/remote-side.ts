import type { Attempt, CommandContext } from '../connections/attempt.ts';
import type { Vendor } from '../connections/vendor/ask.ts';
import { createVendorConnector } from '../connections/vendor/create-connector.ts';
import {
  createVendorReader,
  type ListRequest,
  type RecordPage,
  type Unread,
  type VendorReader,
} from '../connections/vendor/reader.ts';
import { readAs } from '../connections/vendor/read-answer.ts';
import type { Command } from '../domain/commands.ts';
import type { OrderAddress } from '../domain/ids.ts';
import type { OrderRecord } from '../vocabulary/orders.ts';
import type { PickRecord } from '../vocabulary/picks.ts';
import type { TaskRecord } from '../vocabulary/tasks.ts';
import type { ConnectionSpec } from '../wiring/spec.ts';
import { LIST_CALL } from './outside.ts';
import { completePick, type Compared } from './remote.ts';

export type { ListRequest, Unread };

/** A record of a listing, or the reason why it cannot be read. */
export type Read<T> =
  { ok: true; value: T; raw: unknown } | { ok: false; id: string; error: string };

export interface RemotePage {
  /** Hash of the bundle in whose words the records are. */
  bundle: string;
  records: Read<Compared>[];
  next: string | null;
}

export type Found<T> = { found: T } | { found: null } | { unread: Unread };

/** What a record of one of our orders is asked for by. */
export interface Looked {
  id: string;
  /** Of a pick; null for what has none. */
  reference: string | null;
  order: OrderAddress;
}

/** One system, in the words of one bundle. */
export interface RemoteSide {
  spec: ConnectionSpec;
  bundle: string;
  list(request: ListRequest): Promise<RemotePage | { unread: Unread }>;
  /** Reads a record of its listing again, as it was written. */
  read(raw: unknown): { ok: true; value: Compared } | { ok: false; error: string };
  look(one: Looked): Promise<Found<Compared>>;
  send(command: Command, order: OrderAddress): Promise<Attempt>;
}

export interface SideOptions {
  vendor: Vendor;
  bundle: string;
  timeoutMs: number;
}

export function createRemoteSide({ vendor, bundle, timeoutMs }: SideOptions): RemoteSide {
  const { spec } = vendor;
  const reader = createVendorReader({ ...vendor, timeoutMs });
  const connector = createVendorConnector({ ...vendor, linkTo: () => '' });
  const speaking: Speaking = { vendor, reader, bundle };
  return {
    spec,
    bundle,
    list: (request) => listOf(speaking, request),
    read: (raw) => reread(speaking, raw),
    look: (one) => look(speaking, one),
    send(command, order) {
      const context: CommandContext = { order, timeoutMs };
      return connector.send(command, context);
    },
  };
}

interface Speaking {
  vendor: Vendor;
  reader: VendorReader;
  bundle: string;
}

async function listOf(
  speaking: Speaking,
  request: ListRequest,
): Promise<RemotePage | { unread: Unread }> {
  const { reader, vendor, bundle } = speaking;
  switch (vendor.spec.kind) {
    case 'crm': {
      const page = await reader.list('list_orders', request);
      return pageOf(page, bundle, (order, raw) =>
        orderOf(speaking, { call: 'list_orders', order, raw }),
      );
    }
    case 'wms': {
      const page = await reader.list('list_picks', request);
      return pageOf(page, bundle, (pick) => pickOf(speaking, pick));
    }
    case 'tasks': {
      const page = await reader.list('list_tasks', request);
      return pageOf(page, bundle, (task) => taskOf(speaking, task));
    }
  }
}

function pageOf<T>(
  page: RecordPage<T> | { unread: Unread },
  bundle: string,
  wrap: (record: T, raw: unknown) => Compared,
): RemotePage | { unread: Unread } {
  if ('unread' in page) return page;
  const records = page.records.map((one): Read<Compared> => {
    if (!one.ok) return one;
    const { value, raw } = one;
    return { ok: true, value: wrap(value, raw), raw };
  });
  return { bundle, records, next: page.next };
}

interface OrderRead {
  call: 'list_orders' | 'get_order';
  order: OrderRecord;
  raw: unknown;
}

function orderOf({ vendor, reader }: Speaking, { call, order, raw }: OrderRead): Compared {
  const { name: connection } = vendor.spec;
  return { kind: 'crm', connection, order, stated: () => reader.stated(call, raw) };
}

function pickOf({ vendor }: Speaking, record: PickRecord): Compared {
  return { kind: 'wms', connection: vendor.spec.name, pick: completePick(record) };
}

function taskOf({ vendor }: Speaking, task: TaskRecord): Compared {
  return { kind: 'tasks', connection: vendor.spec.name, task };
}

function reread(speaking: Speaking, raw: unknown): ReturnType<RemoteSide['read']> {
  const { spec, maps } = speaking.vendor;
  const mapping = spec.calls.get(LIST_CALL[spec.kind])?.receive ?? null;
  switch (spec.kind) {
    case 'crm': {
      const read = readAs(maps, { mapping, to: 'order.record' }, raw);
      if (!read.ok) return read;
      return {
        ok: true,
        value: orderOf(speaking, { call: 'list_orders', order: read.value, raw }),
      };
    }
    case 'wms': {
      const read = readAs(maps, { mapping, to: 'pick.record' }, raw);
      return read.ok ? { ok: true, value: pickOf(speaking, read.value) } : read;
    }
    case 'tasks': {
      const read = readAs(maps, { mapping, to: 'task.record' }, raw);
      return read.ok ? { ok: true, value: taskOf(speaking, read.value) } : read;
    }
  }
}

async function look(speaking: Speaking, one: Looked): Promise<Found<Compared>> {
  const { reader, vendor } = speaking;
  const { id, reference, order } = one;
  switch (vendor.spec.kind) {
    case 'crm': {
      const answer = await reader.get('get_order', { order_id: id });
      if ('unread' in answer || answer.found === null) return answer;
      const { found, raw } = answer;
      return { found: orderOf(speaking, { call: 'get_order', order: found, raw }) };
    }
    case 'wms': {
      const names = { pick_id: id, reference: reference ?? undefined, order_id: order.orderId };
      const answer = await reader.get('look_at_pick', names);
      if ('unread' in answer || answer.found === null) return answer;
      return { found: pickOf(speaking, answer.found) };
    }
    case 'tasks': {
      const answer = await reader.get('look_at_task', { task_id: id, order_id: order.orderId });
      if ('unread' in answer || answer.found === null) return answer;
      return { found: taskOf(speaking, answer.found) };
    }
  }
}
