import type { RuleSpec, TargetSpec } from '../read/spec.ts';
import { FAILED, type Frame, type Run, type RuleInfo } from '../run/run.ts';
import { findSlot, listPaths } from '../shape/find.ts';
import { nearest } from '../shape/nearest.ts';
import { joinPath, pathText } from '../shape/path.ts';
import type { Slot } from '../shape/shape.ts';
import type { Place } from '../yaml/node.ts';
import { failOf, type Read, type RuleContext } from './context.ts';
import { compileEach } from './each.ts';
import { compileLeaf, type Leaf } from './leaf.ts';
import { literalWriter } from './literal.ts';

/** What rules are compiled in: their paths start at its elements. */
export type ScopeContext = Omit<RuleContext, 'rule' | 'local'> & {
  mapping: string;
  version: number;
  /** Target path that encloses the rules, with `[*]`. */
  prefix: string;
  /** What a person calls the target. */
  targetName: string;
  place: Place;
};

interface Branch {
  slot: Slot;
  place: Place;
  /** What writes the whole of it. */
  leaf: Leaf | null;
  children: Map<string, Branch>;
}

/** Compiles rules that share a target object, and checks that they cover it. */
export function compileScope(
  rules: readonly RuleSpec[],
  target: Slot,
  context: ScopeContext,
): Read {
  const root: Branch = { slot: target, place: context.place, leaf: null, children: new Map() };
  for (const rule of rules) {
    const ruleContext = contextOf(rule, context);
    const branch = plant(root, rule.to, target, context);
    const slot = branch?.slot ?? null;
    if (rule.kind === 'each') {
      const leaf = compileEach({
        rule,
        target: slot,
        context: ruleContext,
        scope: context,
        compileScope,
      });
      if (branch !== null) branch.leaf = leaf ?? brokenLeaf(ruleContext);
    } else {
      const leaf = slot === null ? null : compileLeaf(rule, slot, ruleContext);
      if (slot === null) compileAnyway(rule, ruleContext);
      if (branch !== null) branch.leaf = leaf ?? brokenLeaf(ruleContext);
    }
  }
  checkCovered(root, [], context);
  checkKept(root, context);
  return writerOf(root, { ...context, local: '' });
}

/** Stands for a rule whose mistake is known already. */
function brokenLeaf({ rule }: RuleContext): Leaf {
  return { read: () => FAILED, copy: null, absent: false, rule };
}

/** A rule with a wrong target may have a wrong source too: both are said at once. */
function compileAnyway(rule: Extract<RuleSpec, { kind: 'value' }>, context: RuleContext): void {
  const { origin } = rule.value;
  const anything: Slot = {
    ...context.scope.source,
    shape: { kind: 'any' },
    absent: true,
    nullable: true,
  };
  if (origin.kind !== 'const') compileLeaf(rule, anything, context);
}

function contextOf(rule: RuleSpec, context: ScopeContext): RuleContext {
  const { file, from } = rule.place;
  const { line, col } = file.position(from);
  const local = pathText(rule.to.segments);
  const target = joinPath(context.prefix, local);
  const { mapping, version } = context;
  const info = {
    mapping,
    version,
    rule: `${file.path}:${line}:${col}`,
    target,
    locked: rule.locked,
  };
  return { ...context, local, rule: { ...info, place: rule.place } };
}

/** Finds the place of a target in the tree; null when a mistake was added. */
function plant(root: Branch, to: TargetSpec, target: Slot, context: ScopeContext): Branch | null {
  const { mistakes, targetName } = context;
  if (to.segments.includes('each')) {
    const message = `${to.text} names many values: write them under an each:.`;
    mistakes.add(to.place, { code: 'depth', message });
    return null;
  }
  const found = findSlot(target, to.segments, { name: targetName, open: true });
  if (!found.ok) {
    mistakes.add(to.place, {
      code: 'unknown-path',
      message: found.message,
      suggestion: found.suggestion,
    });
    return null;
  }
  let branch = root;
  for (const [depth, segment] of to.segments.entries()) {
    if (typeof segment !== 'object' || !('key' in segment)) return null;
    if (branch.leaf !== null) return refuseSecond(branch, to, context);
    const inner = branch.children.get(segment.key) ?? sprout(to, depth, target, context);
    branch.children.set(segment.key, inner);
    branch = inner;
  }
  const taken = branch.leaf !== null || branch.children.size > 0;
  return taken ? refuseSecond(branch, to, context) : Object.assign(branch, { place: to.place });
}

function sprout(to: TargetSpec, depth: number, target: Slot, { targetName }: ScopeContext): Branch {
  const segments = to.segments.slice(0, depth + 1);
  const own = segments.slice(-1);
  const around = findSlot(target, segments.slice(0, -1), { name: targetName, open: true });
  const found = around.ok ? findSlot(around.slot, own, { name: targetName, open: true }) : around;
  const slot = found.ok ? found.slot : target;
  return { slot, place: to.place, leaf: null, children: new Map() };
}

function refuseSecond(branch: Branch, to: TargetSpec, { mistakes }: ScopeContext): null {
  const { file, from } = branch.place;
  const { line } = file.position(from);
  const message = `${to.text} is written twice: line ${line} writes it, or a part of it, already.`;
  mistakes.add(to.place, { code: 'two-writers', message });
  return null;
}

function checkCovered(branch: Branch, path: readonly string[], context: ScopeContext): void {
  const { shape } = branch.slot;
  if (branch.leaf !== null || shape.kind !== 'object') return;
  for (const [key, field] of shape.fields) {
    const child = branch.children.get(key);
    if (child !== undefined) checkCovered(child, [...path, key], context);
    else if (!field.absent) refuseUncovered([...path, key].join('.'), field, context);
  }
}

function refuseUncovered(path: string, { shape }: Slot, context: ScopeContext): void {
  const { mistakes, targetName, scope, place } = context;
  const last = path.slice(path.lastIndexOf('.') + 1);
  const near = nearest(
    last,
    listPaths(scope.source).filter((each) => !each.includes('[*]')),
  );
  const message = `${targetName} requires ${path}, and no rule writes it.`;
  const isPlain = shape.kind !== 'array' && shape.kind !== 'object';
  const suggestion = near === undefined || !isPlain ? undefined : `- {to: ${path}, from: ${near}}`;
  mistakes.add(place, { code: 'required', message, suggestion });
}

function mayBeAbsent({ leaf, children, slot }: Branch): boolean {
  if (leaf !== null) return leaf.absent;
  return slot.absent && [...children.values()].every(mayBeAbsent);
}

/** A required field may be left out only together with the object that holds it. */
function checkKept(branch: Branch, context: ScopeContext): void {
  const asOne = mayBeAbsent(branch);
  for (const { leaf, slot } of branch.children.values()) {
    if (leaf === null || !leaf.absent || slot.absent || asOne) continue;
    const { target, place } = leaf.rule;
    const message = `${target} is required by the target, and this rule may leave it out.`;
    context.mistakes.add(place, { code: 'required', message });
  }
  for (const child of branch.children.values()) checkKept(child, context);
}

type Writing = ScopeContext & { local: string };

/** Writes an object; one that the target does not require only when something stands in it. */
function writerOf(branch: Branch, context: Writing): Read {
  if (branch.leaf !== null) return branch.leaf.read;
  const children = [...branch.children].map(([key, child]) => {
    const local = joinPath(context.local, pathText([{ key }]));
    const needed = child.leaf?.absent === true && !child.slot.absent ? child.leaf.rule : null;
    const copy = child.leaf?.copy ?? null;
    return { key, read: writerOf(child, { ...context, local }), copy, needed, local };
  });
  if (!mayBeAbsent(branch)) return literalWriter(children);
  const keys = children.map(({ key }) => key);
  const reads = children.map(({ read }) => read);
  return (frame: Frame, run: Run) => {
    const written: Record<string, unknown> = {};
    let count = 0;
    for (let index = 0; index < keys.length; index += 1) {
      const value = reads[index]?.(frame, run);
      if (value === undefined || value === FAILED) continue;
      written[keys[index] as string] = value;
      count += 1;
    }
    return count === 0 ? undefined : whole({ written, children }, frame, run);
  };
}

interface Written {
  written: Record<string, unknown>;
  children: readonly { key: string; local: string; needed: RuleInfo | null }[];
}

/** An object that is written has all that it needs, or is said to lack it. */
function whole({ written, children }: Written, frame: Frame, run: Run): unknown {
  if (run.errors.length > 0) return written;
  for (const { key, local, needed } of children) {
    if (needed === null || key in written) continue;
    const fail = failOf({ rule: needed, local }, () => null);
    const message = 'is left out, while other fields of its object are written.';
    fail(frame, run, { code: 'MAP_MISSING', value: undefined, message });
  }
  return written;
}
