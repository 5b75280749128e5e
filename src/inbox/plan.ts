import { messageOf } from '../errors.ts';
import type { OrderAddress } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';
import type { Normalised } from '../normalise/definition.ts';
import type { EventWithBody } from './store.ts';

/** What one claimed lane asks for. Every event stands in exactly one of the lists. */
export interface LanePlan {
  order: OrderAddress | null;
  inputs: OrderInput[];
  stock: { wms: string; skus: string[] } | null;
  /** Settled once the call returned. */
  handedOver: EventWithBody[];
  /** Those of them that only echo what we did ourselves: no news for an order that has ended. */
  echoes: Set<EventWithBody>;
  /** Nothing acts on them. */
  ignored: EventWithBody[];
  /** Our own defect: set aside, so that they never stall the others. */
  unprocessable: { event: EventWithBody; detail: string }[];
}

export type Normalise = (event: EventWithBody) => Normalised | null;

export interface Reading {
  normalise: Normalise;
  /** Whether an event only repeats what the order's books hold already. */
  isEcho(order: OrderAddress, input: OrderInput): boolean;
}

function isNoNews(normalised: Normalised, { isEcho }: Reading): boolean {
  return normalised.to === 'order' && isEcho(normalised.order, normalised.input);
}

/** Turns the events of a lane into what is to be told, in order, each with its own fate. */
export function planLane(events: readonly EventWithBody[], reading: Reading): LanePlan {
  const plan: LanePlan = {
    order: null,
    inputs: [],
    stock: null,
    handedOver: [],
    echoes: new Set(),
    ignored: [],
    unprocessable: [],
  };
  for (const event of events) {
    try {
      const normalised = reading.normalise(event);
      if (normalised === null || isNoNews(normalised, reading)) plan.ignored.push(event);
      else add(plan, event, normalised);
    } catch (error) {
      plan.unprocessable.push({ event, detail: messageOf(error) });
    }
  }
  return plan;
}

function add(plan: LanePlan, event: EventWithBody, normalised: Normalised): void {
  if (normalised.to === 'order') {
    plan.order ??= normalised.order;
    plan.inputs.push(normalised.input);
    if (normalised.input.type === 'task_reported') plan.echoes.add(event);
  } else {
    const { wms, sku } = normalised;
    const known = plan.stock?.skus ?? [];
    plan.stock = { wms, skus: known.includes(sku) ? known : [...known, sku] };
  }
  plan.handedOver.push(event);
}
