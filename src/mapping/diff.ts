import type { Bundle } from './bundle.ts';
import { differencesOf, type Difference } from './compare.ts';
import type { MapResult } from './compile/mapping.ts';
import type { MappingSpec, RuleSpec } from './read/spec.ts';
import { joinPath } from './shape/path.ts';

/** An input that was mapped before, such as a stored event. */
export interface DiffInput {
  /** What a person calls it: an event or order id. */
  id: string;
  mapping: string;
  input: unknown;
}

export interface ChangedOutput {
  id: string;
  mapping: string;
  /** In outputs; where one side fails, its errors stand for its output. */
  differences: Difference[];
  /** Locked targets among them. */
  locked: string[];
}

export interface BundleDiff {
  from: string;
  to: string;
  inputs: number;
  changed: ChangedOutput[];
  /** Share of inputs whose output changed, 0 to 1. */
  changedShare: number;
  /** Locked targets that changed anywhere, as rules write them. */
  lockedChanged: string[];
}

/** Runs the same inputs through two bundles and says whose output changes. */
export function diff(before: Bundle, after: Bundle, inputs: readonly DiffInput[]): BundleDiff {
  const changed = inputs.flatMap((input) => {
    const differences = differencesOf(faceOf(before, input), faceOf(after, input));
    if (differences.length === 0) return [];
    const locked = lockedAmong(differences, lockedOf(before, input), lockedOf(after, input));
    return [{ id: input.id, mapping: input.mapping, differences, locked }];
  });
  return {
    from: before.hash,
    to: after.hash,
    inputs: inputs.length,
    changed,
    changedShare: inputs.length === 0 ? 0 : changed.length / inputs.length,
    lockedChanged: [...new Set(changed.flatMap(({ locked }) => locked))],
  };
}

function faceOf(bundle: Bundle, { mapping, input }: DiffInput): unknown {
  if (!bundle.mappings.has(mapping)) return { missing: mapping };
  const result: MapResult = bundle.map(mapping, input);
  if (result.ok) return { output: result.output };
  return { errors: result.errors.map(({ code, source, target }) => ({ code, source, target })) };
}

function lockedOf(bundle: Bundle, { mapping }: DiffInput): string[] {
  const spec = bundle.mappings.get(mapping)?.spec;
  return spec === undefined ? [] : lockedTargets(spec);
}

function lockedAmong(differences: readonly Difference[], ...lists: string[][]): string[] {
  const locked = new Set(lists.flat());
  const touched = differences.flatMap(({ path }) => {
    const template = path.replaceAll(/\[\d+\]/g, '[*]').replace(/^output\.?/, '');
    return [...locked].filter((target) => isTouched(target, template));
  });
  return [...new Set(touched)];
}

/** A change of the whole, or of a part, is a change of it. */
function isTouched(target: string, changed: string): boolean {
  const within = (inner: string, outer: string) =>
    outer === '' ||
    inner === outer ||
    inner.startsWith(`${outer}.`) ||
    inner.startsWith(`${outer}[`);
  return within(target, changed) || within(changed, target);
}

/** Targets that identify something: a change of them is never a matter of taste. */
function lockedTargets({ rules }: MappingSpec): string[] {
  const walk = (list: readonly RuleSpec[], prefix: string): string[] =>
    list.flatMap((rule) => {
      const target = joinPath(prefix, rule.to.text.replace(/\[\*\]$/, ''));
      const own = rule.locked ? [target] : [];
      return rule.kind === 'each' ? [...own, ...walk(rule.rules, `${target}[*]`)] : own;
    });
  return walk(rules, '');
}
