import { nearest } from '../shape/nearest.ts';
import type { Mistakes } from './mistake.ts';
import type { ListNode, MapNode, Place, YamlNode } from './node.ts';

const KIND_WORDS = { scalar: 'a single value', map: 'a map of keys', list: 'a list' };

/** A map whose keys are known beforehand, read key by key. */
export interface Fields {
  place: Place;
  get(key: string): YamlNode | undefined;
  placeOf(key: string): Place;
  has(key: string): boolean;
  /** It has keys that are not known, so what seems missing may be among them. */
  strange: boolean;
}

/** Reads nodes and collects what does not fit; null means that a mistake was added. */
export interface NodeReader {
  mistakes: Mistakes;
  fields(node: YamlNode, known: readonly string[], what: string): Fields | null;
  map(node: YamlNode, what: string): MapNode | null;
  list(node: YamlNode, what: string): ListNode | null;
  text(node: YamlNode, what: string): string | null;
  /** False when the key is absent. */
  flag(fields: Fields, key: string): boolean;
  count(node: YamlNode, what: string): number | null;
  /** The node of a key that has to be there, or null after a mistake with that message. */
  required(fields: Fields, key: string, message: string): YamlNode | null;
  oneOf<Word extends string>(node: YamlNode, words: readonly Word[], what: string): Word | null;
}

export function createNodeReader(mistakes: Mistakes): NodeReader {
  const refuse = (place: Place, message: string, suggestion?: string): null => {
    mistakes.add(place, { code: 'grammar', message, suggestion });
    return null;
  };
  const reader: NodeReader = {
    mistakes,
    fields(node, known, what) {
      const map = reader.map(node, what);
      if (map === null) return null;
      for (const { key, keyPlace } of map.entries) {
        if (known.includes(key)) continue;
        const message = `${what} has no ${key}; it takes ${known.join(', ')}.`;
        mistakes.add(keyPlace, { code: 'unknown-key', message, suggestion: nearest(key, known) });
      }
      return fieldsOf(map, known);
    },
    map: (node, what) =>
      node.kind === 'map'
        ? node
        : refuse(
            node.place,
            `${what} is ${KIND_WORDS[node.kind]}, where a map of keys is expected.`,
          ),
    list: (node, what) =>
      node.kind === 'list'
        ? node
        : refuse(node.place, `${what} is ${KIND_WORDS[node.kind]}, where a list is expected.`),
    text(node, what) {
      if (node.kind !== 'scalar')
        return refuse(node.place, `${what} is ${KIND_WORDS[node.kind]}, where a text is expected.`);
      if (typeof node.value === 'string') return node.value;
      const message = `${what} is a text, and unquoted ${node.written} is not one: quote it ('${node.written}').`;
      mistakes.add(node.place, { code: 'ambiguous-text', message });
      return null;
    },
    flag(fields, key) {
      const node = fields.get(key);
      if (node === undefined) return false;
      if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
      refuse(node.place, `${key} is true or false.`);
      return false;
    },
    required: (fields, key, message) => fields.get(key) ?? refuse(fields.place, message),
    count: (node, what) =>
      node.kind === 'scalar' && typeof node.value === 'number' && Number.isSafeInteger(node.value)
        ? node.value
        : refuse(node.place, `${what} is a whole number.`),
    oneOf(node, words, what) {
      const typed = reader.text(node, what);
      const word = words.find((each) => each === typed);
      if (word !== undefined || typed === null) return word ?? null;
      return refuse(node.place, `${what} is ${words.join(', ')}.`, nearest(typed, words));
    },
  };
  return reader;
}

function fieldsOf(map: MapNode, known: readonly string[]): Fields {
  const entryOf = (key: string) => map.entries.find((entry) => entry.key === key);
  return {
    place: map.place,
    get: (key) => entryOf(key)?.value,
    placeOf: (key) => entryOf(key)?.keyPlace ?? map.place,
    has: (key) => entryOf(key) !== undefined,
    strange: map.broken || map.entries.some(({ key }) => !known.includes(key)),
  };
}
