import type { CrmEvent } from '../../contracts/crm.ts';
import { AppError } from '../../errors.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { Answer } from '../idempotency.ts';
import { applyDeltas } from './deltas.ts';
import type { EventStore } from './event-store.ts';
import type { Line, Order, OrderStore } from './store.ts';
import { withToldLines } from './told-order.ts';
import { orderView } from './view.ts';

interface ApplyDeps {
  store: OrderStore;
  events: EventStore;
  now: () => number;
}

interface ApplyInput {
  order: Order;
  event: CrmEvent;
}

/** Applies what the CRM is told, strictly in sequence; a repeat of the same body changes nothing. */
export function applyEvent(deps: ApplyDeps, { order, event }: ApplyInput): Answer {
  const { store, events, now } = deps;
  const { orderId } = order;
  const { sequence, status } = event.payload;
  const fingerprint = fingerprintOf(event);
  const before = store.lines(orderId);
  const lines = withToldLines(before, event);
  const state = { order, lines: before };

  const applied = events.bySequence(orderId, sequence) ?? events.byId(event.event_id);
  if (applied?.fingerprint === fingerprint) {
    return { status: 200, body: orderView(order, before), effect: 'replayed' };
  }
  if (applied !== undefined) {
    throw conflict(
      state,
      `Sequence ${applied.sequence} was applied from event ${applied.eventId} with another body.`,
    );
  }
  if (sequence !== order.sequence + 1) {
    throw conflict(state, `Sequence ${sequence} does not follow ${order.sequence}.`);
  }
  const result = applyDeltas(lines, event.payload.lines);
  if (result.kind === 'wrong-sku') throw wrongSku(result);
  if (result.kind === 'does-not-follow')
    throw conflict(state, `A delta does not follow: ${result.detail}.`);

  const at = now();
  const next: Order = { ...order, sequence, status, updatedAt: at };
  const body = JSON.stringify(event);
  store.update(next);
  store.writeLines(
    orderId,
    touchedOf(result.lines, { event, grown: lines.length > before.length }),
  );
  events.insert({ eventId: event.event_id, orderId, sequence, fingerprint, body, at });
  return { status: 201, body: orderView(next, result.lines), effect: 'created' };
}

/** The lines to write; a new one takes its place in the whole list. */
function touchedOf(
  lines: Line[],
  { event, grown }: { event: CrmEvent; grown: boolean },
): readonly Line[] {
  if (grown) return lines;
  const told = new Set(event.payload.lines.map((line) => line.line_id));
  return lines.filter((line) => told.has(line.line_id));
}

function conflict(state: { order: Order; lines: Line[] }, reason: string): AppError {
  return new AppError(
    'conflict',
    `${reason} Nothing was applied; \`sequence\` and \`lines\` are the present state, send what follows it.`,
    {
      problem: 'sequence-conflict',
      members: { sequence: state.order.sequence, lines: state.lines },
    },
  );
}

function wrongSku(result: { index: number; detail: string }): AppError {
  return new AppError('validation', 'A line is for another SKU. Nothing was applied.', {
    problem: 'wrong-sku',
    issues: [{ pointer: `/payload/lines/${result.index}/sku`, detail: result.detail }],
  });
}
