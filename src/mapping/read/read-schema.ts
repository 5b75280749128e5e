import { z } from 'zod';
import { nearest } from '../shape/nearest.ts';
import type { NodeReader } from '../yaml/fields.ts';
import type { MapNode, Place, YamlNode } from '../yaml/node.ts';

/** A vendor's document, described in YAML in the form of a sample. */
export interface SchemaFile {
  name: string;
  schema: z.ZodType;
  place: Place;
}

export function readSchemaFile(node: YamlNode, reader: NodeReader): SchemaFile | null {
  const fields = reader.fields(node, ['schema', 'about', 'shape'], 'A schema');
  const nameNode = fields?.get('schema');
  const name = nameNode === undefined ? null : reader.text(nameNode, 'schema');
  const shape = fields?.get('shape');
  if (fields === null || nameNode === undefined || name === null) return null;
  if (shape === undefined) {
    reader.mistakes.add(fields.place, { code: 'grammar', message: 'A schema needs shape:.' });
    return null;
  }
  return { name, schema: readType(shape, reader), place: nameNode.place };
}

/** A type word, a map of fields, or a list of one type: `{sku: string, lots?: [string]}`. */
export function readType(node: YamlNode, reader: NodeReader): z.ZodType {
  if (node.kind === 'map') return readObject(node, reader);
  if (node.kind === 'scalar') return readWords(node, reader);
  const [element, second] = node.items;
  if (element !== undefined && second === undefined) return z.array(readType(element, reader));
  const message = 'An array is written as a list of one type, such as [string].';
  reader.mistakes.add(node.place, { code: 'grammar', message });
  return z.unknown();
}

function readObject(node: MapNode, reader: NodeReader): z.ZodType {
  const fields = node.entries.map(({ key, value }): [string, z.ZodType] => {
    const optional = key.endsWith('?');
    const type = readType(value, reader);
    return [optional ? key.slice(0, -1) : key, optional ? type.optional() : type];
  });
  return z.object(Object.fromEntries(fields));
}

const TYPES = {
  string: () => z.string(),
  integer: () => z.int(),
  number: () => z.number(),
  boolean: () => z.boolean(),
  date: () => z.iso.date(),
  datetime: () => z.iso.datetime({ offset: true }),
  null: () => z.null(),
  object: () => z.record(z.string(), z.unknown()),
  any: () => z.unknown(),
};

const ENUM = /^enum\(([^()]+)\)$/;

/** `string`, `integer|null`, `enum(NEW, DONE)`. */
function readWords(node: YamlNode, reader: NodeReader): z.ZodType {
  const text = node.kind === 'scalar' && node.value === null ? 'null' : reader.text(node, 'A type');
  if (text === null) return z.unknown();
  const types = text.split('|').map((word) => readWord(word.trim(), node, reader));
  const [first] = types;
  return types.length === 1 && first !== undefined ? first : z.union(types);
}

function readWord(word: string, node: YamlNode, reader: NodeReader): z.ZodType {
  const list = ENUM.exec(word)?.[1];
  if (list !== undefined) return z.enum(list.split(',').map((each) => each.trim()));
  const type = Object.entries(TYPES).find(([name]) => name === word)?.[1];
  if (type !== undefined) return type();
  if (word.startsWith('enum(') && !word.endsWith(')')) {
    const message = `${word} is not closed. Within { } a comma ends the value: write it in quotes, as in 'enum(A, B)'.`;
    reader.mistakes.add(node.place, { code: 'grammar', message });
    return z.unknown();
  }
  const known = [...Object.keys(TYPES), 'enum(A, B)'];
  const message = `There is no type ${word}; there are ${known.join(', ')}.`;
  reader.mistakes.add(node.place, {
    code: 'unknown-name',
    message,
    suggestion: nearest(word, known),
  });
  return z.unknown();
}
