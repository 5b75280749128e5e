import { parsePath, pathText, type Segment } from '../shape/path.ts';
import type { Fields, NodeReader } from '../yaml/fields.ts';
import type { Place, YamlNode } from '../yaml/node.ts';
import { readPath } from './read-path.ts';
import { readConditions } from './read-uses.ts';
import { readCase, readValueFields, VALUE_KEYS } from './read-value.ts';
import type { MappingSpec, PathSpec, RuleSpec, TargetSpec } from './spec.ts';

const MAPPING_KEYS = ['mapping', 'name', 'version', 'about', 'patch', 'custom', 'rules'];
const ENDS = /^(\S+) -> (\S+)$/;

/** Reads one file of `rules/`; null means that nothing of it can be compiled. */
export function readMapping(node: YamlNode, reader: NodeReader): MappingSpec | null {
  const fields = reader.fields(node, MAPPING_KEYS, 'A mapping');
  if (fields === null) return null;
  const ends = readEnds(fields, reader);
  const version = reader.required(fields, 'version', 'A mapping needs version: (1, then higher).');
  const versionNumber = version === null ? null : reader.count(version, 'version');
  const nameNode = fields.get('name');
  const name = nameNode === undefined ? ends?.text : reader.text(nameNode, 'name');
  const patch = reader.flag(fields, 'patch');
  const rulesNode = reader.required(fields, 'rules', 'A mapping needs rules:.');
  const rules = rulesNode === null ? [] : readRules(rulesNode, reader);
  const custom = readCustom(fields.get('custom'), reader);
  if (ends === null || name == null || versionNumber === null) return null;
  const place = fields.placeOf('mapping');
  return { name, ...ends, version: versionNumber, patch, custom, rules, place };
}

function readEnds(fields: Fields, reader: NodeReader) {
  const node = fields.get('mapping');
  const text = node === undefined ? null : reader.text(node, 'mapping');
  const [, from, to] = ENDS.exec(text ?? '') ?? [];
  if (node === undefined || text === null || from === undefined || to === undefined) {
    const message = 'A mapping names both ends: "mapping: crm.order -> wms.pick_request".';
    reader.mistakes.add(node?.place ?? fields.place, { code: 'grammar', message });
    return null;
  }
  const start =
    node.place.from + Math.max(0, node.place.file.text.slice(node.place.from).indexOf(text));
  const toStart = start + text.length - to.length;
  return {
    text,
    from: { name: from, place: { ...node.place, from: start, to: start + from.length } },
    to: { name: to, place: { ...node.place, from: toStart, to: toStart + to.length } },
  };
}

function readCustom(node: YamlNode | undefined, reader: NodeReader): MappingSpec['custom'] {
  if (node === undefined) return [];
  const entries = reader.map(node, 'custom')?.entries ?? [];
  return entries.flatMap(({ key, keyPlace, value }) => {
    const path = parsePath(key);
    if (typeof path === 'string') {
      reader.mistakes.add(keyPlace, { code: 'grammar', message: path });
      return [];
    }
    return [{ segments: path.segments, place: keyPlace, type: value }];
  });
}

function readRules(node: YamlNode, reader: NodeReader): RuleSpec[] {
  const items = reader.list(node, 'rules')?.items ?? [];
  return items.map((item) => readRule(item, reader)).filter((rule) => rule !== null);
}

function readRule(node: YamlNode, reader: NodeReader): RuleSpec | null {
  const isEach = node.kind === 'map' && node.entries.some(({ key }) => key === 'each');
  if (isEach) return readEach(node, reader);
  const fields = reader.fields(node, ['to', 'locked', 'about', ...VALUE_KEYS], 'A rule');
  if (fields === null) return null;
  const to = readTarget(fields.get('to'), fields.place, reader);
  const value = readValueFields(fields, 'A rule', reader);
  const locked = reader.flag(fields, 'locked');
  if (to === null || value === null) return null;
  return spread({ kind: 'value', to, value, locked, place: fields.place });
}

function readTarget(
  node: YamlNode | undefined,
  around: Place,
  reader: NodeReader,
): TargetSpec | null {
  if (node === undefined) {
    reader.mistakes.add(around, {
      code: 'grammar',
      message: 'A rule needs to: (the target field).',
    });
    return null;
  }
  const at = readPath(node, reader);
  if (at === null) return null;
  const { path, place } = at;
  const fixed = path.segments.some((segment) => typeof segment === 'object' && 'index' in segment);
  if (path.from !== 'here' || path.up > 0 || fixed) {
    const message =
      'A target is a plain path below the element at hand, such as line_items[*].sku.';
    reader.mistakes.add(place, { code: 'grammar', message });
    return null;
  }
  return { segments: path.segments, text: path.text, place };
}

const EACH_KEYS = ['from', 'to', 'min', 'max', 'unique', 'flatten', 'when'];
const EACH_RULE_KEYS = ['each', 'rules', 'absent', 'null', 'empty', 'locked', 'about'];
const EACH_FORM =
  'each needs from:, to: and rules:, as in each: {from: "items[*]", to: "line_items[*]"}.';

function readEach(node: YamlNode, reader: NodeReader): RuleSpec | null {
  const outer = reader.fields(node, EACH_RULE_KEYS, 'An each rule');
  const eachNode = outer?.get('each');
  const fields = eachNode === undefined ? null : reader.fields(eachNode, EACH_KEYS, 'each');
  if (outer === null || fields === null) return null;
  const rulesNode = reader.required(outer, 'rules', EACH_FORM);
  const rules = rulesNode === null ? [] : readRules(rulesNode, reader);
  const flatten = reader.flag(fields, 'flatten');
  const ends = readEachEnds(fields, flatten, reader);
  const spec = {
    min: readBound(fields, 'min', reader),
    max: readBound(fields, 'max', reader),
    when: readConditions(fields.get('when'), reader),
    unique: readUnique(fields.get('unique'), reader),
    absent: readCase(outer.get('absent'), 'absent', reader),
    null: readCase(outer.get('null'), 'null', reader),
    empty: readCase(outer.get('empty'), 'empty', reader),
    locked: reader.flag(outer, 'locked'),
  };
  return ends === null
    ? null
    : { kind: 'each', ...ends, flatten, ...spec, rules, place: fields.place };
}

function readEachEnds(fields: Fields, flatten: boolean, reader: NodeReader) {
  const fromNode = reader.required(fields, 'from', EACH_FORM);
  const from = fromNode === null ? null : readPath(fromNode, reader);
  const to = readTarget(fields.get('to'), fields.place, reader);
  const array = to === null ? null : arrayOf(to, reader);
  const ends = from !== null && endsInEach(from, flatten, reader);
  return from === null || array === null || !ends ? null : { from, to: array };
}

function readBound(fields: Fields, key: string, reader: NodeReader): number | null {
  const node = fields.get(key);
  return node === undefined ? null : reader.count(node, key);
}

function readUnique(node: YamlNode | undefined, reader: NodeReader) {
  if (node === undefined) return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    const text = reader.text(item, 'unique');
    return text === null ? [] : [{ text, place: item.place }];
  });
}

/** `line_items[*]` is the array `line_items`. */
function arrayOf(to: TargetSpec, reader: NodeReader): TargetSpec | null {
  const before = to.segments.slice(0, -1);
  if (to.segments.at(-1) === 'each' && !before.includes('each')) return { ...to, segments: before };
  const message = `each writes one array: end its to: in one [*] ("${to.text}[*]").`;
  reader.mistakes.add(to.place, { code: 'depth', message });
  return null;
}

function endsInEach({ path, place }: PathSpec, flatten: boolean, reader: NodeReader): boolean {
  const depth = depthOf(path.segments);
  const ends = path.segments.at(-1) === 'each';
  if (ends && (depth === 1 || flatten)) return true;
  const message = ends
    ? `${path.text} has ${depth} [*] and the target one: nest a second each:, or say flatten: true.`
    : `each reads an array: end its from: in [*] ("${path.text}[*]").`;
  reader.mistakes.add(place, { code: 'depth', message });
  return false;
}

function depthOf(segments: readonly Segment[]): number {
  return segments.filter((segment) => segment === 'each').length;
}

/** `{to: "ids[*]", from: "lines[*].id"}` is an each with one rule. */
function spread(rule: Extract<RuleSpec, { kind: 'value' }>): RuleSpec {
  const { to, value, locked, place } = rule;
  const { origin } = value;
  if (origin.kind !== 'from' || depthOf(to.segments) !== 1) return rule;
  const { path } = origin.at;
  if (depthOf(path.segments) !== 1) return rule;
  const cut = path.segments.indexOf('each') + 1;
  const toCut = to.segments.indexOf('each') + 1;
  const inner = path.segments.slice(cut);
  const innerTo = to.segments.slice(toCut);
  const at = {
    path: { text: pathText(inner), from: 'here' as const, up: 0, segments: inner },
    place: origin.at.place,
  };
  const outer = path.segments.slice(0, cut);
  const from = {
    path: { ...path, segments: outer, text: pathText(outer) },
    place: origin.at.place,
  };
  const target = { segments: innerTo, text: pathText(innerTo), place: to.place };
  const one: RuleSpec = {
    kind: 'value',
    to: target,
    value: { ...value, origin: { kind: 'from', at } },
    locked,
    place,
  };
  const none = {
    min: null,
    max: null,
    unique: [],
    flatten: false,
    when: [],
    absent: value.absent,
    null: value.null,
    empty: null,
  };
  const array = { ...to, segments: to.segments.slice(0, toCut - 1) };
  return { kind: 'each', from, to: array, ...none, rules: [one], locked, place };
}
