import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { PickSchema, type Pick } from '../contracts/picks.ts';
import { pageOf } from '../contracts/primitives.ts';
import { AppError } from '../errors.ts';
import type { DemoOrder } from './demo-orders.ts';
import { origin, type Plan } from './plan.ts';

interface Stage {
  plan: Plan;
  waitMs: number;
  callTimeoutMs: number;
  signal: AbortSignal;
}

interface Call {
  to: 'crm' | 'wms';
  method: string;
  path: string;
  body?: unknown;
  /** Makes a step that an interrupted demo had done already do nothing. */
  key?: string;
}

const POLL_MS = 250;
const PickPageSchema = pageOf(PickSchema);

/** Plays one demo order from the customer's click to its goal. Every step may be repeated. */
export async function playOrder(stage: Stage, order: DemoOrder): Promise<void> {
  await createOrder(stage, order);
  if (order.goal === 'untouched') return;
  const pick = await firstPick(stage, order.orderId);
  if (order.goal === 'cancelled') await cancelOrder(stage, order.orderId);
  else await workPick(stage, { order, pick });
}

async function createOrder(stage: Stage, { orderId, customer, items }: DemoOrder): Promise<void> {
  const body = { order_id: orderId, customer, items };
  const key = `demo-order-${orderId}`;
  await send(stage, { to: 'crm', method: 'POST', path: '/orders', body, key });
}

async function cancelOrder(stage: Stage, orderId: string): Promise<void> {
  const body = { reason: 'the customer changed their mind' };
  const key = `demo-cancel-${orderId}`;
  await send(stage, { to: 'crm', method: 'POST', path: `/orders/${orderId}/cancel`, body, key });
}

/** The pick appears once the order has gone through Crossdock. */
async function firstPick(stage: Stage, orderId: string): Promise<Pick> {
  const giveUpAt = Date.now() + stage.waitMs;
  const path = `/picks?order_id=${orderId}`;
  while (Date.now() < giveUpAt) {
    const answer = await send(stage, { to: 'wms', method: 'GET', path });
    const [pick] = PickPageSchema.parse(answer).items;
    if (pick !== undefined) return pick;
    await sleep(POLL_MS, undefined, { signal: stage.signal });
  }
  throw new AppError('unavailable', `no pick appeared within ${stage.waitMs} ms`);
}

async function workPick(
  stage: Stage,
  { order, pick }: { order: DemoOrder; pick: Pick },
): Promise<void> {
  const patch = (step: string, body: unknown) =>
    send(stage, {
      to: 'wms',
      method: 'PATCH',
      path: `/picks/${pick.pick_id}`,
      body,
      key: `demo-${step}-${order.orderId}`,
    });
  await patch('assign', { status: 'ASSIGNED', assignee: 'mia' });
  if (order.goal === 'assigned') return;
  if (order.goal === 'partly-picked') {
    const [line] = pick.lines;
    const lines = [{ line_id: line?.line_id, picked: Math.floor((line?.requested ?? 0) / 2) }];
    await patch('pick', { status: 'PARTIAL', lines });
    return;
  }
  await patch('complete', { status: 'COMPLETED' });
  if (order.goal !== 'picked') await shipPick(stage, { order, pick });
}

async function shipPick(
  stage: Stage,
  { order, pick }: { order: DemoOrder; pick: Pick },
): Promise<void> {
  const shipped = order.goal === 'partly-shipped' ? pick.lines.slice(0, 1) : pick.lines;
  const body = {
    pick_id: pick.pick_id,
    carrier: 'Parcel Post',
    tracking: `TRACK-${order.orderId}`,
    lines: shipped.map(({ line_id, requested }) => ({ line_id, qty: requested })),
  };
  const key = `demo-ship-${order.orderId}`;
  await send(stage, { to: 'wms', method: 'POST', path: '/shipments', body, key });
}

async function send(stage: Stage, { to, method, path, body, key }: Call): Promise<unknown> {
  const { ports, secrets } = stage.plan;
  const url = to === 'crm' ? `${origin(ports.crm)}${path}` : `${origin(ports.wms)}/api/v1${path}`;
  const timeout = AbortSignal.timeout(stage.callTimeoutMs);
  const response = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(to === 'wms' ? { authorization: `Bearer ${secrets.wms_token}` } : {}),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.any([timeout, stage.signal]),
  });
  const text = await response.text();
  if (response.ok) return z.json().parse(JSON.parse(text));
  throw new AppError('unavailable', `${method} ${url} answered ${response.status}: ${text}`);
}
