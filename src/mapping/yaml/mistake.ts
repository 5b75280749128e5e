import type { Place } from './node.ts';

/** Stable groups of what can be wrong with a file of a bundle. */
export type MistakeCode =
  | 'yaml'
  | 'grammar'
  | 'ambiguous-text'
  | 'unknown-key'
  | 'unknown-name'
  | 'unknown-path'
  | 'depth'
  | 'type'
  | 'required'
  | 'two-writers'
  | 'table'
  | 'duplicate'
  | 'function';

/** One thing that is wrong with a file, where it is, and what was most likely meant. */
export interface Mistake {
  code: MistakeCode;
  file: string;
  /** 1-based. */
  line: number;
  /** 1-based. */
  col: number;
  /** JSON pointer into the file. */
  pointer: string;
  message: string;
  /** The nearest name or path that exists. */
  suggestion: string | null;
  /** The line as it is written, and how many of its characters are meant. */
  excerpt: string;
  length: number;
}

/** Collects what is wrong, so that a person sees all of it at once. */
export interface Mistakes {
  add(
    place: Place,
    mistake: { code: MistakeCode; message: string; suggestion?: string | undefined },
  ): void;
  /** In the order of files and lines, each once. */
  list(): Mistake[];
}

export function createMistakes(): Mistakes {
  const found = new Map<string, Mistake>();
  return {
    add(place, { code, message, suggestion }) {
      const mistake = locate(place, { code, message, suggestion: suggestion ?? null });
      found.set(`${mistake.file}:${mistake.line}:${mistake.col}:${message}`, mistake);
    },
    list: () =>
      [...found.values()].toSorted(
        (a, b) => compareText(a.file, b.file) || a.line - b.line || a.col - b.col,
      ),
  };
}

function locate(place: Place, said: Pick<Mistake, 'code' | 'message' | 'suggestion'>): Mistake {
  const { file, from, to, pointer } = place;
  const { line, col } = file.position(from);
  const excerpt = file.lineAt(line);
  const length = Math.max(1, Math.min(to - from, excerpt.length - col + 1));
  return { ...said, file: file.path, line, col, pointer, excerpt, length };
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A mistake as a person reads it in a terminal: place, the line with a mark under it, advice. */
export function describeMistake(mistake: Mistake): string {
  const { file, line, col, code, message, suggestion, excerpt, length, pointer } = mistake;
  const gutter = ' '.repeat(String(line).length);
  return [
    `${file}:${line}:${col} ${code}${pointer === '' ? '' : ` at ${pointer}`}`,
    `  ${line} | ${excerpt}`,
    `  ${gutter} | ${' '.repeat(col - 1)}${'^'.repeat(length)}`,
    `  ${message}${suggestion === null ? '' : ` Did you mean ${suggestion}?`}`,
  ].join('\n');
}
