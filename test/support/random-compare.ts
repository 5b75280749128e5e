import type { Json } from './product.ts';
import { booksOf, sum, type Books, type Check } from './random-books.ts';
import { compareLine, compareLineBooks } from './random-compare-lines.ts';
import { compareStock } from './random-compare-stock.ts';
import { compareRequests, compareTold, compareVersions } from './random-compare-told.ts';
import { expectedAt, type CrmWish } from './random-crm.ts';
import type { Trial } from './random-trial.ts';

/** Every disagreement of the books of CRM, Crossdock and WMS, each with its order. */
export async function compareAll(trial: Trial): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const checkFor =
    (name: string): Check =>
    (held, what) => {
      if (!held) found.set(name, [...(found.get(name) ?? []), what()]);
    };
  for (const wish of trial.wishes.values()) {
    const { status } = await trial.product.api('GET', `/orders/${wish.orderId}`);
    if (status === 404) await compareUntouched(trial, wish, checkFor(wish.orderId));
    else await compareOrder(trial, wish, checkFor(wish.orderId));
  }
  for (const sku of trial.skus) await compareStock(trial, sku, checkFor(sku));
  await compareRequests(trial, checkFor);
  return found;
}

async function compareOrder(trial: Trial, wish: CrmWish, check: Check): Promise<void> {
  const books = await booksOf(trial, wish);
  const expected = expectedAt(wish, books.order.version);
  compareEnd(books, check);
  for (const line of books.order.lines) {
    const want = expected.get(line.line_id);
    check(want !== undefined, () => `${line.line_id}: no version up to the taken one names it`);
    if (want !== undefined) compareLine({ books, line, want }, check);
    compareLineBooks(books, line, check);
  }
  for (const lineId of expected.keys()) {
    const known = books.order.lines.some((line: Json) => line.line_id === lineId);
    check(known || trial.silent, () => `${lineId}: Crossdock does not have it`);
  }
  await compareVersions(trial, books, check);
  compareTold(books, check);
  compareTask(books, check);
}

/** An order that Crossdock never began has left no trace anywhere. */
async function compareUntouched(trial: Trial, wish: CrmWish, check: Check): Promise<void> {
  const { crm, wms, tasks } = trial.product;
  const picks = (await wms('GET', `/picks?order_id=${wish.orderId}`)).body.items;
  const made = (await tasks('GET', `/tasks?external_ref=${wish.orderId}`)).body.items;
  const shown = (await crm('GET', `/orders/${wish.orderId}`)).body;
  check(picks.length + made.length === 0, () => 'unknown, and has picks or tasks');
  check(shown.items.length === 0, () => 'unknown, and its CRM wants units');
}

function compareEnd({ order, crm }: Books, check: Check): void {
  const ordered = sum(order.lines, 'ordered');
  const end = sum(order.lines, 'cancelled') === ordered ? 'CANCELLED' : 'FULFILLED';
  check(order.stage === end, () => `stage ${order.stage}, and all that was not shipped is ${end}`);
  check(order.headline === end, () => `headline ${order.headline}, not ${end}`);
  check(order.flags.length === 0, () => `flags ${order.flags.join(' ')} on a closed order`);
  check(order.waits_for.length === 0, () => `waits for ${order.waits_for.join('; ')}`);
  const isTold = crm.status === end || crm.sequence === 0 || crm.version > order.version;
  check(isTold, () => `the CRM shows ${crm.status}, not ${end}`);
}

/** One task per order, in the order's status, that names its picks; each pick has its own reference. */
function compareTask({ order, tasks, questions, picks }: Books, check: Check): void {
  check(tasks.length === 1, () => `${tasks.length} tasks`);
  const asked = questions.filter(({ status }) => status === 'OPEN' || status === 'ASSIGNED');
  check(asked.length === 0, () => `a person is still asked: ${JSON.stringify(asked)}`);
  const [task] = tasks;
  if (task === undefined) return;
  const status = order.stage === 'CANCELLED' ? 'CANCELLED' : 'COMPLETED';
  check(task.status === status, () => `task ${task.status}, order ${order.stage}`);
  check(task.priority === order.priority, () => `task ${task.priority}, order ${order.priority}`);
  const named = (task.metadata.pick_ids ?? []).toSorted().join(' ');
  const there = picks
    .map((pick) => String(pick.pick_id))
    .toSorted()
    .join(' ');
  const ours = order.picks
    .map((pick: Json) => pick.pick_id)
    .toSorted()
    .join(' ');
  check(named === there, () => `task names picks ${named}, the WMS has ${there}`);
  check(ours === there, () => `Crossdock has picks ${ours}, the WMS has ${there}`);
  const references = new Set(picks.map((pick) => pick.reference));
  check(
    references.size === picks.length,
    () => `${picks.length} picks, ${references.size} references`,
  );
}
