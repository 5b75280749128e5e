import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Where a problem is not written out beside its key, and which ones it can be there. */
const COMPUTED: Record<string, readonly string[]> = {
  // AppError carries it from where it was thrown.
  'src/http/errors.ts: error.problem': [],
  // One of the causes of quarantine whose answer is a 400.
  'src/ingest/refusals.ts: cause': ['not-json', 'too-deep'],
};

interface Source {
  file: string;
  text: string;
}

function sources(): Source[] {
  return (
    readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `src/${name}`)
      // What goes wrong there is told in the terminal.
      .filter((file) => !file.startsWith('src/supervisor/') && !file.startsWith('src/cli/'))
      .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
  );
}

/** `problem: 'a'` and `problem: test ? 'a' : 'b'`. */
function written({ file, text }: Source): string[] {
  return [...text.matchAll(/\bproblem: ([^,}\n]+)/g)].flatMap((match) => {
    const value = (match[1] ?? '').trim();
    if (/^(string|ProblemInput)\b/.test(value)) return [];
    const literals = [...value.matchAll(/'([a-z0-9-]+)'/g)].map((literal) => literal[1] ?? '');
    if (literals.length > 0) return literals;
    const computed = COMPUTED[`${file}: ${value}`];
    if (computed === undefined) throw new Error(`${file} has a problem that is ${value}`);
    return [...computed];
  });
}

/** `refuse('a', …)` where `refuse` is one of ours that takes the problem first. */
function passed(all: Source[]): string[] {
  const text = all.map((source) => source.text).join('\n');
  const takers = [...text.matchAll(/function (\w+)\(\s*problem: string/g)].map((match) => match[1]);
  return takers.flatMap((name) =>
    [...text.matchAll(new RegExp(`\\b${name}\\(\\s*'([a-z0-9-]+)'`, 'g'))].map(
      (match) => match[1] ?? '',
    ),
  );
}

/** The code of each `new AppError('code', …)` that names no problem: the code is its problem. */
function byCode({ file, text }: Source): string[] {
  return [...text.matchAll(/new AppError\(/g)].flatMap((match) => {
    const call = argumentsAt(text, match.index + match[0].length);
    if (/\bproblem\b/.test(call)) return [];
    const code = /^\s*'([a-z-]+)'/.exec(call)?.[1];
    if (code === undefined)
      throw new Error(`${file} has an AppError whose code is not written out`);
    return [code];
  });
}

/** The text up to the bracket that closes the one just opened. */
function argumentsAt(text: string, start: number): string {
  let depth = 1;
  let at = start;
  for (; at < text.length && depth > 0; at += 1) {
    const char = text[at] ?? '';
    if (char === "'" || char === '`') at = text.indexOf(char, at + 1);
    else if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
  }
  return text.slice(start, at - 1);
}

function answered(): Set<string> {
  const all = sources();
  const found = new Set([...all.flatMap(written), ...passed(all), ...all.flatMap(byCode)]);
  // A wrong configuration ends the process before it answers anybody.
  found.delete('config');
  return found;
}

function documented(): string[] {
  const page = readFileSync('docs/errors.md', 'utf8');
  return [...page.matchAll(/^\| `([a-z0-9-]+)` +\|/gm)].map((match) => match[1] ?? '');
}

test('docs/errors.md names every problem that there is, and none that there is not', () => {
  expect([...answered()].sort()).toEqual(documented().toSorted());
});

test('docs/errors.md names each problem once', () => {
  expect(new Set(documented()).size).toBe(documented().length);
});
