import type { z } from 'zod';
import type { MapFunction } from '../functions.ts';
import type { Table, UnitTable } from '../read/read-table.ts';
import {
  FAILED,
  kindOf,
  targetOf,
  type Frame,
  type MapCode,
  type Run,
  type RuleInfo,
} from '../run/run.ts';
import { joinPath } from '../shape/path.ts';
import type { Shape, Slot } from '../shape/shape.ts';
import type { Mistakes } from '../yaml/mistake.ts';
import type { Place } from '../yaml/node.ts';

/** All that rules may name. */
export interface Library {
  schemas: ReadonlyMap<string, z.ZodType>;
  tables: ReadonlyMap<string, Table>;
  units: ReadonlyMap<string, UnitTable>;
  functions: ReadonlyMap<string, MapFunction>;
}

/** What the paths of a rule start from. */
export interface Scope {
  source: Slot;
  /** What a person calls it: `crm.order`, or `items[*] of crm.order`. */
  name: string;
  up: Scope | null;
  /** What it holds is not known, because of a mistake that is: nothing is said of its paths. */
  blind: boolean;
}

export interface RuleContext {
  library: Library;
  mistakes: Mistakes;
  scope: Scope;
  rule: RuleInfo;
  /** Target path below the element at hand. */
  local: string;
  patch: boolean;
  /** Compiled to write down how each field came about. */
  traces: boolean;
}

/** Undefined when there is none, FAILED when its error is in the run. */
export type Read = (frame: Frame, run: Run) => unknown;

/** Where the value comes from, in the words of an error. */
export type Locate = (frame: Frame) => string | null;

/** What a text was put together of. */
export interface Joined {
  parts: readonly Outcome[];
  separator: string;
}

/** What a value can turn out to be. */
export type Outcome =
  | {
      kind: 'typed';
      shape: Shape;
      schema: z.core.$ZodType | null;
      joined?: Joined | undefined;
      place: Place;
    }
  | { kind: 'const'; value: unknown; place: Place };

/**
 * Where a value stands that is mostly written as it is, in the element at hand, and what it has
 * to be for that; anything else is left to `read`, which knows all cases.
 */
export interface Copy {
  keys: readonly string[];
  kind: 'text' | 'filled text' | 'number' | 'boolean';
  /** The schema that the value is known to pass. */
  schema: z.core.$ZodType;
}

/** A value that can be made of a frame. */
export interface Compiled {
  read: Read;
  copy: Copy | null;
  outcomes: Outcome[];
  absent: boolean;
  nullable: boolean;
  locate: Locate;
  place: Place;
}

interface Failure {
  code: MapCode;
  value: unknown;
  message: string;
}

export type Fail = (frame: Frame, run: Run, failure: Failure) => typeof FAILED;

/** Adds an error of this rule to a run. */
export function failOf(context: Pick<RuleContext, 'rule' | 'local'>, locate: Locate): Fail {
  const { rule, local } = context;
  return (frame, run, { code, value, message }) => {
    run.errors.push({
      code,
      mapping: rule.mapping,
      version: rule.version,
      rule: rule.rule,
      source: locate(frame),
      target: joinPath(targetOf(frame), local),
      kind: kindOf(value),
      message: `${locate(frame) ?? joinPath(targetOf(frame), local)} ${message}`,
    });
    return FAILED;
  };
}
