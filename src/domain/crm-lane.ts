import type { Line } from './books.ts';
import type { CrmSnapshot } from './commands.ts';
import { headlineOf } from './headline.ts';
import { crmKey } from './ids.ts';
import type { CrmBucket, CrmLineDelta, CrmNotice, CrmNoticeType, CrmTold, OrderState } from './order.ts';
import { note, send, type Turn } from './turn.ts';

const CRM_BUCKETS: readonly CrmBucket[] = ['picked', 'shipped', 'backordered', 'cancelled'];

/** Notices that travel in one command. */
const NOTICES_PER_COMMAND_MAX = 20;

/** What the CRM should know of a line; units in an unanswered child pick still count as backordered. */
function crmFace(state: OrderState, line: Line): CrmTold {
  const inPick = state.backorders
    .filter((b) => b.lineId === line.lineId)
    .reduce((sum, b) => sum + b.inPick, 0);
  return {
    picked: line.buckets.picked,
    shipped: line.buckets.shipped,
    backordered: line.buckets.backordered + inPick,
    cancelled: line.buckets.cancelled,
  };
}

/**
 * Queues what the CRM does not know yet, as ordered deltas (fulfilment 3.5): the difference between
 * the books and what it was told, new and filled backorders in events of their own.
 */
export function queueNotices(turn: Turn, type: CrmNoticeType, pickId: string | null): void {
  const { state } = turn;
  if (!state.known) return;
  const faces = new Map(state.lines.map((line) => [line.lineId, crmFace(state, line)]));
  for (const [ids, kind] of [
    [turn.born, 'BACKORDER.CREATED'],
    [turn.filled, 'BACKORDER.FILLED'],
  ] as const) {
    for (const backorderId of ids) noticeOfBackorder(turn, kind, { backorderId, pickId, faces });
  }
  const rest: CrmLineDelta[] = [];
  for (const line of state.lines) {
    for (const bucket of CRM_BUCKETS) {
      const delta = (faces.get(line.lineId)?.[bucket] ?? 0) - toldOf(state, line.lineId)[bucket];
      if (delta !== 0) rest.push(tell(state, line, bucket, delta));
    }
  }
  if (rest.length > 0) push(state, { type, lines: rest, backorderId: null, pickId });
}

interface BackorderNotice {
  backorderId: string;
  pickId: string | null;
  faces: Map<string, CrmTold>;
}

function noticeOfBackorder(
  turn: Turn,
  type: 'BACKORDER.CREATED' | 'BACKORDER.FILLED',
  input: BackorderNotice,
): void {
  const { state } = turn;
  const backorder = state.backorders.find((b) => b.backorderId === input.backorderId);
  const line = state.lines.find((l) => l.lineId === backorder?.lineId);
  if (backorder === undefined || line === undefined) return;
  const missing =
    (input.faces.get(line.lineId)?.backordered ?? 0) - toldOf(state, line.lineId).backordered;
  const delta =
    type === 'BACKORDER.CREATED'
      ? Math.min(Math.max(0, missing), backorder.qty)
      : Math.max(Math.min(0, missing), -backorder.qty);
  const lines = [tell(state, line, 'backordered', delta)];
  push(state, { type, lines, backorderId: backorder.backorderId, pickId: input.pickId });
}

function toldOf(state: OrderState, lineId: string): CrmTold {
  return (state.crm.told[lineId] ??= { picked: 0, shipped: 0, backordered: 0, cancelled: 0 });
}

function tell(state: OrderState, line: Line, bucket: CrmBucket, delta: number): CrmLineDelta {
  const told = toldOf(state, line.lineId);
  told[bucket] += delta;
  return { lineId: line.lineId, sku: line.sku, bucket, delta, cumulative: told[bucket] };
}

function push(
  state: OrderState,
  notice: Pick<CrmNotice, 'type' | 'lines' | 'backorderId' | 'pickId'>,
): void {
  state.crm.queue.push({
    ...notice,
    sequence: state.crm.nextSequence,
    at: state.clock,
    status: headlineOf(state),
  });
  state.crm.nextSequence += 1;
}

/** One command at a time, so that the CRM receives its events in order. */
export function sendNotices(turn: Turn): void {
  const { state } = turn;
  const first = state.crm.queue[0];
  if (first === undefined) return;
  const busy =
    state.inFlight.some((command) => command.kind === 'tell_crm') ||
    state.deadLetters.some((letter) => letter.command?.kind === 'tell_crm');
  if (busy) return;
  send(turn, {
    kind: 'tell_crm',
    key: crmKey(state.address, first.sequence),
    notices: state.crm.queue.slice(0, NOTICES_PER_COMMAND_MAX),
  });
}

export function noticesTold(turn: Turn, upTo: number): void {
  const { crm } = turn.state;
  const told = crm.queue.filter((notice) => notice.sequence <= upTo);
  crm.queue = crm.queue.filter((notice) => notice.sequence > upTo);
  if (told.length > 0) {
    const types = told.map((notice) => `${notice.type} #${notice.sequence}`);
    note(turn, 'crm', `The CRM was told ${types.join(', ')}`);
  }
}

/**
 * The CRM stands elsewhere than we thought, because a step that had told it was cut off before it
 * was recorded. What it shows is taken as told, and only the difference is sent after it.
 */
export function adoptCrm(turn: Turn, crm: CrmSnapshot): void {
  const { state } = turn;
  const dropped = state.crm.queue;
  state.crm.queue = [];
  state.crm.nextSequence = crm.sequence + 1;
  for (const line of crm.lines) {
    state.crm.told[line.lineId] = {
      picked: line.picked,
      shipped: line.shipped,
      backordered: line.backordered,
      cancelled: line.cancelled,
    };
  }
  for (const notice of dropped) {
    if (notice.backorderId === null) continue;
    (notice.type === 'BACKORDER.CREATED' ? turn.born : turn.filled).push(notice.backorderId);
  }
  note(turn, 'crm', `The CRM stands at event ${crm.sequence}; going on from there`);
}
