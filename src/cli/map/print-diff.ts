import { describeMistake } from '../../mapping/yaml/mistake.ts';
import type { Terminal } from '../terminal.ts';
import type { Candidate, MappingDiff } from './api-shapes.ts';
import { printDifferences } from './differences.ts';
import { countOf } from './directory.ts';

const HASH_CHARS = 12;

export function shortHash(hash: string | null): string {
  return hash === null ? '(none)' : hash.slice(0, HASH_CHARS);
}

/** How much changes, which targets, and the first inputs whose output does. */
export function printDiff(terminal: Terminal, diff: MappingDiff): void {
  const { from, to, inputs, outputs, changed_count: count, changed_share: share } = diff;
  const percent = Math.round(share * 1000) / 10;
  terminal.print(
    `${shortHash(from)} -> ${shortHash(to)}, over the last ${countOf(inputs, 'event')}`,
  );
  terminal.print(`${count} of ${countOf(outputs, 'output')} change (${percent}%)`);
  if (diff.locked_changed.length > 0) {
    terminal.print(`locked targets change: ${diff.locked_changed.join(', ')}`);
  }
  for (const { mapping, target, changed } of diff.targets) {
    terminal.print(`  ${mapping} ${target}: ${changed}`);
  }
  for (const { id, mapping, differences, locked } of diff.changed) {
    const mark = locked.length === 0 ? '' : ` (locked: ${locked.join(', ')})`;
    terminal.print(`${id} by ${mapping}${mark}`);
    printDifferences(terminal, differences.map(faceOf), '  ');
  }
}

function faceOf({ path, before, after }: MappingDiff['changed'][number]['differences'][number]) {
  return { path, before, after };
}

/** What the directory holds, and what stands in its way. */
export function printCandidate(terminal: Terminal, candidate: Candidate): void {
  const { bundle, at, message, errors, golden, diff } = candidate;
  terminal.print(`waiting since ${at}: ${shortHash(bundle)}`);
  terminal.print(message);
  for (const mistake of errors) {
    terminal.print('');
    terminal.print(describeMistake(mistake as Parameters<typeof describeMistake>[0]));
  }
  for (const { file, line, mapping, case: name, complaint, differences } of golden) {
    terminal.print(`${file}:${line} ${mapping}, case ${name}: ${complaint}`);
    printDifferences(terminal, differences.map(faceOf));
  }
  if (diff !== null) printDiff(terminal, diff);
}
