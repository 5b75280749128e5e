import { parsePath } from '../mapping/shape/path.ts';
import type { NodeReader } from '../mapping/yaml/fields.ts';
import type { MapEntry, Place, YamlNode } from '../mapping/yaml/node.ts';
import type { Setting } from './spec.ts';

/** Where something was written, kept until it can be held against the mappings. */
export interface Placed<Value> {
  value: Value;
  place: Place;
}

const VARIABLE = /^[A-Z][A-Z0-9_]{0,127}$/;

/** Null means that a mistake was added. */
export function readSetting(node: YamlNode, what: string, reader: NodeReader): Setting | null {
  if (node.kind !== 'map') {
    const text = reader.text(node, what);
    return text === null ? null : { env: null, text };
  }
  const fields = reader.fields(node, ['env', 'default', 'below'], what);
  const env = fields?.get('env');
  if (fields === null || env === undefined) {
    return refuse(reader, node.place, `${what} is a text, or {env: VARIABLE, default: text}.`);
  }
  const name = readVariable(env, reader);
  const preset = fields.get('default');
  const text = preset === undefined ? null : reader.text(preset, `The default of ${what}`);
  return name === null ? null : { env: name, text };
}

/** A secret is never written into a file: what stands there is stored with every bundle, and shown. */
export function readSecret(node: YamlNode, what: string, reader: NodeReader): Setting | null {
  const message = `${what} is a secret: write {env: VARIABLE}. What stands in this file is stored and shown.`;
  const fields = node.kind === 'map' ? reader.fields(node, ['env'], what) : null;
  const env = fields?.get('env');
  if (env === undefined) return refuse(reader, node.place, message);
  const name = readVariable(env, reader);
  return name === null ? null : { env: name, text: null };
}

function readVariable(node: YamlNode, reader: NodeReader): string | null {
  const name = reader.text(node, 'env');
  if (name === null || VARIABLE.test(name)) return name;
  return refuse(reader, node.place, `${name} is no name of a variable; write it like ACME_TOKEN.`);
}

/** A path of plain keys and element numbers, as bodies are looked into. */
export function readKeys(node: YamlNode, reader: NodeReader): Placed<readonly string[]> | null {
  const text = reader.text(node, 'A path');
  if (text === null) return null;
  const path = parsePath(text);
  if (typeof path === 'string') return refuse(reader, node.place, path);
  if (path.from !== 'here' || path.up > 0) {
    return refuse(
      reader,
      node.place,
      `${text} begins at the body itself: write it without $. or ^.`,
    );
  }
  const value: string[] = [];
  for (const segment of path.segments) {
    if (segment === 'each') {
      return refuse(reader, node.place, `${text} names many values where one is wanted.`);
    }
    value.push('key' in segment ? segment.key : String(segment.index));
  }
  return { value, place: node.place };
}

export function entriesOf(
  node: YamlNode | undefined,
  what: string,
  reader: NodeReader,
): MapEntry[] {
  return node === undefined ? [] : (reader.map(node, what)?.entries ?? []);
}

/** An optional text. */
export function textOf(
  node: YamlNode | undefined,
  what: string,
  reader: NodeReader,
): string | null {
  return node === undefined ? null : reader.text(node, what);
}

export function refuse(reader: NodeReader, place: Place, message: string): null {
  reader.mistakes.add(place, { code: 'grammar', message });
  return null;
}

/** Seconds of a file as milliseconds. */
export function millisecondsOf(
  node: YamlNode | undefined,
  what: string,
  reader: NodeReader,
): number | null {
  const seconds = node === undefined ? null : reader.count(node, what);
  if (seconds === null || node === undefined) return null;
  if (seconds >= 0) return seconds * 1000;
  return refuse(reader, node.place, `${what} is a number of seconds, 0 or more.`);
}
