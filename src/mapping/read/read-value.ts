import type { Fields, NodeReader } from '../yaml/fields.ts';
import type { Place, YamlNode } from '../yaml/node.ts';
import { readOps } from './read-ops.ts';
import { readConditions, readTableUse, readUnitUse } from './read-uses.ts';
import { readPath } from './read-path.ts';
import type { CaseSpec, OriginSpec, ValueSpec } from './spec.ts';

const ORIGINS = ['from', 'first_of', 'const', 'join', 'fn'] as const;

/** The keys that say how a value is made. */
export const VALUE_KEYS: readonly string[] = [
  ...ORIGINS,
  'sep',
  'with',
  'ops',
  'table',
  'reverse',
  'otherwise',
  'unit',
  'absent',
  'null',
  'empty',
  'when',
  'else',
];

/** Reads a map of value keys; null means that a mistake was added. */
export function readValue(node: YamlNode, what: string, reader: NodeReader): ValueSpec | null {
  const fields = reader.fields(node, VALUE_KEYS, what);
  return fields === null ? null : readValueFields(fields, what, reader);
}

export function readValueFields(
  fields: Fields,
  what: string,
  reader: NodeReader,
): ValueSpec | null {
  const origin = readOrigin(fields, what, reader);
  const ops = readOps(fields.get('ops'), reader);
  const table = readTableUse(fields, reader, readCase);
  const unit = readUnitUse(fields.get('unit'), reader);
  const when = readConditions(fields.get('when'), reader);
  const cases = {
    absent: readCase(fields.get('absent'), 'absent', reader),
    null: readCase(fields.get('null'), 'null', reader),
    empty: readCase(fields.get('empty'), 'empty', reader),
    else: readCase(fields.get('else'), 'else', reader),
  };
  if (when.length > 0 !== fields.has('else') && (when.length > 0 || fields.has('else'))) {
    const message = fields.has('else')
      ? 'else: belongs to when:, and there is none.'
      : 'when: needs an else: (error, omit, or a value).';
    reader.mistakes.add(fields.placeOf(fields.has('else') ? 'else' : 'when'), {
      code: 'grammar',
      message,
    });
  }
  if (origin === null) return null;
  return { place: placeOfOrigin(fields), origin, ops, table, unit, when, ...cases };
}

function placeOfOrigin(fields: Fields): Place {
  const key = ORIGINS.find((origin) => fields.has(origin));
  const node = key === undefined ? undefined : fields.get(key);
  return node?.kind === 'scalar'
    ? node.place
    : key === undefined
      ? fields.place
      : fields.placeOf(key);
}

function readOrigin(fields: Fields, what: string, reader: NodeReader): OriginSpec | null {
  const present = ORIGINS.filter((origin) => fields.has(origin));
  const [kind, second] = present;
  if (kind === undefined && fields.strange) return null;
  if (kind === undefined || second !== undefined) {
    const found = second === undefined ? 'none' : present.join(' and ');
    const message = `${what} takes its value from one of ${ORIGINS.join(', ')}; there is ${found}.`;
    reader.mistakes.add(fields.place, { code: 'grammar', message });
    return null;
  }
  refuseStray(fields, kind, reader);
  const node = fields.get(kind);
  return node === undefined ? null : readOriginOf(kind, node, fields, reader);
}

function refuseStray(fields: Fields, kind: string, reader: NodeReader): void {
  const owners = { sep: 'join', with: 'fn' };
  for (const [key, owner] of Object.entries(owners)) {
    if (!fields.has(key) || owner === kind) continue;
    const message = `${key}: belongs to ${owner}:, and there is none.`;
    reader.mistakes.add(fields.placeOf(key), { code: 'grammar', message });
  }
  if (kind !== 'const') return;
  for (const key of ['ops', 'table', 'unit', 'absent', 'null', 'empty']) {
    if (!fields.has(key)) continue;
    const message = `const: is written as it is; ${key}: does nothing to it.`;
    reader.mistakes.add(fields.placeOf(key), { code: 'grammar', message });
  }
}

function readOriginOf(
  kind: (typeof ORIGINS)[number],
  node: YamlNode,
  fields: Fields,
  reader: NodeReader,
): OriginSpec | null {
  switch (kind) {
    case 'from': {
      const at = readPath(node, reader);
      return at === null ? null : { kind, at };
    }
    case 'first_of': {
      const items = reader.list(node, 'first_of')?.items ?? null;
      const paths = items?.map((item) => readPath(item, reader)).filter((path) => path !== null);
      return paths === undefined || paths.length < (items?.length ?? 0) ? null : { kind, paths };
    }
    case 'const':
      return { kind, node };
    case 'join':
      return readJoin(node, fields, reader);
    case 'fn':
      return readFn(node, fields, reader);
  }
}

function readJoin(node: YamlNode, fields: Fields, reader: NodeReader): OriginSpec | null {
  const items = reader.list(node, 'join')?.items ?? null;
  const parts = items?.map((item) => readPart(item, 'A part of join', reader)) ?? [];
  const given = fields.get('sep');
  const separator = given === undefined ? '' : reader.text(given, 'sep');
  const whole = parts.filter((part) => part !== null);
  if (items === null || whole.length < parts.length || separator === null) return null;
  return { kind: 'join', parts: whole, separator };
}

function readFn(node: YamlNode, fields: Fields, reader: NodeReader): OriginSpec | null {
  const name = reader.text(node, 'fn');
  const given = fields.get('with');
  const map = given === undefined ? null : reader.map(given, 'with');
  if (given === undefined) {
    const message =
      'fn: needs with: (its inputs by name), or stands in ops: to take the value at hand.';
    reader.mistakes.add(node.place, { code: 'grammar', message });
  }
  const inputs = (map?.entries ?? []).map(({ key, keyPlace, value }) => {
    const part = readPart(value, `Input ${key}`, reader);
    return part === null ? null : { name: key, place: keyPlace, value: part };
  });
  const whole = inputs.filter((input) => input !== null);
  if (name === null || map === null || whole.length < inputs.length) return null;
  return { kind: 'fn', name, place: node.place, inputs: whole };
}

/** A path, or a map of value keys. */
function readPart(node: YamlNode, what: string, reader: NodeReader): ValueSpec | null {
  if (node.kind === 'map') return readValue(node, what, reader);
  const at = readPath(node, reader);
  return at === null ? null : plainValue({ kind: 'from', at }, node.place);
}

export function plainValue(origin: OriginSpec, place: Place): ValueSpec {
  const none = { absent: null, null: null, empty: null, else: null };
  return { place, origin, ops: [], table: null, unit: null, when: [], ...none };
}

const CASE_WORDS = ['error', 'omit', 'pass'] as const;

/** `error`, `omit`, `pass`, or a value to use instead. */
export function readCase(
  node: YamlNode | undefined,
  key: string,
  reader: NodeReader,
): CaseSpec | null {
  if (node === undefined) return null;
  if (node.kind === 'map') {
    const value = readValue(node, key, reader);
    return value === null ? null : { kind: 'value', value, place: node.place };
  }
  const word = reader.oneOf(node, CASE_WORDS, `${key} is a value such as {const: x}, or one of`);
  return word === null ? null : { kind: word, place: node.place };
}
