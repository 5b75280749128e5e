import type { Answer, Json } from './product.ts';
import type { Dice } from './random-dice.ts';
import { mustAnswer, type Trial } from './random-trial.ts';

/** What the CRM said of an order, version by version; units of a list, or the lines of a cancel. */
export interface Statement {
  version: number;
  at: number;
  units: Map<string, number> | null;
  cancelled: string[] | null;
}

/** One order as its customer sees it. */
export interface CrmWish {
  orderId: string;
  statements: Statement[];
  /** The last list, as it would be edited. */
  items: { line_id: string; sku: string; qty: number }[];
  skuOf: Map<string, string>;
}

const PRIORITIES = ['platinum', 'gold', 'silver', 'bronze'] as const;

export async function placeOrder(trial: Trial, orderId: string, dice: Dice): Promise<CrmWish> {
  const items = Array.from({ length: dice.between(1, 4) }, () => ({
    sku: dice.choose(trial.skus as [string, ...string[]]),
    qty: dice.between(1, 6),
  }));
  const body = {
    order_id: orderId,
    customer: { account_priority: dice.choose(PRIORITIES) },
    items,
  };
  const wish: CrmWish = { orderId, statements: [], items: [], skuOf: new Map() };
  trial.wishes.set(orderId, wish);
  trial.orderIds.push(orderId);
  const made = await mustAnswer(() => trial.product.crm('POST', '/orders', body));
  listed(wish, made);
  return wish;
}

/** The customer changes the list: more, fewer, a line more, a line less, or only the priority. */
export async function amendOrder(trial: Trial, wish: CrmWish, dice: Dice): Promise<void> {
  const items = wish.items.map((item) => ({ ...item }));
  const changed = dice.pick(items);
  const patch: Json = { items };
  switch (dice.upTo(6)) {
    case 0:
    case 1:
      if (changed !== undefined) changed.qty += dice.between(1, 5);
      break;
    case 2:
      if (changed !== undefined) changed.qty = dice.upTo(changed.qty + 1);
      break;
    case 3:
      patch.items = [
        ...items,
        { sku: dice.choose(trial.skus as [string, ...string[]]), qty: dice.between(1, 4) },
      ];
      break;
    case 4:
      patch.items = items.filter((item) => item !== changed);
      break;
    default:
      patch.items = undefined;
      patch.customer = { account_priority: dice.choose(PRIORITIES) };
  }
  await state(trial, wish, () => trial.product.crm('PATCH', `/orders/${wish.orderId}`, patch));
}

/** The customer wants lines, or all of it, no more. */
export async function cancelAtCrm(
  trial: Trial,
  wish: CrmWish,
  { dice, whole }: { dice: Dice; whole: boolean },
): Promise<void> {
  const line = dice.pick(wish.items);
  const body = whole || line === undefined ? {} : { lines: [line.line_id] };
  const at = Date.now();
  const answer = await trial.product.crm('POST', `/orders/${wish.orderId}/cancel`, body);
  if (answer.status !== 200) throw new Error(`cancel: ${JSON.stringify(answer.body)}`);
  wish.statements.push({
    version: answer.body.version,
    at,
    units: null,
    cancelled: body.lines ?? null,
  });
}

async function state(trial: Trial, wish: CrmWish, call: () => Promise<Answer>): Promise<void> {
  const answer = await call();
  if (answer.status !== 200) throw new Error(`${wish.orderId}: ${JSON.stringify(answer.body)}`);
  listed(wish, answer);
}

function listed(wish: CrmWish, { body }: Answer): void {
  const units = new Map<string, number>();
  wish.items = [];
  for (const item of body.items) {
    units.set(item.line_id, item.qty);
    wish.items.push(item);
    wish.skuOf.set(item.line_id, item.sku);
  }
  wish.statements.push({ version: body.version, at: Date.now(), units, cancelled: null });
}

export interface Expected {
  sku: string;
  /** What the last of these versions wants. */
  wanted: number;
  /** The sum of all raises from each version to the next. */
  everAsked: number;
}

/** What each line comes to when the versions up to one are taken, in their order. */
export function expectedAt(wish: CrmWish, version: number): Map<string, Expected> {
  const lines = new Map<string, Expected>();
  const known = wish.statements.filter((said) => said.version <= version);
  const inOrder = known.toSorted((a, b) => a.version - b.version);
  for (const said of inOrder) {
    for (const lineId of said.units?.keys() ?? []) {
      const sku = wish.skuOf.get(lineId) ?? '';
      if (!lines.has(lineId)) lines.set(lineId, { sku, wanted: 0, everAsked: 0 });
    }
    for (const [lineId, line] of lines) {
      const units = unitsOf(said, lineId);
      if (units === undefined) continue;
      line.everAsked += Math.max(0, units - line.wanted);
      line.wanted = units;
    }
  }
  return lines;
}

function unitsOf(said: Statement, lineId: string): number | undefined {
  if (said.units !== null) return said.units.get(lineId) ?? 0;
  return said.cancelled === null || said.cancelled.includes(lineId) ? 0 : undefined;
}
