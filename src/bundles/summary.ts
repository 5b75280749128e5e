import type { Difference } from '../mapping/compare.ts';
import type { BundleDiff, ChangedOutput } from '../mapping/diff.ts';

/** One mapping's target, and in how many outputs it changes. */
export interface TargetCount {
  mapping: string;
  /** With `[*]`; `.` for the output as a whole, `errors` where one side fails. */
  target: string;
  changed: number;
}

/** What stored inputs become under one bundle and under another, in short. */
export interface DiffSummary {
  from: string;
  to: string;
  /** Stored inputs that were run. */
  inputs: number;
  /** What they become: one input may be mapped several times. */
  outputs: number;
  changed: number;
  /** Part of the outputs, 0 to 1. */
  changedShare: number;
  /** Locked targets that had a value and have another, or none, as rules write them. */
  lockedChanged: string[];
  /** Most changed first. */
  targets: TargetCount[];
  /** Those that touch locked targets first. */
  samples: ChangedOutput[];
}

const TARGETS_MAX = 100;
const DIFFERENCES_MAX = 20;
const VALUE_CHARS_MAX = 300;

interface Summing {
  from: string;
  to: string;
  inputs: number;
  samplesMax: number;
}

export function summarise(
  diff: BundleDiff,
  { from, to, inputs, samplesMax }: Summing,
): DiffSummary {
  const { changed, changedShare } = diff;
  const lockedFirst = changed.toSorted(
    (a, b) => Math.sign(b.locked.length) - Math.sign(a.locked.length),
  );
  return {
    from,
    to,
    inputs,
    outputs: diff.inputs,
    changed: changed.length,
    changedShare,
    lockedChanged: [...new Set(changed.flatMap(({ locked }) => locked))].toSorted(),
    targets: targetsOf(changed),
    samples: lockedFirst.slice(0, samplesMax).map((sample) => ({
      ...sample,
      differences: clipped(sample.differences),
    })),
  };
}

function targetsOf(changed: readonly ChangedOutput[]): TargetCount[] {
  const counts = new Map<string, TargetCount>();
  for (const { mapping, differences } of changed) {
    for (const target of new Set(differences.map(({ path }) => targetOf(path)))) {
      const key = JSON.stringify([mapping, target]);
      const count = counts.get(key) ?? { mapping, target, changed: 0 };
      count.changed += 1;
      counts.set(key, count);
    }
  }
  return [...counts.values()].toSorted((a, b) => b.changed - a.changed).slice(0, TARGETS_MAX);
}

/** Paths of a comparison stand below `output`, `errors` or `missing`. */
function targetOf(path: string): string {
  if (path === 'output') return '.';
  if (!path.startsWith('output')) return 'errors';
  return path.replace(/^output\.?/, '').replaceAll(/\[\d+\]/g, '[*]');
}

/** Differences as they may be stored: few, and none longer than a person reads. */
export function clipped(differences: readonly Difference[]): Difference[] {
  return differences.slice(0, DIFFERENCES_MAX).map(({ path, before, after }) => ({
    path,
    before: clip(before),
    after: clip(after),
  }));
}

function clip(value: unknown): unknown {
  const text = JSON.stringify(value) ?? '';
  return text.length <= VALUE_CHARS_MAX ? value : `${text.slice(0, VALUE_CHARS_MAX)}...`;
}
