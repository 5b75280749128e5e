import type { Answer, Json } from './product.ts';
import type { Dice } from './random-dice.ts';
import { tryCall, type Trial } from './random-trial.ts';

const ENDED = new Set(['COMPLETED', 'CANCELLED']);

export function hasEnded(pick: Json): boolean {
  return ENDED.has(pick.status);
}

export function unshipped(line: Json): number {
  return line.picked - line.shipped;
}

/** One look of a person on the floor at one order; what the warehouse refuses is not done. */
export async function workOnOrder(trial: Trial, orderId: string, dice: Dice): Promise<void> {
  const { wms } = trial.product;
  const answer = await tryCall(() => wms('GET', `/picks?order_id=${orderId}`));
  const picks: Json[] = answer?.status === 200 ? answer.body.items : [];
  const pick = dice.pick(picks);
  if (pick === undefined) return;
  await tryCall(() => deedOn(trial, pick, dice));
}

function deedOn(trial: Trial, pick: Json, dice: Dice): Promise<Answer> {
  const { wms } = trial.product;
  const change = (body: Json): Promise<Answer> => wms('PATCH', `/picks/${pick.pick_id}`, body);
  if (hasEnded(pick)) return afterWork(trial, pick, dice);
  switch (dice.upTo(16)) {
    case 0:
      return change({ status: 'ASSIGNED', assignee: 'pat' });
    case 1:
      return change({ status: 'IN_PROGRESS' });
    case 2:
    case 3:
    case 4:
      return change({ status: 'PARTIAL', lines: somePicked(pick, dice) });
    case 5:
      return change({ lines: somePicked(pick, dice) });
    case 6:
    case 7:
      return change({ status: 'PARTIAL', lines: someShort(pick, dice) });
    case 8:
      return change({ lines: someShort(pick, dice) });
    case 9:
      return change({ status: 'COMPLETED', short_close: true });
    case 10:
      return change({ status: 'CANCELLED' });
    case 11:
      return wms('POST', `/picks/${pick.pick_id}/cancel`, { reason: 'damaged rack' });
    case 12:
      return afterWork(trial, pick, dice);
    default:
      return change({ status: 'COMPLETED' });
  }
}

/** Ships all that is picked or a part of it, or puts units back, which only a cancelled line allows. */
function afterWork(trial: Trial, pick: Json, dice: Dice): Promise<Answer> {
  const { wms } = trial.product;
  const ready = pick.lines.filter((line: Json) => unshipped(line) > 0);
  const line = dice.pick<Json>(ready);
  const shipment = { pick_id: pick.pick_id, carrier: 'UPS' };
  if (line === undefined || dice.happens(3)) return wms('POST', '/shipments', shipment);
  const part = { line_id: line.line_id, qty: dice.between(1, unshipped(line)) };
  return dice.happens(3)
    ? wms('POST', `/picks/${pick.pick_id}/putback`, { lines: [part] })
    : wms('POST', '/shipments', { ...shipment, lines: [part] });
}

function somePicked(pick: Json, dice: Dice): Json[] {
  return pick.lines
    .filter((line: Json) => line.allocated > 0 && !dice.happens(3))
    .map((line: Json) => ({ line_id: line.line_id, picked: dice.between(1, line.allocated) }));
}

function someShort(pick: Json, dice: Dice): Json[] {
  return pick.lines
    .filter((line: Json) => line.allocated > 0)
    .map((line: Json) => {
      const short = dice.upTo(line.allocated + 1);
      return { line_id: line.line_id, short, picked: dice.upTo(line.allocated - short + 1) };
    });
}
