import type { PathSpec } from '../read/spec.ts';
import { sourceOf, type Frame } from '../run/run.ts';
import { findSlot } from '../shape/find.ts';
import { joinPath, pathText, type Segment } from '../shape/path.ts';
import { INTEGER, type Slot } from '../shape/shape.ts';
import { z } from 'zod';
import type { Locate, RuleContext, Scope } from './context.ts';

export interface CompiledPath {
  slot: Slot;
  get: (frame: Frame) => unknown;
  /** The names that lead to it from the element at hand; null when there is more to it. */
  keys: readonly string[] | null;
  /** The frame that the path begins at. */
  base: (frame: Frame) => Frame;
  locate: Locate;
}

/** Looks a path up in the source; null when a mistake was added. */
export function compilePath(spec: PathSpec, context: RuleContext): CompiledPath | null {
  const { path, place } = spec;
  if (path.from === 'position') return compilePosition(spec, context);
  const scope = scopeOf(spec, context);
  if (scope === null || scope.blind) return null;
  if (path.segments.includes('each')) {
    const message = `${path.text} names many values where one is wanted: put the rule under an each:.`;
    context.mistakes.add(place, { code: 'depth', message });
    return null;
  }
  const found = findSlot(scope.source, path.segments, { name: scope.name, open: false });
  if (!found.ok) {
    const { message, suggestion } = found;
    context.mistakes.add(place, {
      code: 'unknown-path',
      message,
      suggestion: prefixed(suggestion, path),
    });
    return null;
  }
  const base = baseOf(path);
  const step = getterOf(path.segments);
  const text = pathText(path.segments);
  return {
    slot: found.slot,
    get: base === here ? hereGetter(path.segments, step) : (frame) => step(base(frame).value),
    keys: base === here ? keysOf(path.segments) : null,
    base,
    locate: (frame) => joinPath(sourceOf(base(frame)), text) || '.',
  };
}

function prefixed(
  suggestion: string | undefined,
  { from, up }: PathSpec['path'],
): string | undefined {
  if (suggestion === undefined) return undefined;
  return (from === 'root' ? '$.' : '^.'.repeat(up)) + suggestion;
}

function compilePosition(
  { place }: PathSpec,
  { scope, mistakes }: RuleContext,
): CompiledPath | null {
  if (scope.up === null) {
    const message = '$position is the number of an element, and this rule is in no each:.';
    mistakes.add(place, { code: 'depth', message });
    return null;
  }
  const slot = { shape: INTEGER, absent: false, nullable: false, schema: z.int() };
  const get = ({ position }: Frame): number => position;
  return { slot, get, keys: null, base: here, locate: (frame) => sourceOf(frame) };
}

function scopeOf({ path, place }: PathSpec, { scope, mistakes }: RuleContext): Scope | null {
  let found: Scope = scope;
  for (let step = 0; path.from === 'root' ? found.up !== null : step < path.up; step += 1) {
    if (found.up === null) {
      const message = `${path.text} goes up further than there are enclosing each:.`;
      mistakes.add(place, { code: 'depth', message });
      return null;
    }
    found = found.up;
  }
  return found;
}

function here(frame: Frame): Frame {
  return frame;
}

function baseOf({ from, up }: PathSpec['path']): (frame: Frame) => Frame {
  if (from !== 'root' && up === 0) return here;
  const stepsMax = from === 'root' ? Infinity : up;
  return (frame) => {
    let found = frame;
    for (let step = 0; step < stepsMax && found.up !== null; step += 1) found = found.up;
    return found;
  };
}

/** Null when an index is among them, or a name that a value of another kind has by itself. */
function keysOf(segments: readonly Segment[]): readonly string[] | null {
  const keys = segments.flatMap((segment) =>
    typeof segment === 'object' && 'key' in segment && !(segment.key in String.prototype)
      ? [segment.key]
      : [],
  );
  return keys.length > 0 && keys.length === segments.length ? keys : null;
}

/** A field of the element at hand is what most rules read. */
function hereGetter(segments: readonly Segment[], step: Step): (frame: Frame) => unknown {
  const [first, second] = segments;
  const isField = typeof first === 'object' && 'key' in first && second === undefined;
  if (!isField || first.key in Object.prototype) return (frame) => step(frame.value);
  const { key } = first;
  return ({ value }) => (isRecord(value) ? value[key] : undefined);
}

type Step = (value: unknown) => unknown;

/** Reads a path without `[*]`; undefined where something on the way is missing. */
function getterOf(segments: readonly Segment[]): Step {
  const keys = keysOf(segments);
  if (keys !== null) return (value) => follow(value, keys);
  const steps = segments.filter((segment) => segment !== 'each').map(stepOf);
  const [first, second] = steps;
  if (first === undefined) return (value) => value;
  if (second === undefined) return first;
  return (value) => steps.reduce((at, step) => step(at), value);
}

function follow(value: unknown, keys: readonly string[]): unknown {
  let at = value;
  for (let index = 0; index < keys.length; index += 1) {
    if (!isRecord(at)) return undefined;
    at = at[keys[index] as string];
  }
  return at;
}

function stepOf(segment: Exclude<Segment, 'each'>): Step {
  if ('index' in segment) {
    const { index } = segment;
    return (value) => (Array.isArray(value) ? (value as unknown[]).at(index) : undefined);
  }
  const { key } = segment;
  if (key in Object.prototype) {
    return (value) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined);
  }
  return (value) => (isRecord(value) ? value[key] : undefined);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
