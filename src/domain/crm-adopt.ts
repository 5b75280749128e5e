import type { Command, CrmSnapshot } from './commands.ts';
import { keepCommand, settleLetter } from './dead-letters.ts';
import type { CrmNotice, CrmTold } from './order.ts';
import { note, type Turn } from './turn.ts';

const NOTHING: CrmTold = { picked: 0, shipped: 0, backordered: 0, cancelled: 0 };

const BUCKETS = ['picked', 'shipped', 'backordered', 'cancelled'] as const;

/**
 * The CRM stands elsewhere than we thought, because a step that had told it was cut off before it
 * was recorded. A CRM that never agrees is for a person to judge.
 */
export function adoptCrm(turn: Turn, command: Command, crm: CrmSnapshot): void {
  const { state } = turn;
  goOnFrom(turn, crm);
  state.crm.disagreements += 1;
  if (state.crm.disagreements < state.policy.attemptsMax) return;
  keepCommand(turn, command, {
    type: 'failed',
    cause: 'crm disagrees',
    attempts: state.crm.disagreements,
    lastStatus: 409,
    lastError: `The CRM stands at event ${crm.sequence} and does not take the one after it`,
  });
  state.crm.disagreements = 0;
}

/**
 * The CRM was looked at without having refused anything (D18). Only while nothing is on its way to
 * it does a difference mean that it has lost what it was told.
 */
export function holdAgainstCrm(turn: Turn, crm: CrmSnapshot): void {
  const { state } = turn;
  if (state.inFlight.some((command) => command.kind === 'tell_crm')) return;
  const failed = state.deadLetters.find((letter) => letter.command?.kind === 'tell_crm');
  const last = failed?.command?.kind === 'tell_crm' ? failed.command.notices.at(-1) : undefined;
  if (failed !== undefined && crm.sequence >= (last?.sequence ?? Infinity)) {
    note(turn, 'crm', `${failed.subject} is over: the CRM shows that it has taken it`);
    settleLetter(turn, failed);
    goOnFrom(turn, crm);
  } else if (failed === undefined && state.crm.queue.length === 0 && !agrees(turn, crm)) {
    goOnFrom(turn, crm);
  }
}

function agrees({ state }: Turn, crm: CrmSnapshot): boolean {
  if (crm.sequence !== state.crm.nextSequence - 1) return false;
  const shown = new Map(crm.lines.map((line) => [line.lineId, line]));
  return Object.entries(state.crm.told).every(([lineId, told]) => {
    const line = shown.get(lineId) ?? NOTHING;
    return BUCKETS.every((bucket) => line[bucket] === told[bucket]);
  });
}

/** What the CRM shows is taken as told, and only the difference is sent after it. */
function goOnFrom(turn: Turn, crm: CrmSnapshot): void {
  const { state } = turn;
  const dropped = state.crm.queue;
  state.crm.queue = [];
  state.crm.nextSequence = crm.sequence + 1;
  for (const { lineId } of state.lines) state.crm.told[lineId] = { ...NOTHING };
  // Also of lines that the step which was cut off knew, and this one does not know yet.
  for (const { lineId, picked, shipped, backordered, cancelled } of crm.lines) {
    state.crm.told[lineId] = { picked, shipped, backordered, cancelled };
  }
  state.crm.awaitsCancelAnswer ||= dropped.some(
    (notice) => notice.lines.length === 0 && notice.sequence > crm.sequence,
  );
  for (const notice of dropped) {
    if (notice.backorderId === null || wasAnnounced(crm, notice)) continue;
    (notice.type === 'BACKORDER.CREATED' ? turn.born : turn.filled).push(notice.backorderId);
  }
  note(turn, 'crm', `The CRM stands at event ${crm.sequence}; going on from there`);
}

/** A CRM that does not show its events has most likely taken those up to where it stands. */
function wasAnnounced(crm: CrmSnapshot, notice: CrmNotice): boolean {
  if (crm.announced === undefined) return notice.sequence <= crm.sequence;
  return crm.announced.some(
    (event) => event.type === notice.type && event.backorderId === notice.backorderId,
  );
}
