import type { Line } from './books.ts';
import { crmFaces } from './crm-face.ts';
import { headlineOf, unitsAtRest } from './headline.ts';
import { crmKey } from './ids.ts';
import type {
  CrmBucket,
  CrmLineDelta,
  CrmNotice,
  CrmNoticeType,
  CrmTold,
  OrderState,
} from './order.ts';
import { note, send, type Turn } from './turn.ts';
import { isCancelled } from './versions.ts';

const CRM_BUCKETS: readonly CrmBucket[] = ['picked', 'shipped', 'backordered', 'cancelled'];

/** Notices that travel in one command. */
const NOTICES_PER_COMMAND_MAX = 20;

/** Bucket changes that travel in one notice: payloads are bounded, lines are many. */
const DELTAS_PER_NOTICE_MAX = 500;

/**
 * Queues what the CRM does not know yet, as ordered deltas (fulfilment 3.5): the difference between
 * the books and what it was told, new and filled backorders in events of their own.
 */
export function queueNotices(turn: Turn, type: CrmNoticeType, pickId: string | null): void {
  const { state } = turn;
  if (!state.known) return;
  const faces = crmFaces(state);
  for (const [ids, kind] of [
    [turn.born, 'BACKORDER.CREATED'],
    [turn.filled, 'BACKORDER.FILLED'],
  ] as const) {
    for (const backorderId of ids) noticeOfBackorder(turn, kind, { backorderId, pickId, faces });
  }
  const { deltas, confirmsCancel } = untold(state, faces);
  for (let start = 0; start < deltas.length; start += DELTAS_PER_NOTICE_MAX) {
    const lines = deltas.slice(start, start + DELTAS_PER_NOTICE_MAX);
    push(state, {
      type: confirmsCancel ? 'ORDER.CANCELLED' : type,
      lines,
      backorderId: null,
      pickId,
    });
  }
  answerCancel(state);
}

/**
 * A cancel that moves no unit, since all of it was cancelled or gone before, is answered too: a CRM
 * that asked waits for a word.
 */
function answerCancel(state: OrderState): void {
  if (!state.crm.awaitsCancelAnswer || !unitsAtRest(state)) return;
  const type = headlineOf(state) === 'CANCELLED' ? 'ORDER.CANCELLED' : 'ORDER.UPDATED';
  push(state, { type, lines: [], backorderId: null, pickId: null });
}

/** What of the books the CRM was never told; from here on it counts as told. */
function untold(
  state: OrderState,
  faces: ReadonlyMap<string, CrmTold>,
): { deltas: CrmLineDelta[]; confirmsCancel: boolean } {
  const deltas: CrmLineDelta[] = [];
  let confirmsCancel = false;
  for (const line of state.lines) {
    const told = toldOf(state, line.lineId);
    for (const bucket of CRM_BUCKETS) {
      const delta = (faces.get(line.lineId)?.[bucket] ?? 0) - told[bucket];
      if (delta === 0) continue;
      confirmsCancel ||= bucket === 'cancelled' && isCancelled(state, line);
      deltas.push(tell(state, line, bucket, delta));
    }
  }
  return { deltas, confirmsCancel };
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
  state.crm.awaitsCancelAnswer = false;
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
  crm.disagreements = 0;
  const told = crm.queue.filter((notice) => notice.sequence <= upTo);
  crm.queue = crm.queue.filter((notice) => notice.sequence > upTo);
  if (told.length > 0) {
    const types = told.map((notice) => `${notice.type} #${notice.sequence}`);
    note(turn, 'crm', `The CRM was told ${types.join(', ')}`);
  }
}
