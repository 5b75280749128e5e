import type { Json } from './product.ts';
import { expectedAt } from './random-crm.ts';
import { allItems, type Trial } from './random-trial.ts';

/** How wild a trial was: what never happened in it was not tried by it. */
export interface Tally {
  amendments: number;
  cancels: number;
  /** Versions that came when their order had ended. */
  tooLate: number;
  picks: number;
  backorders: number;
  shortUnits: number;
  cancelledUnits: number;
  putbacks: number;
  /** Units shipped although the CRM wants them no more. */
  keptUnits: number;
  deadLetters: number;
}

export async function tallyOf(trial: Trial): Promise<Tally> {
  const { api, wms } = trial.product;
  const orders: Json[] = [];
  for (const id of trial.orderIds) {
    const { status, body } = await api('GET', `/orders/${id}`);
    if (status === 200) orders.push(body);
  }
  const picks = await allItems((path) => wms('GET', path), '/picks?limit=500');
  const pickLines = picks.flatMap((pick) => pick.lines);
  const moves = await allItems((path) => wms('GET', path), '/inventory/movements?limit=500');
  const letters = await allItems((path) => api('GET', path), REPLAYED);
  const said = [...trial.wishes.values()].flatMap((wish) => wish.statements);
  return {
    amendments: said.filter(({ units, version }) => units !== null && version > 1).length,
    cancels: said.filter(({ units }) => units === null).length,
    tooLate: total(orders, (order) => statementsAfter(trial, order)),
    picks: picks.length,
    backorders: total(orders, (order) => order.backorders.length),
    shortUnits: total(pickLines, (line) => line.short),
    cancelledUnits: total(pickLines, (line) => line.cancelled),
    putbacks: moves.filter((move) => move.kind === 'putback').length,
    keptUnits: total(orders, (order) => keptUnits(trial, order)),
    deadLetters: letters.length,
  };
}

const REPLAYED = '/dead-letters?status=replayed&limit=200';

function statementsAfter(trial: Trial, order: Json): number {
  const statements = trial.wishes.get(order.order_id)?.statements ?? [];
  return statements.filter(({ version }) => version > order.version).length;
}

function keptUnits(trial: Trial, order: Json): number {
  const wish = trial.wishes.get(order.order_id);
  if (wish === undefined) return 0;
  const expected = expectedAt(wish, order.version);
  return total(order.lines, (line) => line.shipped - (expected.get(line.line_id)?.wanted ?? 0));
}

function total(rows: readonly Json[], units: (row: Json) => number): number {
  return rows.reduce((sum, row) => sum + units(row), 0);
}
