/** An amount in a pack of its own, as Halden writes each. */
export interface Packed {
  amount: number;
  pack: string;
}

const SINGLES_PER_CASE = 12;

/** Articles whose cases are of another size. */
const OTHER_CASES: Readonly<Record<string, number>> = { 'SKU-333': 6 };

/** Articles of which nobody can order half a case. */
const CASES_ONLY: ReadonlySet<string> = new Set(['SKU-111', 'SKU-333']);

function caseOf(code: string): number {
  return OTHER_CASES[code] ?? SINGLES_PER_CASE;
}

/** Whole cases are said in cases. */
export function packed(code: string, singles: number): Packed {
  return singles > 0 && singles % caseOf(code) === 0
    ? { amount: singles / caseOf(code), pack: 'CASE' }
    : { amount: singles, pack: 'EACH' };
}

/** Null when the article is not sold in this pack. */
export function singlesOf(code: string, { amount, pack }: Packed): number | null {
  if (pack === 'CASE') return amount * caseOf(code);
  return CASES_ONLY.has(code) ? null : amount;
}
