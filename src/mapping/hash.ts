import { createHash } from 'node:crypto';
import type { Slot } from './shape/shape.ts';

/** One text for one meaning: keys sorted, nothing but values. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

/** A hash of a set of values, in whatever order they come. */
export function hashOf(values: readonly unknown[]): string {
  const texts = values.map(canonical).toSorted();
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('hex');
}

const DEPTH_MAX = 12;

/** A slot as plain data, without its schema object. */
export function outlineOf({ shape, absent, nullable }: Omit<Slot, 'schema'>, depth = 0): unknown {
  if (depth > DEPTH_MAX) return null;
  const inner = (slot: Slot) => outlineOf(slot, depth + 1);
  const mark = `${shape.kind}${absent ? '?' : ''}${nullable ? '|null' : ''}`;
  switch (shape.kind) {
    case 'object':
      return [
        mark,
        Object.fromEntries([...shape.fields].map(([key, slot]) => [key, inner(slot)])),
        shape.rest === null ? null : inner(shape.rest),
      ];
    case 'array':
      return [mark, inner(shape.element), shape.min, String(shape.max)];
    case 'union':
      return [
        mark,
        shape.options.map((option) => outlineOf({ shape: option, absent, nullable }, depth + 1)),
      ];
    case 'text':
      return [mark, shape.format, shape.oneOf, shape.filled];
    case 'number':
      return [mark, shape.integer];
    default:
      return mark;
  }
}
