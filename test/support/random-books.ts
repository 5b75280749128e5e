import type { Json } from './product.ts';
import type { CrmWish } from './random-crm.ts';
import { allItems, mustAnswer, type Trial } from './random-trial.ts';

/** What the three systems say of one order. */
export interface Books {
  wish: CrmWish;
  order: Json;
  crm: Json;
  told: Json[];
  picks: Json[];
  tasks: Json[];
  /** Questions to people. */
  questions: Json[];
}

/** Collects what does not hold, so that one run shows all of it. */
export type Check = (held: boolean, what: () => string) => void;

export async function booksOf(trial: Trial, wish: CrmWish): Promise<Books> {
  const { api, crm, wms, tasks } = trial.product;
  const { orderId } = wish;
  const [order, shown, told, picks, found] = await Promise.all([
    mustAnswer(() => api('GET', `/orders/${orderId}`), 200),
    mustAnswer(() => crm('GET', `/orders/${orderId}`), 200),
    allItems((path) => crm('GET', path), `/orders/${orderId}/events?limit=200`),
    allItems((path) => wms('GET', path), `/picks?order_id=${orderId}&limit=200`),
    mustAnswer(() => tasks('GET', `/tasks?external_ref=${orderId}`), 200),
  ]);
  const isQuestion = (task: Json): boolean => task.task_type === 'human_action';
  const all: Json[] = found.body.items;
  return {
    ...{ wish, order: order.body, crm: shown.body, told, picks },
    tasks: all.filter((task) => !isQuestion(task)),
    questions: all.filter(isQuestion),
  };
}

export function lineIn(pick: Json, lineId: string): Json {
  return pick.lines.find((line: Json) => line.line_id === lineId);
}

export function sum(rows: readonly Json[], field: string): number {
  return rows.reduce((total, row) => total + row[field], 0);
}
