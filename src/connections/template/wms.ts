import { PickCancelAnswerSchema, PickSchema, type Pick } from '../../contracts/picks.ts';
import type { PickRequest } from '../../contracts/picks.ts';
import { pageOf } from '../../contracts/primitives.ts';
import type { Command, PickSnapshot } from '../../domain/commands.ts';
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
import type { HttpClient, HttpResult } from '../http.ts';

const PicksSchema = pageOf(PickSchema);

/** A warehouse that speaks the template contract. */
export function createTemplateWms(http: HttpClient): Connector {
  return {
    close: () => http.close(),
    capability: { idempotentCreate: true, getByReference: true, search: null },
    find: (command, { timeoutMs }) =>
      command.kind === 'request_pick'
        ? findByReference(http, command.key, timeoutMs)
        : Promise.resolve(null),
    async send(command, context) {
      switch (command.kind) {
        case 'request_pick':
          return requestPick(http, command, context);
        case 'look_at_pick':
          return lookAtPick(http, command.pickId, context.timeoutMs);
        case 'update_pick':
          return updatePick(http, command, context.timeoutMs);
        case 'cancel_pick':
          return cancelPick(http, command, context.timeoutMs);
        default:
          return { kind: 'refused', status: 0, error: `A warehouse does not take ${command.kind}` };
      }
    },
  };
}

async function requestPick(
  http: HttpClient,
  command: Extract<Command, { kind: 'request_pick' }>,
  { order, timeoutMs }: CommandContext,
): Promise<Attempt> {
  const body: PickRequest = {
    request_id: command.key.slice(0, 128),
    timestamp: new Date(command.requestedAt).toISOString(),
    source: 'crossdock',
    payload: {
      order_id: order.orderId,
      line_items: command.lines.map((line) => ({
        line_id: line.lineId,
        sku: line.sku,
        qty: line.qty,
      })),
      priority: command.priority,
      location_preferences: [],
      reference: command.key,
      policy: 'partial',
    },
  };
  const result = await http.call(
    { method: 'POST', path: '/picks', body, idempotencyKey: command.key },
    timeoutMs,
  );
  if (isOk(result)) return readPick(result, 'pick_accepted');
  const problem = problemOf(result);
  if (problem === 'out-of-stock') return done({ type: 'pick_out_of_stock' });
  // A step that was cut off may have asked for other units under this key: that pick is ours too.
  if (problem === 'duplicate-reference' || problem === 'idempotency-key-reused') {
    return adoptByReference(http, command.key, timeoutMs);
  }
  return readFailure(result);
}

/** The pick stands at the warehouse under our reference: it is ours, whatever became of the answer. */
async function adoptByReference(
  http: HttpClient,
  reference: string,
  timeoutMs: number,
): Promise<Attempt> {
  const found = await findByReference(http, reference, timeoutMs);
  return found ?? unreadable(200, 'a list with that pick');
}

/** Null when the warehouse has no pick under our reference. */
async function findByReference(
  http: HttpClient,
  reference: string,
  timeoutMs: number,
): Promise<Attempt | null> {
  const result = await http.call(
    { method: 'GET', path: `/picks?reference=${encodeURIComponent(reference)}` },
    timeoutMs,
  );
  if (!isOk(result)) return readFailure(result);
  const picks = PicksSchema.safeParse(result.body).data;
  if (picks === undefined) return unreadable(result.status, 'a list of picks');
  const pick = picks.items.find(({ status }) => status !== 'CANCELLED') ?? picks.items[0];
  return pick === undefined ? null : done({ type: 'pick_accepted', pick: snapshotOf(pick) });
}

async function lookAtPick(http: HttpClient, pickId: string, timeoutMs: number): Promise<Attempt> {
  const path = `/picks/${encodeURIComponent(pickId)}`;
  const result = await http.call({ method: 'GET', path }, timeoutMs);
  if (result.kind === 'answer' && result.status === 404) return done({ type: 'pick_missing' });
  if (isOk(result)) return readPick(result, 'pick_seen');
  return readFailure(result);
}

async function updatePick(
  http: HttpClient,
  { pickId, priority, key }: Extract<Command, { kind: 'update_pick' }>,
  timeoutMs: number,
): Promise<Attempt> {
  const path = `/picks/${encodeURIComponent(pickId)}`;
  const result = await http.call(
    { method: 'PATCH', path, body: { priority }, idempotencyKey: key },
    timeoutMs,
  );
  if (result.kind === 'answer' && result.status === 404) return done({ type: 'pick_missing' });
  if (isOk(result)) return readPick(result, 'pick_seen');
  return readFailure(result);
}

async function cancelPick(
  http: HttpClient,
  command: Extract<Command, { kind: 'cancel_pick' }>,
  timeoutMs: number,
): Promise<Attempt> {
  const result = await http.call(
    {
      method: 'POST',
      path: `/picks/${encodeURIComponent(command.pickId)}/cancel`,
      body: {
        ...(command.reason === null ? {} : { reason: command.reason }),
        ...(command.lines === null ? {} : { lines: command.lines }),
      },
      idempotencyKey: command.key,
    },
    timeoutMs,
  );
  if (!isOk(result)) return readFailure(result);
  const answer = PickCancelAnswerSchema.safeParse(result.body).data;
  if (answer === undefined) return unreadable(result.status, 'a cancel answer');
  return done({
    type: 'cancel_answered',
    result: answer.result,
    answered: command.lines ?? answer.pick.lines.map((line) => line.line_id),
    pick: snapshotOf(answer.pick),
  });
}

function readPick(
  result: Extract<HttpResult, { kind: 'answer' }>,
  type: 'pick_accepted' | 'pick_seen',
): Attempt {
  const pick = PickSchema.safeParse(result.body).data;
  if (pick === undefined) return unreadable(result.status, 'a pick');
  return done({ type, pick: snapshotOf(pick) });
}

function snapshotOf(pick: Pick): PickSnapshot {
  return {
    pickId: pick.pick_id,
    status: pick.status,
    sequence: pick.sequence,
    lines: pick.lines.map(({ line_id, ...line }) => ({ lineId: line_id, ...line })),
  };
}
