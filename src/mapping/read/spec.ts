import type { Path, Segment } from '../shape/path.ts';
import type { Place, YamlNode } from '../yaml/node.ts';

export interface PathSpec {
  path: Path;
  place: Place;
}

/** What is done in a case that has no value of its own. */
export type CaseSpec =
  | { kind: 'error' | 'omit' | 'pass'; place: Place }
  | { kind: 'value'; value: ValueSpec; place: Place };

export type OriginSpec =
  | { kind: 'from'; at: PathSpec }
  | { kind: 'first_of'; paths: PathSpec[] }
  | { kind: 'const'; node: YamlNode }
  | { kind: 'join'; parts: ValueSpec[]; separator: string }
  | {
      kind: 'fn';
      name: string;
      place: Place;
      inputs: { name: string; place: Place; value: ValueSpec }[];
    };

export const PLAIN_OPS = [
  'trim',
  'upper',
  'lower',
  'to_string',
  'to_int',
  'to_epoch_ms',
  'from_epoch_ms',
] as const;
export type PlainOp = (typeof PLAIN_OPS)[number];

export type OpSpec =
  | { kind: PlainOp; place: Place }
  | { kind: 'to_datetime'; zone: string; time: string | null; place: Place }
  | { kind: 'fn'; name: string; place: Place };

export interface TableUse {
  name: string;
  place: Place;
  reverse: boolean;
  otherwise: CaseSpec | null;
}

export interface UnitUse {
  name: string;
  place: Place;
  /** The unit that the quantity is given in: read from the source, or always the same. */
  from: PathSpec | { word: string; place: Place };
  to: { word: string; place: Place };
  /** What the factors hang on, such as the SKU. */
  per: PathSpec | null;
}

export type ConditionSpec = { at: PathSpec } & (
  { kind: 'eq' | 'in'; words: YamlNode[] } | { kind: 'exists'; wanted: boolean }
);

/** How one value is made: where it comes from, and what happens to it on the way. */
export interface ValueSpec {
  place: Place;
  origin: OriginSpec;
  ops: OpSpec[];
  table: TableUse | null;
  unit: UnitUse | null;
  absent: CaseSpec | null;
  null: CaseSpec | null;
  empty: CaseSpec | null;
  when: ConditionSpec[];
  else: CaseSpec | null;
}

export interface TargetSpec {
  segments: Segment[];
  text: string;
  place: Place;
}

export type RuleSpec =
  | { kind: 'value'; to: TargetSpec; value: ValueSpec; locked: boolean; place: Place }
  | {
      kind: 'each';
      from: PathSpec;
      /** The array; its elements are what `rules` write. */
      to: TargetSpec;
      min: number | null;
      max: number | null;
      unique: { text: string; place: Place }[];
      flatten: boolean;
      /** Only elements for which all of these hold; the others are left out. */
      when: ConditionSpec[];
      absent: CaseSpec | null;
      null: CaseSpec | null;
      empty: CaseSpec | null;
      rules: RuleSpec[];
      locked: boolean;
      place: Place;
    };

export interface MappingSpec {
  name: string;
  from: { name: string; place: Place };
  to: { name: string; place: Place };
  version: number;
  patch: boolean;
  /** Types of fields that the source schema leaves open. */
  custom: { segments: Segment[]; place: Place; type: YamlNode }[];
  rules: RuleSpec[];
  place: Place;
}
