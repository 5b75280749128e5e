/** What a mistyped name or path most likely means; undefined when nothing is near. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  const distanceMax = Math.max(1, Math.floor(wanted.length / 3) + 1);
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = Math.min(
      editDistance(wanted, name.toLowerCase()),
      lastKey(wanted) === lastKey(name.toLowerCase()) && wanted !== '' ? distanceMax : Infinity,
    );
    if (distance <= distanceMax && (best === undefined || distance < best.distance)) {
      best = { name, distance };
    }
  }
  return best?.name;
}

/** The same last key elsewhere is a likely meaning, however far the rest is. */
function lastKey(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** Letters to insert, drop, replace or swap with their neighbour. */
function editDistance(a: string, b: string): number {
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
