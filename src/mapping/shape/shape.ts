import type { z } from 'zod';

/** What a value can be, as far as the types of a mapping care. */
export type Shape =
  | {
      kind: 'object';
      fields: ReadonlyMap<string, Slot>;
      /** What other keys hold: a slot for maps and open objects, null when there are none. */
      rest: Slot | null;
    }
  | { kind: 'array'; element: Slot; min: number; max: number }
  | {
      kind: 'text';
      /** `datetime` (with offset or Z), `date`, or null for any other text. */
      format: 'datetime' | 'date' | null;
      /** All texts that it can be; null when it is open. */
      oneOf: readonly string[] | null;
      /** The empty text cannot occur. */
      filled: boolean;
    }
  | { kind: 'number'; integer: boolean }
  | { kind: 'boolean' }
  /** Only ever null or absent. */
  | { kind: 'nothing' }
  | { kind: 'union'; options: readonly Shape[] }
  /** Not declared. */
  | { kind: 'any' };

/** A place in a schema: what stands there, and whether it may be missing or null. */
export interface Slot {
  shape: Shape;
  absent: boolean;
  nullable: boolean;
  /** The schema that a value written here has to pass. */
  schema: z.core.$ZodType;
}

export const OPEN_TEXT: Shape = { kind: 'text', format: null, oneOf: null, filled: false };
export const FILLED_TEXT: Shape = { kind: 'text', format: null, oneOf: null, filled: true };
export const INSTANT: Shape = { kind: 'text', format: 'datetime', oneOf: null, filled: true };
export const INTEGER: Shape = { kind: 'number', integer: true };
export const BOOLEAN: Shape = { kind: 'boolean' };
export const NOTHING: Shape = { kind: 'nothing' };
export const ANY: Shape = { kind: 'any' };

export function textOf(words: readonly string[]): Shape {
  const filled = words.every((word) => word !== '');
  return { kind: 'text', format: null, oneOf: words, filled };
}

/** What a person calls it. */
export function nameOf(shape: Shape): string {
  switch (shape.kind) {
    case 'object':
      return 'an object';
    case 'array':
      return `an array of ${nameOf(shape.element.shape).replace(/^an? /, '')}s`;
    case 'text':
      if (shape.oneOf !== null) return `one of ${shape.oneOf.join(', ')}`;
      if (shape.format === 'datetime') return 'a date-time with offset';
      return shape.format === 'date' ? 'a date' : 'a text';
    case 'number':
      return shape.integer ? 'a whole number' : 'a number';
    case 'boolean':
      return 'a boolean';
    case 'nothing':
      return 'null';
    case 'union':
      return shape.options.map(nameOf).join(' or ');
    case 'any':
      return 'an undeclared value';
  }
}

/** The options of a union, or the shape itself. */
export function optionsOf(shape: Shape): readonly Shape[] {
  return shape.kind === 'union' ? shape.options : [shape];
}

/** One shape for what is of any of these; enumerations become one. */
export function unionOf(all: readonly Shape[]): Shape {
  const shapes = [
    ...new Map(
      all.filter(({ kind }) => kind !== 'nothing').map((shape) => [identityOf(shape), shape]),
    ).values(),
  ];
  const [only] = shapes;
  if (only === undefined) return NOTHING;
  if (shapes.length === 1) return only;
  if (shapes.some(({ kind }) => kind === 'any')) return ANY;
  const lists = shapes.map((shape) => (shape.kind === 'text' ? shape.oneOf : null));
  const words = lists.filter((list) => list !== null);
  const enumerated = words.length === shapes.length;
  return enumerated ? textOf([...new Set(words.flat())]) : { kind: 'union', options: shapes };
}

/** Plain shapes of one name are one; composed ones are themselves. */
function identityOf(shape: Shape): unknown {
  const isPlain = ['number', 'boolean', 'text'].includes(shape.kind);
  return isPlain ? `${nameOf(shape)} ${shape.kind === 'text' && shape.filled}` : shape;
}
