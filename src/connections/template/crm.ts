import {
  CrmEventSchema,
  CrmOrderSchema,
  type CrmEvent,
  type CrmOrder,
} from '../../contracts/crm.ts';
import { pageOf } from '../../contracts/primitives.ts';
import type { CrmSnapshot } from '../../domain/commands.ts';
import { crmKey, type OrderAddress } from '../../domain/ids.ts';
import type { CancelWish, OrderIntent } from '../../domain/inputs.ts';
import type { CrmNotice } from '../../domain/order.ts';
import {
  done,
  isOk,
  problemOf,
  readFailure,
  unreadable,
  type Attempt,
  type CommandContext,
  type Connector,
} from '../attempt.ts';
import type { HttpClient } from '../http.ts';

const EventsSchema = pageOf(CrmEventSchema);

type Announced = NonNullable<CrmSnapshot['announced']>[number];

export interface TemplateCrmOptions {
  http: HttpClient;
  /** Reads an order of this CRM into our words, or says which value no rule maps. */
  intentOf(order: CrmOrder, version: number): OrderIntent | { code: string; detail: string };
}

/** A CRM that speaks the template contract. */
export function createTemplateCrm({ http, intentOf }: TemplateCrmOptions): Connector {
  return {
    close: () => http.close(),
    async send(command, context) {
      switch (command.kind) {
        case 'tell_crm':
          return tell(http, command.notices, context);
        case 'ask_crm':
          return ask({ http, intentOf }, context);
        case 'look_at_crm':
          return look(http, context);
        default:
          return { kind: 'refused', status: 0, error: `A CRM does not take ${command.kind}` };
      }
    },
  };
}

/** Tells one event after the other; what was told stays told when a later one fails. */
async function tell(
  http: HttpClient,
  notices: readonly CrmNotice[],
  context: CommandContext,
): Promise<Attempt> {
  let upTo: number | undefined;
  for (const notice of notices) {
    const attempt = await tellOne(http, notice, context);
    if (attempt.kind === 'done' && attempt.outcome.type === 'crm_told') {
      upTo = notice.sequence;
      continue;
    }
    return upTo === undefined || attempt.kind === 'done'
      ? attempt
      : done({ type: 'crm_told', upTo });
  }
  return done({ type: 'crm_told', upTo: upTo ?? 0 });
}

async function tellOne(
  http: HttpClient,
  notice: CrmNotice,
  { order, timeoutMs }: CommandContext,
): Promise<Attempt> {
  const eventId = crmKey(order, notice.sequence);
  const body: CrmEvent = {
    event_id: eventId,
    event_type: notice.type,
    event_version: '1.0',
    timestamp: new Date(notice.at).toISOString(),
    source: 'crossdock',
    payload: {
      order_id: order.orderId,
      sequence: notice.sequence,
      status: notice.status,
      lines: notice.lines.map(({ lineId, ...line }) => ({ line_id: lineId, ...line })),
      ...(notice.backorderId === null ? {} : { backorder_id: notice.backorderId }),
      ...(notice.pickId === null ? {} : { pick_id: notice.pickId }),
    },
  };
  const path = `/orders/${encodeURIComponent(order.orderId)}/events`;
  const result = await http.call(
    { method: 'POST', path, body, idempotencyKey: eventId },
    timeoutMs,
  );
  if (isOk(result)) return done({ type: 'crm_told', upTo: notice.sequence });
  if (problemOf(result) !== 'sequence-conflict') return readFailure(result);
  return standing(http, order, timeoutMs);
}

/** The CRM says that our event does not follow: where it stands is its to say. */
async function standing(
  http: HttpClient,
  order: OrderAddress,
  timeoutMs: number,
): Promise<Attempt> {
  const found = await getOrder(http, order, timeoutMs);
  if (found.kind !== 'order') return found.attempt;
  const announced = await announcedTo(http, order, timeoutMs);
  return done({
    type: 'crm_disagrees',
    crm: {
      sequence: found.order.sequence,
      ...(announced === undefined ? {} : { announced }),
      lines: found.order.lines.map((line) => ({
        lineId: line.line_id,
        picked: line.picked,
        shipped: line.shipped,
        backordered: line.backordered,
        cancelled: line.cancelled,
      })),
    },
  });
}

/** Where the CRM stands with this order, without telling it anything. */
async function look(http: HttpClient, { order, timeoutMs }: CommandContext): Promise<Attempt> {
  const attempt = await standing(http, order, timeoutMs);
  if (attempt.kind !== 'done' || attempt.outcome.type !== 'crm_disagrees') return attempt;
  return done({ type: 'crm_seen', crm: attempt.outcome.crm });
}

/** Pages of events read from a CRM that disagrees; an order has far fewer. */
const EVENT_PAGES_MAX = 20;

/** The backorder events that the CRM holds; undefined when it does not show them all. */
async function announcedTo(
  http: HttpClient,
  order: OrderAddress,
  timeoutMs: number,
): Promise<Announced[] | undefined> {
  const announced: Announced[] = [];
  let cursor: string | null = '';
  for (let page = 0; page < EVENT_PAGES_MAX && cursor !== null; page += 1) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/orders/${encodeURIComponent(order.orderId)}/events?limit=200${after}`;
    const result = await http.call({ method: 'GET', path }, timeoutMs);
    const events = isOk(result) ? EventsSchema.safeParse(result.body).data : undefined;
    if (events === undefined) return undefined;
    for (const { event_type: type, payload } of events.items) {
      if (payload.backorder_id !== undefined) {
        announced.push({ type, backorderId: payload.backorder_id });
      }
    }
    cursor = events.next;
  }
  return cursor === null ? announced : undefined;
}

async function ask(
  { http, intentOf }: TemplateCrmOptions,
  { order, timeoutMs }: CommandContext,
): Promise<Attempt> {
  const found = await getOrder(http, order, timeoutMs);
  if (found.kind === 'order') {
    const cancel = cancelOf(found.order);
    const intent = intentOf(found.order, listVersionOf(found.order));
    if ('code' in intent) {
      return { kind: 'refused', status: 200, error: `${intent.code}: ${intent.detail}` };
    }
    return done({ type: 'crm_order', intent, cancel });
  }
  const { attempt } = found;
  const unknown = attempt.kind === 'refused' && attempt.status === 404;
  return unknown ? done({ type: 'crm_order', intent: null }) : attempt;
}

/** A cancel that is the CRM's last word; a list after it has overtaken it. */
function cancelOf({ cancellation, version }: CrmOrder): CancelWish | null {
  if (cancellation?.version !== version) return null;
  return { version, reason: cancellation.reason, lines: cancellation.lines };
}

/** The items stand at the version of their list: the cancels after it have versions of their own. */
function listVersionOf(order: CrmOrder): number {
  if (cancelOf(order) === null) return order.version;
  return order.cancellation?.list_version ?? Math.max(1, order.version - 1);
}

async function getOrder(
  http: HttpClient,
  order: OrderAddress,
  timeoutMs: number,
): Promise<{ kind: 'order'; order: CrmOrder } | { kind: 'none'; attempt: Attempt }> {
  const path = `/orders/${encodeURIComponent(order.orderId)}`;
  const result = await http.call({ method: 'GET', path }, timeoutMs);
  if (!isOk(result)) return { kind: 'none', attempt: readFailure(result) };
  const parsed = CrmOrderSchema.safeParse(result.body).data;
  if (parsed === undefined) return { kind: 'none', attempt: unreadable(result.status, 'an order') };
  return { kind: 'order', order: parsed };
}
