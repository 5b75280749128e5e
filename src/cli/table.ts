import type { Terminal } from './terminal.ts';

const CELL_WIDTH_MAX = 60;
const GAP = '  ';

/** Columns under their titles; the last one is as wide as its text. */
export function printTable(
  terminal: Terminal,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const last = titles.length - 1;
  const lines = [titles, ...rows].map((row) =>
    row.map((cell, column) => (column === last ? cell : clip(cell))),
  );
  const widths = titles.map((_, column) =>
    Math.max(...lines.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of lines) {
    const cells = row.map((cell, column) =>
      column === last ? cell : cell.padEnd(widths[column] ?? 0),
    );
    terminal.print(cells.join(GAP).trimEnd());
  }
}

/** Names and values, one pair a line. */
export function printPairs(
  terminal: Terminal,
  pairs: readonly (readonly [name: string, value: string])[],
): void {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  for (const [name, value] of pairs) terminal.print(`${name.padEnd(width)}${GAP}${value}`);
}

function clip(cell: string): string {
  return cell.length > CELL_WIDTH_MAX ? `${cell.slice(0, CELL_WIDTH_MAX - 3)}...` : cell;
}

/** A duration as a person says it: `350 ms`, `4.2 s`, `3 min`, `5 h`, `2 days`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}

/** Any value of an answer in one cell. */
export function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}
