import type { Fields, NodeReader } from '../yaml/fields.ts';
import { plainOf, type Place, type YamlNode } from '../yaml/node.ts';

/** An enumeration of one system in the words of another. */
export interface Table {
  name: string;
  rows: ReadonlyMap<string, { value: unknown; place: Place }>;
  /** The other way round, when every value occurs once. */
  reverse: ReadonlyMap<string, { value: string; place: Place }> | null;
  place: Place;
}

/** How many base units a named unit holds: for all, and for single SKUs. */
export interface UnitTable {
  name: string;
  factors: ReadonlyMap<string, number>;
  per: ReadonlyMap<string, ReadonlyMap<string, number>>;
  place: Place;
}

export function readTable(node: YamlNode, reader: NodeReader): Table | null {
  const fields = reader.fields(node, ['table', 'about', 'bidirectional', 'rows'], 'A table');
  const named = fields === null ? null : readNamed(fields, 'table', reader);
  const rowsNode = fields?.get('rows');
  if (fields === null || named === null) return null;
  const rows = new Map<string, { value: unknown; place: Place }>();
  for (const { key, keyPlace, value } of entriesOf(rowsNode, 'rows', { fields, reader })) {
    rows.set(key, { value: plainOf(value), place: value.place });
    if (key === 'null') refuseNull(keyPlace, reader);
  }
  const reversible = reader.flag(fields, 'bidirectional');
  return { ...named, rows, reverse: reversible ? reversed(rows, reader) : null };
}

/** A rule says what happens to null; a row is of the text. */
function refuseNull(place: Place, { mistakes }: NodeReader): void {
  if (place.file.text.startsWith('null', place.from)) {
    const message = `Unquoted null is not a text: quote the key ('null'), or say null: in the rule.`;
    mistakes.add(place, { code: 'ambiguous-text', message });
  }
}

function readNamed(fields: Fields, key: string, reader: NodeReader) {
  const node = fields.get(key);
  const name = node === undefined ? null : reader.text(node, key);
  return name === null || node === undefined ? null : { name, place: node.place };
}

interface Around {
  fields: Fields;
  reader: NodeReader;
}

function entriesOf(node: YamlNode | undefined, key: string, { fields, reader }: Around) {
  if (node !== undefined) return reader.map(node, key)?.entries ?? [];
  reader.mistakes.add(fields.place, { code: 'grammar', message: `${key}: is missing.` });
  return [];
}

function reversed(rows: Table['rows'], reader: NodeReader): Table['reverse'] {
  const reverse = new Map<string, { value: string; place: Place }>();
  for (const [key, { value, place }] of rows) {
    const known = typeof value === 'string' ? reverse.get(value) : undefined;
    if (typeof value === 'string' && known === undefined) {
      reverse.set(value, { value: key, place });
      continue;
    }
    const message =
      known === undefined
        ? 'A bidirectional table holds texts only.'
        : `A bidirectional table names each value once; ${known.value} and ${key} have the same.`;
    reader.mistakes.add(place, { code: 'table', message });
  }
  return reverse;
}

export function readUnitTable(node: YamlNode, reader: NodeReader): UnitTable | null {
  const fields = reader.fields(node, ['units', 'about', 'factors', 'per'], 'A unit table');
  const named = fields === null ? null : readNamed(fields, 'units', reader);
  if (fields === null || named === null) return null;
  const factors = readFactors(fields.get('factors'), { fields, reader });
  const per = new Map<string, ReadonlyMap<string, number>>();
  const perNode = fields.get('per');
  const single = perNode === undefined ? [] : (reader.map(perNode, 'per')?.entries ?? []);
  for (const { key, value } of single) per.set(key, readFactors(value, { fields, reader }));
  return { ...named, factors, per };
}

function readFactors(node: YamlNode | undefined, around: Around): ReadonlyMap<string, number> {
  const factors = new Map<string, number>();
  for (const { key, value } of entriesOf(node, 'factors', around)) {
    const factor = around.reader.count(value, `The factor of ${key}`);
    if (factor !== null && factor >= 1) factors.set(key, factor);
    else if (factor !== null) {
      const message = `The factor of ${key} is a whole number of base units, 1 or more.`;
      around.reader.mistakes.add(value.place, { code: 'table', message });
    }
  }
  return factors;
}
