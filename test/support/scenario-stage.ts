import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import { eventually } from './eventually.ts';
import { startProduct, type Answer, type Envelope, type Json, type Product } from './product.ts';

export interface ItemAsked {
  line_id?: string;
  sku: string;
  qty: number;
}

export interface PlaceOptions {
  account_priority?: string;
  requested_date?: string;
}

/** One running product that the scenarios of a file share, in the words of their actors. */
export interface ScenarioStage {
  product(): Product;
  /** A product of its own for one test, so that its stock is nobody else's. */
  newSku(units: number, fields?: Json): Promise<string>;
  receive(sku: string, qty: number, location?: string): Promise<void>;
  move(movement: Json): Promise<void>;
  totals(sku: string): Promise<Json>;
  place(items: ItemAsked[], options?: PlaceOptions): Promise<string>;
  amend(id: string, change: Json): Promise<void>;
  cancel(id: string, body?: Json): Promise<void>;
  order(id: string): Promise<Json>;
  crmOrder(id: string): Promise<Json>;
  crmEvents(id: string): Promise<Json[]>;
  picks(id: string): Promise<Json[]>;
  tasks(id: string): Promise<Json[]>;
  /** A report of the floor; fails the test when the warehouse refuses it. */
  report(pickId: string, patch: Json): Promise<void>;
  ship(pickId: string): Promise<void>;
  /** Everything that is allocated is picked and shipped. */
  pickAndShip(pickId: string): Promise<void>;
  /** Picks and ships whatever is there until the order has ended. */
  workUntilEnd(id: string): Promise<Json>;
  until(id: string, holds: (order: Json) => unknown, withinMs?: number): Promise<Json>;
  untilStage(id: string, stage: string, withinMs?: number): Promise<Json>;
  /** An event of the inbox, once it is as it should be. */
  eventOnceIt(eventId: string, holds: (event: Json) => unknown): Promise<Json>;
  /** The event of the warehouse's own delivery log. */
  sent(pickId: string, sequence: number): Promise<Envelope>;
  /** Speaks as the warehouse does, under an event id of its own. */
  speakAsWms(like: Envelope, change: Json): Promise<Answer>;
  speakAsCrm(type: string, payload: Json): Promise<Answer>;
}

export const WAIT_MS = 20_000;

/** Starts the product before the tests of a file and stops it after them. */
export function scenarioStage(env: Record<string, string> = {}): ScenarioStage {
  let product: Product | undefined;
  beforeAll(async () => {
    product = await startProduct({
      env: { CROSSDOCK_TIME_SCALE: '0.05', CROSSDOCK_RECON_SCHEDULES: 'off', ...env },
    });
  });
  afterAll(async () => {
    await product?.stop();
  });
  return createScenarioStage(() => {
    if (product === undefined) throw new Error('The product has not started');
    return product;
  });
}

export function newOrderId(): string {
  return `ORD-${randomUUID().slice(0, 8)}`;
}

/** The body of an answer that had to succeed. */
function bodyOf({ status, body }: Answer): Json {
  expect(status, JSON.stringify(body)).toBeGreaterThanOrEqual(200);
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body;
}

function createScenarioStage(product: () => Product): ScenarioStage {
  const stage: ScenarioStage = {
    product,
    ...stockOf(product, () => stage),
    ...crmOf(product),
    ...floorOf(product, () => stage),
    ...readsOf(product),
    ...forgeries(product),
  };
  return stage;
}

function stockOf(product: () => Product, stage: () => ScenarioStage) {
  return {
    async newSku(units: number, fields: Json = {}) {
      const sku = `SKU-${randomUUID().slice(0, 8)}`;
      bodyOf(await product().wms('POST', '/products', { sku, name: sku, ...fields }));
      if (units > 0) await stage().receive(sku, units);
      return sku;
    },
    receive: (sku: string, qty: number, location = 'zone-A') =>
      stage().move({ kind: 'receive', sku, location, qty }),
    async move(movement: Json) {
      bodyOf(await product().wms('POST', '/inventory/movements', movement));
    },
    async totals(sku: string) {
      return bodyOf(await product().wms('GET', `/inventory?sku=${sku}`)).totals;
    },
  };
}

function crmOf(product: () => Product) {
  return {
    async place(items: ItemAsked[], { account_priority, requested_date }: PlaceOptions = {}) {
      const order = {
        order_id: newOrderId(),
        items,
        customer: account_priority === undefined ? {} : { account_priority },
        fulfillment: requested_date === undefined ? {} : { requested_date },
      };
      bodyOf(await product().crm('POST', '/orders', order));
      return order.order_id;
    },
    async amend(id: string, change: Json) {
      bodyOf(await product().crm('PATCH', `/orders/${id}`, change));
    },
    async cancel(id: string, body: Json = {}) {
      bodyOf(await product().crm('POST', `/orders/${id}/cancel`, body));
    },
  };
}

function floorOf(product: () => Product, stage: () => ScenarioStage) {
  return {
    async report(pickId: string, patch: Json) {
      bodyOf(await product().wms('PATCH', `/picks/${pickId}`, patch));
    },
    async ship(pickId: string) {
      bodyOf(await product().wms('POST', '/shipments', { pick_id: pickId, carrier: 'UPS' }));
    },
    async pickAndShip(pickId: string) {
      await stage().report(pickId, { status: 'COMPLETED' });
      await stage().ship(pickId);
    },
    workUntilEnd: (id: string) =>
      eventually(async () => {
        for (const pick of await stage().picks(id)) {
          const unpicked = pick.lines.some((line: Json) => line.allocated > 0);
          const unshipped = pick.lines.some((line: Json) => line.picked > line.shipped);
          if (unpicked)
            await product().wms('PATCH', `/picks/${pick.pick_id}`, { status: 'COMPLETED' });
          if (unpicked || unshipped) {
            await product().wms('POST', '/shipments', { pick_id: pick.pick_id, carrier: 'UPS' });
          }
        }
        const seen = await stage().order(id);
        return ['FULFILLED', 'CLOSED_SHORT', 'CANCELLED'].includes(seen.stage) ? seen : undefined;
      }, WAIT_MS),
  };
}

function readsOf(product: () => Product) {
  const order = async (id: string) => (await product().api('GET', `/orders/${id}`)).body;
  const until = async (id: string, holds: (seen: Json) => unknown, withinMs = WAIT_MS) => {
    let last: Json;
    const look = async () => {
      last = await order(id);
      return last.order_id === id && holds(last) ? last : undefined;
    };
    try {
      return await eventually(look, withinMs);
    } catch (cause) {
      const { timeline, links, ...state } = last;
      const story = (timeline ?? []).map((e: Json) => `${e.at} ${e.kind}: ${e.summary}`).join('\n');
      throw new Error(`Not so: ${holds.toString()}\n${JSON.stringify(state)}\n${story}`, { cause });
    }
  };
  return {
    order,
    until,
    untilStage: (id: string, stage: string, withinMs?: number) =>
      until(id, (seen) => seen.stage === stage, withinMs),
    crmOrder: async (id: string) => bodyOf(await product().crm('GET', `/orders/${id}`)),
    crmEvents: async (id: string) =>
      bodyOf(await product().crm('GET', `/orders/${id}/events?limit=200`)).items,
    picks: async (id: string) => bodyOf(await product().wms('GET', `/picks?order_id=${id}`)).items,
    eventOnceIt: (eventId: string, holds: (event: Json) => unknown) =>
      eventually(async () => {
        const { body } = await product().api('GET', `/events/${eventId}`);
        return holds(body) ? body : undefined;
      }, WAIT_MS),
    tasks: async (id: string) =>
      bodyOf(await product().tasks('GET', `/tasks?external_ref=${id}`)).items,
  };
}

function forgeries(product: () => Product) {
  const envelope = (like: Pick<Envelope, 'event_type' | 'source'>, payload: Json): Envelope => ({
    event_id: `evt_${randomUUID()}`,
    event_type: like.event_type,
    event_version: '1.0',
    timestamp: new Date().toISOString(),
    source: like.source,
    payload,
  });
  return {
    sent: (pickId: string, sequence: number): Promise<Envelope> =>
      eventually(async () => {
        const path = `/webhook-deliveries?event_id=evt_wms_${pickId}_${sequence}`;
        const [found] = bodyOf(await product().wms('GET', path)).items;
        return found === undefined ? undefined : JSON.parse(found.body);
      }),
    speakAsWms: (like: Envelope, change: Json) =>
      product().webhook('wms', envelope(like, { ...like.payload, ...change })),
    speakAsCrm: (type: string, payload: Json) =>
      product().webhook('orders', envelope({ event_type: type, source: 'crm.test' }, payload)),
  };
}
