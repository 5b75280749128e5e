import type { RuleSpec } from '../read/spec.ts';
import { FAILED, targetOf, type RuleInfo } from '../run/run.ts';
import { joinPath } from '../shape/path.ts';
import type { Slot } from '../shape/shape.ts';
import { verifierOf } from '../shape/verify.ts';
import { failOf, type Compiled, type Copy, type Read, type RuleContext } from './context.ts';
import { refuseMisfits } from './fit.ts';
import { lengthTest } from './spelling.ts';
import { compileValue } from './value.ts';

export interface Leaf {
  /** Undefined when nothing is to be written. */
  read: Read;
  /** How it is mostly read; null when that is not enough, or is to be traced. */
  copy: Copy | null;
  /** It may write nothing. */
  absent: boolean;
  rule: RuleInfo;
}

/** Compiles one rule against its target; null when a mistake was added. */
export function compileLeaf(
  rule: Extract<RuleSpec, { kind: 'value' }>,
  target: Slot,
  context: RuleContext,
): Leaf | null {
  const made = compileValue(rule.value, context);
  if (made === null || !refuseMisfits(made, target, context)) return null;
  const read = verified(made, target, context);
  const { absent, copy } = made;
  const { rule: info } = context;
  if (context.traces) return { read: traced(read, made, context), copy: null, absent, rule: info };
  return { read, copy: copy?.schema === target.schema ? copy : null, absent, rule: info };
}

/** Checks what no schema has checked yet; a value that came through unchanged under its own is known good. */
function verified(made: Compiled, target: Slot, context: RuleContext): Read {
  const known = made.outcomes.every(
    (outcome) => outcome.kind === 'const' || outcome.schema === target.schema,
  );
  const { read } = made;
  if (known) return read;
  const { passes: passesAll, complaint } = verifierOf(target.schema);
  const passes = lengthTest(made.outcomes, target.schema) ?? passesAll;
  const fail = failOf(context, made.locate);
  const prune = target.shape.kind === 'object' || target.shape.kind === 'array' ? pruned : null;
  return (frame, run) => {
    const found = read(frame, run);
    if (found === undefined || found === null || found === FAILED) return found;
    const value = prune === null ? found : prune(found, target);
    if (passes(value)) return value;
    const message = `gives what the target does not take: ${complaint(value) ?? 'it is refused'}.`;
    return fail(frame, run, { code: 'MAP_TARGET', value, message });
  };
}

/** Only the fields that the target knows: what a source has beyond them is not passed on. */
function pruned(value: unknown, { shape }: Slot): unknown {
  if (Array.isArray(value) && shape.kind === 'array') {
    return value.map((item) => pruned(item, shape.element));
  }
  if (typeof value !== 'object' || value === null || shape.kind !== 'object') return value;
  const kept = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const slot = shape.fields.get(key) ?? shape.rest;
    return slot === null || inner === undefined ? [] : [[key, pruned(inner, slot)]];
  });
  return Object.fromEntries(kept);
}

/** Writes down, when asked to, which rule made what of which source. */
function traced(read: Read, made: Compiled, { rule, local }: RuleContext): Read {
  return (frame, run) => {
    run.steps = [];
    const value = read(frame, run);
    const steps =
      value === FAILED ? [...run.steps, `failed: ${run.errors.at(-1)?.code}`] : run.steps;
    const at = made.locate(frame);
    const sources = at === null ? [] : at.split(/ and | or /);
    const target = joinPath(targetOf(frame), local);
    const written = value !== undefined && value !== FAILED;
    run.trace?.push({ rule, target, sources, steps, written });
    return value;
  };
}
