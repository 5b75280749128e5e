import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shippedFiles } from './mapping-stage.ts';

const PAGE = fileURLToPath(new URL('../../docs/mappings.md', import.meta.url));

/** A fenced block of docs/mappings.md: its language, the words after it, and what it holds. */
export interface DocBlock {
  language: string;
  words: string[];
  text: string;
  line: number;
}

export function docBlocks(): DocBlock[] {
  const page = readFileSync(PAGE, 'utf8');
  return [...page.matchAll(/^```(\w*)(.*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, language = '', words = '', text = ''] = match;
    const line = page.slice(0, match.index).split('\n').length;
    return { language, words: words.split(' ').filter(Boolean), text, line };
  });
}

type Files = Record<string, string>;

/** Files that blocks name by their path below `folder/`; of one that stands twice the last. */
export function docFiles(folder: string): Files {
  const named = docBlocks().flatMap(({ words: [path = '', second], text }) =>
    second === undefined && path.startsWith(`${folder}/`)
      ? [[path.slice(folder.length + 1), text]]
      : [],
  );
  return Object.fromEntries(named) as Files;
}

/** The shipped mappings with these beside them or in their place. */
export function withShipped(files: Files): { path: string; text: string }[] {
  const all: Files = Object.fromEntries(shippedFiles().map(({ path, text }) => [path, text]));
  return textsOf({ ...all, ...files });
}

export function textsOf(files: Files): { path: string; text: string }[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

/** A directory with a `mappings/` folder of these files, and others beside it. */
export function directoryOf(files: readonly { path: string; text: string }[]): string {
  const cwd = mkdtempSync(join(tmpdir(), 'docs-'));
  for (const { path, text } of files) {
    const file = join(cwd, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return cwd;
}
