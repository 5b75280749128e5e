import type { RuleSpec } from '../read/spec.ts';
import { FAILED, type Frame, type Run } from '../run/run.ts';
import { findSlot } from '../shape/find.ts';
import { isSame, joinPath, parsePath, pathText, type Segment } from '../shape/path.ts';
import { ANY, optionsOf, type Slot } from '../shape/shape.ts';
import { compileCase } from './cases.ts';
import { compileConditions } from './conditions.ts';
import { failOf, type Fail, type Read, type RuleContext } from './context.ts';
import { flatten, type Gathered } from './flatten.ts';
import type { Leaf } from './leaf.ts';
import { compilePath, type CompiledPath } from './path.ts';
import type { ScopeContext } from './scope.ts';
import { hasTwins } from './twins.ts';
import { compileValue } from './value.ts';

type EachRule = Extract<RuleSpec, { kind: 'each' }>;

interface EachRequest {
  rule: EachRule;
  /** Where the array is written; null when that is not known, for a mistake that is. */
  target: Slot | null;
  context: RuleContext;
  scope: ScopeContext;
  compileScope(rules: EachRule['rules'], target: Slot, context: ScopeContext): Read;
}

/** An array of the source, element by element; null when a mistake was added. */
export function compileEach(request: EachRequest): Leaf | null {
  const { rule, target, context } = request;
  const source = compileSource(rule, context);
  const elements = target === null ? null : elementsOf(rule, target, context);
  if (source === null || elements === null) {
    compileRest(request, source);
    return null;
  }
  const fail = failOf(context, source.path.locate);
  const cases = compileCases(rule, context, fail);
  const { slot } = source.path;
  const absent =
    (slot.absent && cases.absent.omits) ||
    (slot.nullable && cases.null.omits) ||
    (source.min === 0 && cases.empty.omits);
  const inner = innerOf(request, source.element);
  const holds =
    rule.when.length === 0
      ? null
      : compileConditions(rule.when, { ...context, scope: inner.scope });
  const build = request.compileScope(rule.rules, { ...elements.element, absent: false }, inner);
  const unique = uniqueOf(rule, elements.element, context);
  const [min, max] = [
    Math.max(rule.min ?? 0, elements.min),
    Math.min(rule.max ?? Infinity, elements.max),
  ];
  const home = { source: source.text, target: context.local };
  return {
    read: readerOf({ source, cases, holds, build, unique, min, max, fail, home }),
    copy: null,
    absent,
    rule: context.rule,
  };
}

function innerOf({ rule, context, scope }: EachRequest, element: Slot | null): ScopeContext {
  const name = `${pathText(rule.from.path.segments)} of ${context.scope.name}`;
  const blind = element === null;
  return {
    ...scope,
    scope: { source: element ?? context.scope.source, name, up: context.scope, blind },
    prefix: `${context.rule.target}[*]`,
    targetName: `${context.rule.target}[*] of ${scope.targetName}`,
    place: rule.to.place,
  };
}

/** One end is wrong: what can be said of the rules within is said all the same. */
function compileRest(request: EachRequest, source: Source | null): void {
  const { rule, target, context } = request;
  const array =
    target === null ? null : optionsOf(target.shape).find(({ kind }) => kind === 'array');
  const anything: Slot = { ...context.scope.source, shape: ANY, absent: true, nullable: true };
  const element = array?.kind === 'array' ? array.element : anything;
  request.compileScope(rule.rules, element, innerOf(request, source?.element ?? null));
}

interface Source {
  path: CompiledPath;
  element: Slot;
  min: number;
  /** Path to the outermost array; empty for the element itself. */
  text: string;
  /** The steps from there, which begin and end in `each`. */
  segments: readonly Segment[];
}

function compileSource(rule: EachRule, context: RuleContext): Source | null {
  const { segments } = rule.from.path;
  const cut = segments.indexOf('each');
  const outer = { ...rule.from, path: { ...rule.from.path, segments: segments.slice(0, cut) } };
  const path = compilePath(outer, context);
  if (path === null) return null;
  const found = findSlot(path.slot, segments.slice(cut), {
    name: pathText(outer.path.segments),
    open: false,
  });
  const array = optionsOf(path.slot.shape).find(({ kind }) => kind === 'array');
  if (found.ok && array?.kind === 'array') {
    const text = cut === 0 ? '' : pathText(outer.path.segments);
    return { path, element: found.slot, min: array.min, text, segments: segments.slice(cut) };
  }
  const message = found.ok ? 'This is not an array.' : found.message;
  context.mistakes.add(rule.from.place, { code: 'unknown-path', message });
  return null;
}

function elementsOf(
  rule: EachRule,
  target: Slot,
  { mistakes, rule: { target: name } }: RuleContext,
) {
  const array = optionsOf(target.shape).find(({ kind }) => kind === 'array' || kind === 'any');
  if (array?.kind === 'array') return array;
  if (array?.kind === 'any') return { element: target, min: 0, max: Infinity };
  mistakes.add(rule.to.place, { code: 'type', message: `${name} is not an array in the target.` });
  return null;
}

function compileCases(rule: EachRule, context: RuleContext, fail: Fail) {
  const of = (name: 'absent' | 'null' | 'empty', message: string) => {
    const spec = rule[name];
    const compile = (value: Parameters<typeof compileValue>[0]) => compileValue(value, context);
    const compiled = compileCase({
      name,
      spec,
      context,
      fail,
      compile,
      complaint: { code: 'MAP_MISSING', message },
    });
    const isEmptyList = compiled.instead?.outcomes.every(
      (outcome) =>
        outcome.kind === 'const' && Array.isArray(outcome.value) && outcome.value.length === 0,
    );
    if (spec !== null && isEmptyList === false) {
      context.mistakes.add(spec.place, {
        code: 'type',
        message: 'Instead of an array there is only {const: []}.',
      });
    }
    if (spec?.kind === 'pass' && name === 'null') {
      context.mistakes.add(spec.place, {
        code: 'grammar',
        message: 'null: takes omit, error or {const: []} here.',
      });
    }
    return compiled;
  };
  return {
    absent: of('absent', 'is absent.'),
    null: of('null', 'is null.'),
    empty: of('empty', 'is empty.'),
    /** An empty array is a case of its own, unless the rule takes it as it is. */
    hasEmpty: rule.empty === null ? rule.min !== 0 : rule.empty.kind !== 'pass',
  };
}

/** The keys that lead to each field that may not repeat. */
function uniqueOf(rule: EachRule, element: Slot, { mistakes }: RuleContext) {
  return rule.unique.flatMap(({ text, place }) => {
    const path = parsePath(text);
    const written = typeof path === 'string' ? [] : path.segments;
    const known = rule.rules.some(
      ({ to }) =>
        to.segments.length === written.length &&
        to.segments.every((segment, index) => isSame(segment, written[index] ?? 'each')),
    );
    if (known && findSlot(element, written, { name: '', open: true }).ok) {
      const keys = written.flatMap((segment) =>
        typeof segment === 'object' && 'key' in segment ? [segment.key] : [],
      );
      return [{ text, keys }];
    }
    const message = `unique: names a field that the rules of this each: write, and ${text} is none.`;
    mistakes.add(place, { code: 'unknown-path', message });
    return [];
  });
}

interface Plan {
  source: Source;
  cases: ReturnType<typeof compileCases>;
  /** Which elements are taken; null for all. */
  holds: ((frame: Frame) => boolean) | null;
  build: Read;
  unique: ReturnType<typeof uniqueOf>;
  min: number;
  max: number;
  fail: Fail;
  home: { source: string; target: string };
}

function readerOf(plan: Plan): Read {
  const { source, cases, fail } = plan;
  const gather = source.segments.length > 1 ? flatten(source.segments) : null;
  return (frame, run) => {
    const value = source.path.get(frame);
    if (value === undefined) return cases.absent.on(frame, run, value);
    if (value === null) return cases.null.on(frame, run, value);
    if (!Array.isArray(value)) {
      const message = 'is not an array; a single one is an array of one.';
      return fail(frame, run, { code: 'MAP_CARDINALITY', value, message });
    }
    const gathered = gather === null ? ungathered(value) : gather(value);
    if (gathered.broken) {
      const message = 'has an element without its inner array.';
      return fail(frame, run, { code: 'MAP_CARDINALITY', value, message });
    }
    if (gathered.items.length === 0 && cases.hasEmpty) return cases.empty.on(frame, run, value);
    return buildAll(plan, { frame, run, gathered });
  };
}

/** The elements of one array need no path of their own. */
function ungathered(items: unknown[]): Gathered {
  return { items, trails: null, broken: false };
}

interface Building {
  frame: Frame;
  run: Run;
  gathered: Gathered;
}

function refuseCount(
  { fail, min, max }: Plan,
  { frame, run, items }: Pick<Building, 'frame' | 'run'> & { items: readonly unknown[] },
): unknown {
  const most = max === Infinity ? 'any number' : String(max);
  const message = `has ${items.length} elements; ${min} to ${most} are taken.`;
  return fail(frame, run, { code: 'MAP_CARDINALITY', value: items, message });
}

function buildAll(plan: Plan, { frame, run, gathered }: Building): unknown {
  const { source, holds, build, unique, min, max, fail, home } = plan;
  const base = source.path.base(frame);
  const made: unknown[] = [];
  const { items, trails } = gathered;
  const errorsBefore = run.errors.length;
  // Nothing keeps a frame, so all elements take turns in one.
  const element: Frame = { value: null, up: frame, base, home, position: 0, index: 0, trail: null };
  for (let index = 0; index < items.length; index += 1) {
    const inner = trails?.[index];
    element.value = items[index];
    element.position = index + 1;
    element.index = made.length;
    if (inner !== undefined) element.trail = joinPath(home.source, inner);
    if (holds === null || holds(element)) made.push(build(element, run));
  }
  if (run.errors.length > errorsBefore) return FAILED;
  if (made.length < min || made.length > max) {
    return refuseCount(plan, { frame, run, items: made });
  }
  for (const { text, keys } of unique) {
    if (!hasTwins(made, keys)) continue;
    const message = `names the same ${text} twice.`;
    return fail(frame, run, { code: 'MAP_CARDINALITY', value: items, message });
  }
  return made;
}
