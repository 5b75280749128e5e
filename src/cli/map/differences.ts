import type { Difference } from '../../mapping/compare.ts';
import type { Terminal } from '../terminal.ts';

const VALUE_CHARS_MAX = 200;

/** `lines[0].qty: 24 -> 20`, one a line; what is on one side only is named so. */
export function printDifferences(
  terminal: Terminal,
  differences: readonly Difference[],
  indent = '    ',
): void {
  for (const { path, before, after } of differences) {
    terminal.print(`${indent}${path === '' ? '.' : path}: ${shown(before)} -> ${shown(after)}`);
  }
}

function shown(value: unknown): string {
  const text = value === undefined ? '(absent)' : JSON.stringify(value);
  return text.length <= VALUE_CHARS_MAX ? text : `${text.slice(0, VALUE_CHARS_MAX)}...`;
}
