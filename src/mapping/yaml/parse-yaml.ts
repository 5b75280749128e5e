import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument, type Document } from 'yaml';
import type { Mistakes } from './mistake.ts';
import type {
  ListNode,
  MapEntry,
  MapNode,
  Place,
  ScalarNode,
  SourceFile,
  YamlNode,
} from './node.ts';

const FILE_CHARS_MAX = 1024 * 1024;
const DEPTH_MAX = 32;

/** Words that YAML 1.1 reads as booleans and people still do. */
const CANONICAL: ReadonlySet<string> = new Set(['true', 'false', 'null']);

interface Reading {
  file: SourceFile;
  mistakes: Mistakes;
  depth: number;
}

/**
 * Reads a file as YAML 1.2 (core schema). Refuses what surprises people: anchors, aliases, tags,
 * doubled keys, keys that are not text, and unquoted values that do not mean what they look like
 * (`00123`, `1e5`, `~`). Null when the file cannot be used.
 */
export function parseYaml(file: SourceFile, mistakes: Mistakes): YamlNode | null {
  const whole: Place = { file, from: 0, to: 1, pointer: '' };
  if (file.text.length > FILE_CHARS_MAX) {
    const message = `The file has ${file.text.length} characters; ${FILE_CHARS_MAX} are the most.`;
    mistakes.add(whole, { code: 'yaml', message });
    return null;
  }
  const document: Document.Parsed = parseDocument(file.text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
    merge: false,
    prettyErrors: false,
  });
  const found = [...document.errors, ...document.warnings];
  // A file that is no YAML is wrong in one place: what follows from it only hides that place.
  const fatal = found.find(({ code }) => code !== 'DUPLICATE_KEY');
  const broken = fatal === undefined ? found : [fatal];
  for (const { pos, message } of broken) {
    mistakes.add({ ...whole, from: pos[0], to: pos[1] }, { code: 'yaml', message });
  }
  if (fatal !== undefined) return null;
  if (document.contents === null) {
    mistakes.add(whole, { code: 'yaml', message: 'The file is empty.' });
    return null;
  }
  return nodeOf(document.contents, '', { file, mistakes, depth: 0 });
}

function placeOf(node: unknown, pointer: string, { file }: Reading): Place {
  const range =
    typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  const [from, to] = Array.isArray(range) ? range.map(Number) : [];
  return { file, from: from ?? 0, to: to ?? (from ?? 0) + 1, pointer };
}

function nodeOf(node: unknown, pointer: string, reading: Reading): YamlNode | null {
  const place = placeOf(node, pointer, reading);
  const refuse = (message: string): null => {
    reading.mistakes.add(place, { code: 'yaml', message });
    return null;
  };
  if (reading.depth > DEPTH_MAX) return refuse(`Nested deeper than ${DEPTH_MAX}.`);
  if (isAlias(node)) return refuse('Aliases (*name) are not used here: write the value out.');
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return refuse('A value is missing.');
  if (node.anchor !== undefined) refuse('Anchors (&name) are not used here: take it out.');
  if (node.tag !== undefined && /^!|^tag:/.test(node.tag) && isTagged(place)) {
    refuse('Tags (!name) are not used here: take it out.');
  }
  const deeper = { ...reading, depth: reading.depth + 1 };
  if (isScalar(node)) return scalarOf(node, place, reading);
  if (isSeq(node)) return listOf(node.items, place, deeper);
  return mapOf(node.items, place, deeper);
}

function isTagged({ file, from }: Place): boolean {
  return (
    file.text
      .slice(0, from)
      .trimEnd()
      .match(/(?:^|[\s[{,:-])![^\s]*$/) !== null
  );
}

/** What is ambiguous counts as the text that it looks like, so that the rest can be judged too. */
function scalarOf(
  node: { value: unknown; source?: string; type?: string },
  place: Place,
  { mistakes }: Reading,
): ScalarNode {
  const plain = node.type === 'PLAIN';
  const written = node.source ?? '';
  const { value } = node;
  if (typeof value === 'string') return { kind: 'scalar', value, plain, written, place };
  if (isPlainScalar(value) && (CANONICAL.has(written) || String(value) === written)) {
    return { kind: 'scalar', value, plain, written, place };
  }
  const message =
    written === ''
      ? `A value is missing: write null for no value, '' for an empty text.`
      : `Unquoted ${written} would be read as ${String(value)}: quote it ('${written}') if it is a text, or write ${String(value)}.`;
  mistakes.add(place, { code: 'ambiguous-text', message });
  return { kind: 'scalar', value: written, plain: false, written, place };
}

function isPlainScalar(value: unknown): value is number | boolean | null {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'boolean' || value === null;
}

function listOf(items: readonly unknown[], place: Place, reading: Reading): ListNode {
  const read = items.map((item, index) => nodeOf(item, `${place.pointer}/${index}`, reading));
  return { kind: 'list', items: read.filter((item) => item !== null), place };
}

function mapOf(items: readonly unknown[], place: Place, reading: Reading): MapNode {
  const entries = items.map((pair) => entryOf(pair, place, reading));
  const whole = entries.filter((entry) => entry !== null);
  return { kind: 'map', entries: whole, broken: whole.length < entries.length, place };
}

function entryOf(pair: unknown, around: Place, reading: Reading): MapEntry | null {
  if (!isPair(pair)) return null;
  const written = isScalar(pair.key) ? (pair.key.source ?? '') : '';
  const pointer = `${around.pointer}/${escapePointer(written)}`;
  const keyPlace = placeOf(pair.key, pointer, reading);
  if (!isText(pair.key)) refuseKey(written, keyPlace, reading);
  const value = isBare(pair.value)
    ? missing(keyPlace, written, reading)
    : nodeOf(pair.value, pointer, reading);
  const key = isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : written;
  return value === null ? null : { key, keyPlace, value };
}

/** Nothing stands after the key. */
function isBare(value: unknown): boolean {
  return value === null || (isScalar(value) && value.range?.[0] === value.range?.[1]);
}

function refuseKey(written: string, place: Place, { mistakes }: Reading): void {
  const message =
    written === ''
      ? 'A key is a text.'
      : `Unquoted ${written} is not a text: quote the key ('${written}').`;
  mistakes.add(place, { code: 'ambiguous-text', message });
}

/** `null:` is a key of rules; no other unquoted key may be read as something else than a text. */
function isText(key: unknown): boolean {
  if (!isScalar(key)) return false;
  return typeof key.value === 'string' || (key.value === null && key.source === 'null');
}

function missing(place: Place, key: string, { mistakes }: Reading): null {
  const message = `${key} has no value: write null for no value, '' for an empty text.`;
  mistakes.add(place, { code: 'yaml', message });
  return null;
}

export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
