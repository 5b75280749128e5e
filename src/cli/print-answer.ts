import type { Context } from './command.ts';
import { cellOf, printPairs } from './table.ts';

/** An answer of one thing: as it came for a machine, a line for each field for a person. */
export function printAnswer({ json, terminal }: Context, answer: unknown): void {
  if (json) terminal.emit(answer);
  else printPairs(terminal, fieldsOf(answer));
}

/** Fields of fields under `a.b`; lists as JSON. */
function fieldsOf(value: unknown, prefix = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [[prefix, cellOf(value)]];
  }
  return Object.entries(value).flatMap(([name, field]) =>
    fieldsOf(field, prefix === '' ? name : `${prefix}.${name}`),
  );
}
