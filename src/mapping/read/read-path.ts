import { parsePath } from '../shape/path.ts';
import type { NodeReader } from '../yaml/fields.ts';
import type { YamlNode } from '../yaml/node.ts';
import type { PathSpec } from './spec.ts';

/** Null means that a mistake was added. */
export function readPath(node: YamlNode, reader: NodeReader): PathSpec | null {
  const text = reader.text(node, 'A path');
  if (text === null) return null;
  const path = parsePath(text);
  if (typeof path !== 'string') return { path, place: node.place };
  reader.mistakes.add(node.place, { code: 'grammar', message: path });
  return null;
}
