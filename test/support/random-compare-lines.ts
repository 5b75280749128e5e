import type { Json } from './product.ts';
import { lineIn, sum, type Books, type Check } from './random-books.ts';
import type { Expected } from './random-crm.ts';

const BUCKETS = ['picked', 'shipped', 'backordered', 'cancelled'] as const;
const MOVING = ['open', 'requested', 'allocated', 'picked', 'backordered'] as const;

interface LineInput {
  books: Books;
  line: Json;
  want: Expected;
}

/** What was wanted is shipped, and more only where the warehouse would not let it go. */
export function compareLine({ books, line, want }: LineInput, check: Check): void {
  const name = line.line_id;
  check(line.sku === want.sku, () => `${name}: ${line.sku}, not ${want.sku}`);
  check(
    line.shipped >= want.wanted,
    () => `${name}: ${want.wanted} wanted, ${line.shipped} shipped`,
  );
  // A version that a later one has overtaken on its way is history, and asks for nothing.
  const asked = want.wanted <= line.ordered && line.ordered <= want.everAsked;
  check(asked, () => `${name}: ordered ${line.ordered}, and ${want.everAsked} were ever asked`);
  const kept = line.shipped - want.wanted;
  const picks = books.picks.filter((pick) => lineIn(pick, name)?.shipped > 0);
  check(kept === 0 || picks.length > 0, () => `${name}: ${kept} kept by no pick`);
}

/** L1, and X4 of fulfilment.md 3.6: the same units in all three books. */
export function compareLineBooks({ order, crm, picks }: Books, line: Json, check: Check): void {
  const name = line.line_id;
  const units = MOVING.reduce((total, bucket) => total + line[bucket], 0);
  check(units === 0, () => `${name}: ${units} units are not at rest`);
  const total = units + line.shipped + line.cancelled + line.substituted_out;
  check(total === line.ordered, () => `${name}: L1, ${total} of ${line.ordered}`);
  const shown = crm.lines.find((other: Json) => other.line_id === name);
  for (const bucket of BUCKETS) {
    const there = shown?.[bucket];
    check(
      there === line[bucket],
      () => `${name}: X4, CRM ${bucket} ${there}, ours ${line[bucket]}`,
    );
  }
  const atWms = picks.flatMap((pick) => lineIn(pick, name) ?? []);
  const shipped = sum(atWms, 'shipped');
  check(
    shipped === line.shipped + line.over,
    () => `${name}: X4, WMS shipped ${shipped}, ours ${line.shipped} and ${line.over} over`,
  );
  check(line.over === 0, () => `${name}: ${line.over} over, and no SKU tolerates it`);
  const live = sum(atWms, 'requested') - sum(atWms, 'short') - sum(atWms, 'cancelled');
  check(live <= line.ordered - line.cancelled, () => `${name}: L3, ${live} live in the WMS`);
  for (const seen of order.picks) {
    const theirs = picks.find((pick) => pick.pick_id === seen.pick_id);
    const [a, b] = [lineIn(seen, name), lineIn(theirs ?? { lines: [] }, name)];
    const same = JSON.stringify(a) === JSON.stringify(b);
    check(same, () => `${name}: ${seen.pick_id} ${JSON.stringify(a)}, WMS ${JSON.stringify(b)}`);
  }
}
