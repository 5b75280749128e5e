import { nearest } from '../mapping/shape/nearest.ts';
import type { NodeReader } from '../mapping/yaml/fields.ts';
import type { YamlNode } from '../mapping/yaml/node.ts';
import { refuse } from './read-parts.ts';
import type { Template } from './spec.ts';

const HOLE = /\{([^{}|]*)(?:\|([^{}]*))?\}/g;
const FILTERS = ['epoch_s', 'epoch_ms'] as const;

/** Reads `/picks/{pick_id}`; null means that a mistake was added. */
export function readTemplate(
  node: YamlNode,
  names: readonly string[],
  reader: NodeReader,
): Template | null {
  const text = reader.text(node, 'A template');
  if (text === null) return null;
  const parts: Template[number][] = [];
  let end = 0;
  for (const match of text.matchAll(HOLE)) {
    const [whole, name = '', filterText] = match;
    if (!names.includes(name)) {
      const known = names.length === 0 ? 'none' : names.map((each) => `{${each}}`).join(', ');
      const message = `There is no {${name}} here; there is ${known}.`;
      const suggestion = nearest(name, names);
      reader.mistakes.add(node.place, { code: 'unknown-name', message, suggestion });
      return null;
    }
    const filter = FILTERS.find((each) => each === filterText) ?? null;
    if (filterText !== undefined && filter === null) {
      return refuse(
        reader,
        node.place,
        `There is no form |${filterText}; there is ${FILTERS.join(', ')}.`,
      );
    }
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push({ name, filter });
    end = match.index + whole.length;
  }
  if (end < text.length) parts.push(text.slice(end));
  const stray = parts.find((part) => typeof part === 'string' && /[{}]/.test(part));
  return stray === undefined
    ? parts
    : refuse(reader, node.place, `${text} has a brace without its partner.`);
}
