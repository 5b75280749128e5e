import { joinPath } from '../shape/path.ts';
import type { Place } from '../yaml/node.ts';

export type MapCode =
  | 'MAP_MISSING'
  | 'MAP_TYPE'
  | 'MAP_ENUM'
  | 'MAP_UNIT'
  | 'MAP_CARDINALITY'
  | 'MAP_TARGET'
  | 'MAP_FN';

/** What a value is, said without the value itself: it may be personal. */
export type ValueKind =
  'absent' | 'null' | 'empty text' | 'text' | 'number' | 'boolean' | 'array' | 'object';

/** Why one target field could not be made of one input. Holds no value of the input. */
export interface MapError {
  code: MapCode;
  mapping: string;
  version: number;
  /** Where the rule is written: `rules/crm-order.yaml:12:5`. */
  rule: string;
  /** `items[2].sku`; null when the value comes from no single place. */
  source: string | null;
  /** `line_items[2].sku`. */
  target: string;
  kind: ValueKind;
  message: string;
}

/** How a target field came about, for people: see `explain`. */
export interface Trace {
  rule: RuleInfo;
  target: string;
  sources: string[];
  steps: string[];
  /** False when the rule left the field out, or failed. */
  written: boolean;
}

/** What one run collects. */
export interface Run {
  errors: MapError[];
  trace: Trace[] | null;
  /** What befell the value at hand, for the trace. */
  steps: string[];
}

/** A value that could not be made; its error is in the run. */
export const FAILED: unique symbol = Symbol('failed');

/** The names that an error of a rule carries. */
export interface RuleInfo {
  mapping: string;
  version: number;
  rule: string;
  /** Target path with `[*]`. */
  target: string;
  locked: boolean;
  place: Place;
}

/** What an `each` reads and writes, relative to what encloses it. */
interface Home {
  source: string;
  target: string;
}

/** The element that rules are applied to, and what encloses it. */
export interface Frame {
  value: unknown;
  up: Frame | null;
  /** Where the path of `home.source` begins. */
  base: Frame | null;
  home: Home;
  /** 1-based, among the elements of the source. */
  position: number;
  /** 0-based, among the elements that are written. */
  index: number;
  /** Path of the element from its base where its position does not say it, else null. */
  trail: string | null;
}

const ROOT_HOME: Home = { source: '', target: '' };

export function rootFrame(value: unknown): Frame {
  return { value, up: null, base: null, home: ROOT_HOME, position: 1, index: 0, trail: null };
}

/** `items[2]`, or an empty text for the root. */
export function sourceOf(frame: Frame): string {
  if (frame.base === null) return '';
  const trail = frame.trail ?? `${frame.home.source}[${frame.position - 1}]`;
  return joinPath(sourceOf(frame.base), trail);
}

export function targetOf(frame: Frame): string {
  if (frame.up === null) return '';
  return joinPath(targetOf(frame.up), `${frame.home.target}[${frame.index}]`);
}

export function kindOf(value: unknown): ValueKind {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (value === '') return 'empty text';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
    case 'bigint':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'object';
  }
}
