import type { Fields, NodeReader } from '../yaml/fields.ts';
import type { YamlNode } from '../yaml/node.ts';
import { readPath } from './read-path.ts';
import type { CaseSpec, ConditionSpec, TableUse, UnitUse } from './spec.ts';

type ReadCase = (node: YamlNode | undefined, key: string, reader: NodeReader) => CaseSpec | null;

export function readTableUse(
  fields: Fields,
  reader: NodeReader,
  readCase: ReadCase,
): TableUse | null {
  const node = fields.get('table');
  if (node === undefined) {
    for (const key of ['otherwise', 'reverse'].filter((each) => fields.has(each))) {
      const message = `${key}: belongs to table:, and there is none.`;
      reader.mistakes.add(fields.placeOf(key), { code: 'grammar', message });
    }
    return null;
  }
  const name = reader.text(node, 'table');
  const reverse = reader.flag(fields, 'reverse');
  const otherwise = readCase(fields.get('otherwise'), 'otherwise', reader);
  return name === null ? null : { name, place: node.place, reverse, otherwise };
}

const UNIT_KEYS = ['table', 'from', 'to', 'per', 'inexact'];

export function readUnitUse(node: YamlNode | undefined, reader: NodeReader): UnitUse | null {
  const fields = node === undefined ? null : reader.fields(node, UNIT_KEYS, 'unit');
  if (fields === null) return null;
  const inexact = fields.get('inexact');
  if (inexact !== undefined) reader.oneOf(inexact, ['error'], 'inexact');
  const [table, to] = [readWord(fields, 'table', reader), readWord(fields, 'to', reader)];
  const fromNode = requiredOf(fields, 'from', reader);
  const from = fromNode === null ? null : readUnitName(fromNode, reader);
  const perNode = fields.get('per');
  const per = perNode === undefined ? null : readPath(perNode, reader);
  const whole = perNode === undefined || per !== null;
  if (table === null || to === null || from === null || !whole) return null;
  return { name: table.word, place: table.place, from, to, per };
}

function requiredOf(fields: Fields, key: string, reader: NodeReader): YamlNode | null {
  const message = `unit needs ${key}:, as in {table: packs, from: uom, to: EA, per: sku}.`;
  return reader.required(fields, key, message);
}

function readWord(fields: Fields, key: string, reader: NodeReader): UnitUse['to'] | null {
  const node = requiredOf(fields, key, reader);
  const word = node === null ? null : reader.text(node, key);
  return node === null || word === null ? null : { word, place: node.place };
}

function readUnitName(node: YamlNode, reader: NodeReader): UnitUse['from'] | null {
  if (node.kind !== 'map') return readPath(node, reader);
  const given = reader.fields(node, ['const'], 'from')?.get('const');
  const word = given === undefined ? null : reader.text(given, 'const');
  return word === null || given === undefined ? null : { word, place: given.place };
}

export function readConditions(node: YamlNode | undefined, reader: NodeReader): ConditionSpec[] {
  if (node === undefined) return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.map((item) => readCondition(item, reader)).filter((condition) => condition !== null);
}

const TESTS = ['eq', 'in', 'exists'] as const;

function readCondition(node: YamlNode, reader: NodeReader): ConditionSpec | null {
  const fields = reader.fields(node, ['path', ...TESTS], 'when');
  if (fields === null) return null;
  const pathNode = fields.get('path');
  const [test, second] = TESTS.filter((each) => fields.has(each));
  if (pathNode === undefined || test === undefined || second !== undefined) {
    const message =
      'when: takes path: and one of eq:, in: or exists:, as in {path: kind, eq: SALE}.';
    reader.mistakes.add(fields.place, { code: 'grammar', message });
    return null;
  }
  const at = readPath(pathNode, reader);
  return at === null ? null : readTest({ at, test }, fields, reader);
}

function readTest(
  { at, test }: { at: ConditionSpec['at']; test: (typeof TESTS)[number] },
  fields: Fields,
  reader: NodeReader,
): ConditionSpec | null {
  const value = fields.get(test);
  if (value === undefined) return null;
  if (test === 'exists') return { at, kind: test, wanted: reader.flag(fields, test) };
  const words = test === 'eq' ? [value] : reader.list(value, 'in')?.items;
  return words === undefined ? null : { at, kind: test, words };
}
