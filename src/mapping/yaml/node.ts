/** A file of a bundle; `path` is relative to the mappings directory, with `/`. */
export interface SourceText {
  path: string;
  text: string;
}

/** A file that can say where an offset is. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  position(offset: number): { line: number; col: number };
  lineAt(line: number): string;
}

/** Where something is written: offsets into its file, and the JSON pointer that leads there. */
export interface Place {
  file: SourceFile;
  from: number;
  to: number;
  pointer: string;
}

export interface ScalarNode {
  kind: 'scalar';
  value: string | number | boolean | null;
  /** Written without quotes. */
  plain: boolean;
  /** As written, without quotes. */
  written: string;
  place: Place;
}

export interface MapEntry {
  key: string;
  keyPlace: Place;
  value: YamlNode;
}

export interface MapNode {
  kind: 'map';
  entries: MapEntry[];
  /** An entry of it could not be read, which is said already. */
  broken: boolean;
  place: Place;
}

export interface ListNode {
  kind: 'list';
  items: YamlNode[];
  place: Place;
}

export type YamlNode = ScalarNode | MapNode | ListNode;

/** The plain value of a node. Keys are own properties, `__proto__` too. */
export function plainOf(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainOf);
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainOf(value)]));
  }
}

export function createSourceFile({ path, text }: SourceText): SourceFile {
  const lines = text.split('\n');
  const starts: number[] = [];
  let offset = 0;
  for (const line of lines) {
    starts.push(offset);
    offset += line.length + 1;
  }
  return {
    path,
    text,
    position(at) {
      const after = starts.findIndex((start) => start > at);
      const line = after === -1 ? starts.length : after;
      return { line, col: at - (starts[line - 1] ?? 0) + 1 };
    },
    lineAt: (line) => (lines[line - 1] ?? '').replace(/\r$/, ''),
  };
}
