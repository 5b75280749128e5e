import { expect } from 'vitest';
import type { Inventory } from '../../src/contracts/inventory.ts';
import {
  PickEventSchema,
  PickSchema,
  type Pick,
  type PickEvent,
} from '../../src/contracts/picks.ts';
import { eventually } from './eventually.ts';
import type { WebhookReceiver } from './wms-receiver.ts';

export interface WmsTarget {
  /** Without a path; the API stands under `/api/v1`. */
  origin: string;
  token: string;
  client: { id: string; secret: string };
  stop(): Promise<void>;
}

export type MakeTarget = (options: {
  webhookUrl: string;
  webhookSecret: string;
}) => Promise<WmsTarget>;

export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

export interface Problem {
  type: string;
  status: number;
  detail: string;
  pick_id?: string;
  pick?: Pick;
  suggested_resolution?: string;
  lines?: { line_id: string; sku: string; requested: number; available: number }[];
  errors?: { pointer: string; detail: string }[];
}

export interface CancelAnswer {
  result: string;
  reason?: string;
  lines: { line_id: string; cancelled: number; kept: number; reason?: string }[];
  pick: Pick;
}

let names = 0;

/** A name that no other test of this run uses. */
export function fresh(prefix: string): string {
  names += 1;
  return `${prefix}-${process.pid}-${names}`;
}

interface Call {
  method?: string;
  path: string;
  body?: unknown;
  key?: string | null;
  token?: string | null;
}

/** How a client of the WMS sees it; `key` is made when absent, and left out when null. */
export function clientOf(target: () => WmsTarget) {
  async function call<Body>(request: Call): Promise<Answer<Body>> {
    const { method = request.body === undefined ? 'GET' : 'POST', path, body } = request;
    const key = request.key === undefined ? fresh('key') : request.key;
    const token = request.token === undefined ? target().token : request.token;
    const response = await fetch(`${target().origin}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === null || method === 'GET' ? {} : { 'idempotency-key': key }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? undefined : JSON.parse(text)) as Body,
    };
  }
  return {
    call,
    get: <Body>(path: string) => call<Body>({ path: `/api/v1${path}` }),
    post: <Body>(path: string, body: unknown, key?: string | null) =>
      call<Body>({ path: `/api/v1${path}`, body, ...(key === undefined ? {} : { key }) }),
    patch: <Body>(path: string, body: unknown, key?: string | null) =>
      call<Body>({
        ...{ path: `/api/v1${path}`, method: 'PATCH', body },
        ...(key === undefined ? {} : { key }),
      }),
  };
}

export interface Wanted {
  sku: string;
  qty: number;
  line_id?: string;
  lot?: string;
}

export function pickRequest(items: Wanted[], extra: Record<string, unknown> = {}) {
  return {
    request_id: fresh('req'),
    timestamp: '2026-01-17T14:33:30Z',
    source: 'orchestrator.v2',
    payload: { order_id: fresh('ORD'), line_items: items, priority: 'high', ...extra },
  };
}

export interface StageDeps {
  target: () => WmsTarget;
  receiver: () => WebhookReceiver;
}

/** What the suites need of one running target. */
export function createStage({ target, receiver }: StageDeps) {
  const client = clientOf(target);
  const { get, post } = client;
  /** A new SKU with so many units at each location. */
  async function stocked(stock: Record<string, number>, product = {}): Promise<string> {
    const sku = fresh('SKU');
    expect((await post('/products', { sku, name: sku, ...product })).status).toBe(201);
    for (const [location, qty] of Object.entries(stock)) await receive({ sku, location, qty });
    return sku;
  }
  async function receive(body: { sku: string; location: string; qty: number; lot?: string }) {
    expect((await post('/inventory/movements', { kind: 'receive', ...body })).status).toBe(201);
  }
  async function createdPick(items: Wanted[], extra = {}): Promise<Pick> {
    const answer = await post<Pick>('/picks', pickRequest(items, extra));
    expect([200, 202]).toContain(answer.status);
    return PickSchema.parse(answer.body);
  }
  async function totals(sku: string): Promise<Inventory['totals']> {
    return (await get<Inventory>(`/inventory?sku=${sku}`)).body.totals;
  }
  async function pickNow(pickId: string): Promise<Pick> {
    return (await get<Pick>(`/picks/${pickId}`)).body;
  }
  /** The pick's events in the order of their sequence, once there are so many. */
  async function eventsOf(
    pickId: string,
    count: number,
  ): Promise<(PickEvent & { type: string })[]> {
    const events = () =>
      receiver()
        .received.filter(({ event }) => event.payload['pick_id'] === pickId)
        .map(({ event }) => ({ type: event.event_type, ...PickEventSchema.parse(event.payload) }))
        .sort((left, right) => left.sequence - right.sequence);
    await eventually(() => events().length >= count, 10_000);
    return events();
  }
  function alertsOf(sku: string) {
    return receiver()
      .received.filter(
        ({ event }) => event.event_type === 'INVENTORY.ALERT' && event.payload['sku'] === sku,
      )
      .map(({ event }) => event.payload);
  }

  const received = () => receiver().received;
  return {
    ...{ ...client, target, received, stocked, receive, createdPick },
    ...{ totals, pickNow, eventsOf, alertsOf },
  };
}

export type WmsStage = ReturnType<typeof createStage>;
