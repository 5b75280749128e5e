import {
  Document,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** What a golden case is to expect from now on. */
export type Expectation = { output: unknown } | { errors: ExpectedErrorText[] };

export interface ExpectedErrorText {
  code: string;
  source?: string;
  target?: string;
}

export interface GoldenEdit {
  /** Position of the case in its file, from 0. */
  index: number;
  expected: Expectation;
}

interface Splice {
  from: number;
  to: number;
  text: string;
}

const LINE_WIDTH = 100;
const WIDTH_MIN = 40;

/** The text of a golden file with other expectations; every other byte of it stays. */
export function editGolden(path: string, text: string, edits: readonly GoldenEdit[]): string {
  if (edits.length === 0) return text;
  const document = parseDocument(text, { version: '1.2', schema: 'core' });
  const splices = edits.flatMap(({ index, expected }) => {
    const item = document.getIn(['cases', index], true);
    const pair = isMap(item) ? item.items.find(isExpectation) : undefined;
    if (pair === undefined) return [];
    return spliceOf(pair, expected, { text, json: path.endsWith('.json') });
  });
  return splices
    .toSorted((a, b) => b.from - a.from)
    .reduce(
      (edited, { from, to, text: piece }) => edited.slice(0, from) + piece + edited.slice(to),
      text,
    );
}

function isExpectation({ key }: Pair): boolean {
  return isScalar(key) && (key.value === 'output' || key.value === 'errors');
}

interface Written {
  text: string;
  json: boolean;
}

function spliceOf({ key, value }: Pair, expected: Expectation, { text, json }: Written): Splice[] {
  const [keyFrom, keyTo] = rangeOf(key);
  const [valueFrom, valueEnd] = rangeOf(value);
  // What a block ends with belongs to what follows it.
  const valueTo = valueFrom + text.slice(valueFrom, valueEnd).trimEnd().length;
  const word = 'output' in expected ? 'output' : 'errors';
  const wanted = 'output' in expected ? expected.output : expected.errors;
  const stays = isScalar(key) && key.value === word;
  const renamed = stays ? [] : [{ from: keyFrom, to: keyTo, text: json ? `"${word}"` : word }];
  const column = columnOf(text, valueFrom);
  const piece = json
    ? indented(JSON.stringify(wanted, null, 2), indentOf(text, valueFrom))
    : indented(rendered(value, wanted, { stays, column }), column);
  return [...renamed, { from: valueFrom, to: valueTo, text: piece }];
}

/** Node and value as YAML; what has not changed keeps its quotes, its order and its comments. */
function rendered(
  value: unknown,
  wanted: unknown,
  { stays, column }: { stays: boolean; column: number },
): string {
  const holder = new Document(null);
  const old = stays ? (value as Node) : null;
  const node = merged(holder, old, wanted);
  if (old === null && (isMap(node) || isSeq(node))) node.flow = true;
  // It stands before the value in the text, which stays.
  node.commentBefore = null;
  holder.contents = node as typeof holder.contents;
  return holder
    .toString({
      flowCollectionPadding: false,
      lineWidth: Math.max(WIDTH_MIN, LINE_WIDTH - column),
      singleQuote: true,
    })
    .trimEnd();
}

function merged(holder: Document, old: unknown, wanted: unknown): Node {
  if (isMap(old) && isPlainObject(wanted)) return mergedMap(holder, old, wanted);
  if (isSeq(old) && Array.isArray(wanted)) return mergedList(holder, old, wanted);
  if (!isScalar(old) || typeof old.value !== typeof wanted || wanted === null) {
    return isScalar(old) && old.value === wanted ? old : holder.createNode(wanted, { flow: true });
  }
  if (old.value === wanted) return old;
  old.value = wanted;
  delete old.source;
  return old;
}

function mergedMap(holder: Document, old: YAMLMap, wanted: Record<string, unknown>): Node {
  const gone = old.items.filter(({ key }) => !(keyText(key) in wanted));
  for (const { key } of gone) old.delete(key);
  for (const [key, inner] of Object.entries(wanted)) {
    old.set(key, merged(holder, old.get(key, true), inner));
  }
  return old;
}

function mergedList(holder: Document, old: YAMLSeq, wanted: readonly unknown[]): Node {
  old.items.length = Math.min(old.items.length, wanted.length);
  for (const [index, inner] of wanted.entries()) {
    old.items[index] = merged(holder, old.items[index], inner);
  }
  return old;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function rangeOf(node: unknown): [number, number] {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
  const [from = 0, to = 0] = Array.isArray(range) ? range.map(Number) : [];
  return [from, to];
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function indentOf(text: string, offset: number): number {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1);
  return line.length - line.trimStart().length;
}

function indented(text: string, column: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(column)}`);
}
