import { nearest } from '../mapping/shape/nearest.ts';
import type { NodeReader } from '../mapping/yaml/fields.ts';
import type { Place, YamlNode } from '../mapping/yaml/node.ts';
import { PROFILE_OF_KIND, type Profile } from '../verification/profile.ts';
import { PROFILES } from '../verification/profiles.ts';
import { refuse } from './read-parts.ts';

/** The name of a shipped profile, or a profile of its own; null means that a mistake was added. */
export function readProfile(node: YamlNode, reader: NodeReader): Profile | null {
  if (node.kind === 'scalar') {
    const name = reader.text(node, 'profile');
    const known = name === null ? undefined : PROFILES.get(name);
    if (known !== undefined || name === null) return known ?? null;
    const names = [...PROFILES.keys()];
    const message = `There is no profile ${name}; there are ${names.join(', ')}.`;
    const suggestion = nearest(name, names);
    reader.mistakes.add(node.place, { code: 'unknown-name', message, suggestion });
    return null;
  }
  const kindNode = node.kind === 'map' ? entryOf(node, 'kind') : undefined;
  if (kindNode === undefined) {
    return refuse(reader, node.place, `profile needs a kind: ${KINDS.join(', ')}.`);
  }
  const kind = reader.oneOf(kindNode, KINDS, 'kind');
  if (kind === null) return null;
  const parsed = PROFILE_OF_KIND[kind].safeParse(camelCased(node));
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    const where = path.map((step) => snakeCased(String(step)));
    const said = snakeCased(message);
    const at = where.length === 0 ? '' : `${where.join('.')}: `;
    refuse(reader, placeOf(node, where), `profile, ${at}${said}.`);
  }
  return null;
}

const KINDS = ['hmac', 'ed25519', 'basic', 'bearer'] as const;

function entryOf(node: YamlNode, key: string): YamlNode | undefined {
  return node.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.value : undefined;
}

/** The deepest part of a path that is written; what is missing is missing there. */
function placeOf(node: YamlNode, path: readonly string[]): Place {
  const [key, ...rest] = path;
  const inner = key === undefined ? undefined : entryOf(node, key);
  return inner === undefined ? node.place : placeOf(inner, rest);
}

function snakeCased(text: string): string {
  return text.replaceAll(/([a-z])([A-Z])/g, (_, low: string, high: string) => {
    return `${low}_${high.toLowerCase()}`;
  });
}

const HEADERS: ReadonlySet<string> = new Set(['header', 'echo']);

/** Keys of files are in snake_case, those of the program are not. */
function camelCased(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(camelCased);
    case 'map':
      return Object.fromEntries(
        node.entries.map(({ key, value }) => [
          key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
          // Headers are compared in lower case, however they are written.
          HEADERS.has(key) && value.kind === 'scalar' && typeof value.value === 'string'
            ? value.value.toLowerCase()
            : camelCased(value),
        ]),
      );
  }
}
