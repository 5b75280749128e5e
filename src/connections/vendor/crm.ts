import type { CrmSnapshot } from '../../domain/commands.ts';
import { crmKey } from '../../domain/ids.ts';
import type { CrmNotice } from '../../domain/order.ts';
import { intentOf } from '../../vocabulary/intent.ts';
import type { OrderRecord } from '../../vocabulary/orders.ts';
import { done, type Attempt, type CommandContext, type Connector } from '../attempt.ts';
import { ask, meaningless, type Asked, type Vendor } from './ask.ts';
import { readAll } from './page.ts';
import { readAs, unreadAttempt } from './read-answer.ts';
import { cancelWishOf, tellCrmWords } from './words.ts';

/** A CRM, as its file describes it. */
export function createVendorCrm(vendor: Vendor): Connector {
  return {
    close: () => vendor.http.close(),
    async send(command, context) {
      switch (command.kind) {
        case 'tell_crm':
          return tell(vendor, command.notices, context);
        case 'ask_crm':
          return askCrm(vendor, context);
        case 'look_at_crm':
          return look(vendor, context);
        default:
          return { kind: 'refused', status: 0, error: `A CRM does not take ${command.kind}` };
      }
    },
  };
}

/** Tells one event after the other; what was told stays told when a later one fails. */
async function tell(
  vendor: Vendor,
  notices: readonly CrmNotice[],
  context: CommandContext,
): Promise<Attempt> {
  let upTo: number | undefined;
  for (const notice of notices) {
    const attempt = await tellOne(vendor, notice, context);
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
  vendor: Vendor,
  notice: CrmNotice,
  context: CommandContext,
): Promise<Attempt> {
  const { order, timeoutMs } = context;
  const { sequence } = notice;
  const call = 'tell_crm';
  const key = crmKey(order, sequence);
  const asked = await ask(vendor, {
    ...{ call, key, timeoutMs, words: tellCrmWords(notice, order) },
    names: { order_id: order.orderId, key, sequence },
  });
  if (!asked.ok) return asked.attempt;
  const { meaning, answer } = asked;
  if (meaning === 'ok') return done({ type: 'crm_told', upTo: sequence });
  if (meaning === 'disagrees') return standing(vendor, context);
  return meaningless(vendor, { call, meaning, answer });
}

/** The CRM says that our event does not follow: where it stands is its to say. */
async function standing(vendor: Vendor, context: CommandContext): Promise<Attempt> {
  const asked = await askForOrder(vendor, context);
  if (!asked.ok) return asked.attempt;
  const { meaning, answer } = asked;
  if (meaning === 'missing') {
    return { kind: 'refused', status: answer.status, error: 'The CRM does not know this order' };
  }
  if (meaning !== 'ok') return meaningless(vendor, { call: 'get_order', meaning, answer });
  const { receive } = asked.call;
  const read = readAs(vendor.maps, { mapping: receive, to: 'order.record' }, answer.body);
  if (!read.ok) return unreadAttempt(read, answer.status);
  const announced = await announcedTo(vendor, context);
  return done({
    type: 'crm_disagrees',
    crm: {
      sequence: read.value.sequence,
      ...(announced === undefined ? {} : { announced }),
      lines: linesOf(read.value),
    },
  });
}

function linesOf({ lines }: OrderRecord): CrmSnapshot['lines'] {
  return lines.map(({ line_id, picked, shipped, backordered, cancelled }) => ({
    ...{ lineId: line_id, picked, shipped, backordered, cancelled },
  }));
}

/** Where the CRM stands with this order, without telling it anything. */
async function look(vendor: Vendor, context: CommandContext): Promise<Attempt> {
  const attempt = await standing(vendor, context);
  if (attempt.kind !== 'done' || attempt.outcome.type !== 'crm_disagrees') return attempt;
  return done({ type: 'crm_seen', crm: attempt.outcome.crm });
}

/** Pages of events read from a CRM that disagrees; an order has far fewer. */
const EVENT_PAGES_MAX = 20;
const EVENTS_LIMIT = 200;

/** The backorder events that the CRM holds; undefined when it does not show them all. */
async function announcedTo(
  vendor: Vendor,
  { order, timeoutMs }: CommandContext,
): Promise<CrmSnapshot['announced']> {
  if (!vendor.spec.calls.has('list_events')) return undefined;
  const all = await readAll(vendor, {
    ...{ call: 'list_events', timeoutMs, names: { order_id: order.orderId } },
    ...{ limit: EVENTS_LIMIT, pagesMax: EVENT_PAGES_MAX },
  });
  if (!all.ok) return undefined;
  const announced: NonNullable<CrmSnapshot['announced']> = [];
  for (const event of all.items) {
    const mapping = all.call.receive;
    const read = readAs(vendor.maps, { mapping, to: 'order.announced' }, event);
    if (!read.ok) return undefined;
    const { type, backorder_id: backorderId } = read.value;
    if (backorderId !== null) announced.push({ type, backorderId });
  }
  return announced;
}

/** What the CRM wants now. */
async function askCrm(vendor: Vendor, context: CommandContext): Promise<Attempt> {
  const asked = await askForOrder(vendor, context);
  if (!asked.ok) return asked.attempt;
  const { meaning, answer } = asked;
  if (meaning === 'missing') return done({ type: 'crm_order', intent: null });
  if (meaning !== 'ok') return meaningless(vendor, { call: 'get_order', meaning, answer });
  const { stated } = asked.call;
  const read = readAs(vendor.maps, { mapping: stated, to: 'order.stated' }, answer.body);
  if (!read.ok) return unreadAttempt(read, answer.status);
  const { cancel } = read.value;
  return done({ type: 'crm_order', intent: intentOf(read.value), cancel: cancelWishOf(cancel) });
}

function askForOrder(vendor: Vendor, { order, timeoutMs }: CommandContext): Promise<Asked> {
  return ask(vendor, { call: 'get_order', names: { order_id: order.orderId }, timeoutMs });
}
