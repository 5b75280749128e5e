import type { Json } from './product.ts';
import { sum, type Check } from './random-books.ts';
import { allItems, mustAnswer, type Trial } from './random-trial.ts';

/** At the end nothing is promised or under way, and the counters are the fold of the ledger. */
export async function compareStock(trial: Trial, sku: string, check: Check): Promise<void> {
  const { wms } = trial.product;
  const { totals } = (await mustAnswer(() => wms('GET', `/inventory?sku=${sku}`), 200)).body;
  const picks = await allItems((path) => wms('GET', path), '/picks?limit=500');
  const lines = picks.flatMap((pick) => pick.lines.filter((line: Json) => line.sku === sku));
  const received = trial.received.get(sku) ?? 0;
  const shipped = sum(lines, 'shipped');
  check(totals.reserved === 0, () => `${totals.reserved} reserved at the end`);
  check(totals.picked === 0, () => `${totals.picked} picked at the end`);
  check(
    totals.on_hand === received - shipped,
    () => `on hand ${totals.on_hand}, received ${received}, shipped ${shipped}`,
  );
  const path = `/inventory/movements?sku=${sku}&limit=500`;
  const ledger = await allItems((at) => wms('GET', at), path);
  for (const counter of ['on_hand', 'reserved', 'picked', 'held']) {
    const folded = sum(
      ledger.map((movement) => movement.change),
      counter,
    );
    check(folded === totals[counter], () => `S2, ${counter} ${totals[counter]}, folded ${folded}`);
  }
}
