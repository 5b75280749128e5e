import type { Context } from './command.ts';
import { cellOf, printPairs } from './table.ts';

/** An answer of one thing: as it came for a machine, a line for each field for a person. */
export function printAnswer({ json, terminal }: Context, answer: unknown): void {
  if (json) terminal.emit(answer);
  else printPairs(terminal, fieldsOf(answer));
}

/** Fields of fields stand under `a.b`, those of the second thing in a list under `a.2.b`. */
function fieldsOf(value: unknown, prefix = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[prefix, cellOf(value)]];
  if (!Array.isArray(value)) {
    return Object.entries(value).flatMap(([name, field]) => fieldsOf(field, under(prefix, name)));
  }
  if (value.length === 0) return [[prefix, 'none']];
  return value.flatMap((item: unknown, index) =>
    typeof item === 'object'
      ? fieldsOf(item, under(prefix, String(index + 1)))
      : fieldsOf(item, prefix),
  );
}

function under(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}
