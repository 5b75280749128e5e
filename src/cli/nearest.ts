/** The known word that a mistyped one most likely means; undefined when none is near. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  const distanceMax = Math.max(1, Math.floor(wanted.length / 3) + 1);
  const ranked = known
    .map((word) => ({ word, distance: rank(wanted, word.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= distanceMax ? best.word : undefined;
}

/** A beginning is nearer than any misspelling. */
function rank(typed: string, word: string): number {
  return typed.length >= 2 && word.startsWith(typed) ? 0 : editDistance(typed, word);
}

/** Letters to insert, drop, replace or swap with their neighbour. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const best = Math.min(at(last, column) + 1, at(current, column - 1) + 1, replaced);
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(swapped ? Math.min(best, at(beforeLast, column - 2) + 1) : best);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
