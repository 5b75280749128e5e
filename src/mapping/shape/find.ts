import { z } from 'zod';
import { nearest } from './nearest.ts';
import { pathText, type Segment } from './path.ts';
import { ANY, optionsOf, unionOf, type Shape, type Slot } from './shape.ts';

export type Found =
  { ok: true; slot: Slot } | { ok: false; message: string; suggestion: string | undefined };

interface Search {
  /** What the schema is called. */
  name: string;
  /** Whether keys that are not declared may be named: targets may, sources may not. */
  open: boolean;
}

/** The slot that a path leads to; what lies under something that may be missing may be missing. */
export function findSlot(root: Slot, segments: readonly Segment[], search: Search): Found {
  let slot = root;
  let missable = false;
  for (const [depth, segment] of segments.entries()) {
    const next = stepInto(slot, segment, search.open);
    if (typeof next === 'string') {
      const before = segments.slice(0, depth);
      const words = { before, segment, search, why: next };
      return { ok: false, message: complaint(words), suggestion: suggest(root, segments) };
    }
    missable ||= slot.absent || slot.nullable;
    if (depth === 0) missable = false;
    slot = next;
  }
  return { ok: true, slot: missable ? { ...slot, absent: true } : slot };
}

type Refusal = 'unknown' | 'undeclared' | 'not-object' | 'not-array';

function stepInto(slot: Slot, segment: Segment, open: boolean): Slot | Refusal {
  const { shape } = slot;
  if (shape.kind === 'any' && open && segment !== 'each') return { ...slot, absent: true };
  if (segment === 'each' || 'index' in segment) return elementOf(shape, segment);
  return fieldOf(shape, segment.key, open);
}

function fieldOf(shape: Shape, key: string, open: boolean): Slot | Refusal {
  const options = optionsOf(shape);
  const objects = options.filter((option) => option.kind === 'object');
  if (objects.length === 0) return shape.kind === 'any' ? 'undeclared' : 'not-object';
  const known = objects.map(({ fields }) => fields.get(key)).filter((field) => field !== undefined);
  const field = eitherOf(known);
  if (field !== null) return known.length < options.length ? { ...field, absent: true } : field;
  const rest = objects.find((object) => object.rest !== null)?.rest;
  if (rest == null) return 'unknown';
  return open ? rest : 'undeclared';
}

/** What stands in a field that several options of a union have. */
function eitherOf(slots: readonly Slot[]): Slot | null {
  const [first, second] = slots;
  if (first === undefined) return null;
  if (second === undefined) return first;
  return {
    shape: unionOf(slots.map(({ shape }) => shape)),
    absent: slots.some(({ absent }) => absent),
    nullable: slots.some(({ nullable }) => nullable),
    schema: UNKNOWN,
  };
}

/** Checked as a whole: see `isRefined`. */
const UNKNOWN = z.unknown();

function elementOf(shape: Shape, segment: 'each' | { index: number }): Slot | Refusal {
  const array = optionsOf(shape).find((option) => option.kind === 'array');
  if (array === undefined) return 'not-array';
  return segment === 'each' ? array.element : { ...array.element, absent: true };
}

interface Complaint {
  before: readonly Segment[];
  segment: Segment;
  search: Search;
  why: Refusal;
}

function complaint({ before, segment, search, why }: Complaint): string {
  const owner = before.length === 0 ? search.name : `${pathText(before)} of ${search.name}`;
  const wanted = pathText([segment]);
  switch (why) {
    case 'unknown':
      return `${owner} has no ${wanted}.`;
    case 'undeclared':
      return `${owner} is open, so ${wanted} has no known type: declare it under custom: in this mapping.`;
    case 'not-array':
      return `${owner} is not an array, so ${wanted} has no meaning there.`;
    case 'not-object':
      return `${owner} has no fields, so there is no ${wanted}.`;
  }
}

function suggest(root: Slot, segments: readonly Segment[]): string | undefined {
  return nearest(pathText(segments), listPaths(root));
}

const PATHS_MAX = 500;
const DEPTH_MAX = 6;

/** All paths that a schema knows, parents first. */
export function listPaths(root: Slot): string[] {
  const paths: string[] = [];
  const walk = (slot: Slot, before: readonly Segment[]): void => {
    if (before.length > 0) paths.push(pathText(before));
    if (before.length >= DEPTH_MAX || paths.length >= PATHS_MAX) return;
    for (const option of optionsOf(slot.shape)) {
      if (option.kind === 'array') walk(option.element, [...before, 'each']);
      if (option.kind !== 'object') continue;
      for (const [key, field] of option.fields) walk(field, [...before, { key }]);
    }
  };
  walk(root, []);
  return paths;
}

/** The same slot with one more field known, which the schema leaves open; a text is why it cannot be. */
export function declare(root: Slot, segments: readonly Segment[], field: Slot): Slot | string {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    const known = root.shape.kind !== 'any';
    return known ? 'the schema declares it already' : { ...field, absent: true };
  }
  if (segment === 'each') {
    const { shape } = root;
    if (shape.kind !== 'array') return 'it is not an array there';
    const element = declare(shape.element, rest, field);
    return typeof element === 'string' ? element : { ...root, shape: { ...shape, element } };
  }
  if ('index' in segment) return 'a declaration names keys and [*] only';
  return declareField(root, segment.key, (inner) => declare(inner, rest, field));
}

function declareField(
  root: Slot,
  key: string,
  within: (inner: Slot) => Slot | string,
): Slot | string {
  const object = openedOf(root);
  if (object === null) return 'there is no object to hold it';
  const inner = object.fields.get(key) ?? undeclared(object.rest);
  if (inner === null) return 'the schema is closed there, so the value never arrives';
  const next = within(inner);
  if (typeof next === 'string') return next;
  const fields = new Map(object.fields).set(key, next);
  return { ...root, shape: { kind: 'object', fields, rest: object.rest } };
}

/** What other keys hold says nothing of one key. */
function undeclared(rest: Slot | null): Slot | null {
  return rest === null || rest.shape.kind === 'object' ? rest : { ...rest, shape: ANY };
}

/** What is not declared at all may be an object. */
function openedOf(slot: Slot): Extract<Shape, { kind: 'object' }> | null {
  const { shape } = slot;
  if (shape.kind === 'any') return { kind: 'object', fields: new Map(), rest: slot };
  return shape.kind === 'object' ? shape : null;
}
