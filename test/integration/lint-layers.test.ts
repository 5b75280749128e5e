import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const fixtures = join(root, 'test/fixtures/lint');
const MARK = /^\s*\/\/ breaks (?<code>[^:]+): (?<message>.+)$/;

interface Finding {
  file: string;
  line: number;
  code: string;
  message: string;
}

interface Report {
  diagnostics: {
    filename: string;
    code: string;
    message: string;
    help: string | null;
    labels: { span: { line: number } }[];
  }[];
}

/**
 * The fixtures are a small project of their own, every file with `.txt` after its name; the line
 * after a `// breaks rule: words of the message` is one that the linter must refuse.
 */
describe('the linter', () => {
  let project = '';
  let found: Finding[] = [];

  beforeAll(async () => {
    project = realpathSync(mkdtempSync(join(tmpdir(), 'crossdock-lint-')));
    for (const name of ['.oxlintrc.json', 'tsconfig.json', 'tools/lint']) {
      cpSync(join(root, name), join(project, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
    for (const path of fixtureFiles()) {
      const target = join(project, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, readFileSync(join(fixtures, `${path}.txt`)));
    }
    writeFileSync(join(project, 'src/books/long-file.ts'), longFile(301));
    writeFileSync(join(project, 'src/books/schema.ts'), longFile(400));
    writeFileSync(join(project, 'src/books/long-function.ts'), longFunction(71));
    writeFileSync(join(project, 'src/books/allowed.ts'), longFunction(70));
    found = await lint(project);
  }, 60_000);

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('refuses every marked line, for its reason', () => {
    const missed = marked().filter(
      (mark) => !found.some((finding) => isSame(finding, mark) && says(finding, mark.message)),
    );
    expect(missed).toEqual([]);
  });

  it('refuses nothing else', () => {
    const marks = marked();
    const surplus = found.filter(
      (finding) => !finding.file.includes('/long-') && !marks.some((mark) => isSame(finding, mark)),
    );
    expect(surplus).toEqual([]);
  });

  it('holds files to 300 lines and functions to 70, schemas apart', () => {
    const long = found.filter((finding) => finding.file.includes('/long-'));
    expect(long.map(({ file, code }) => `${file} ${code}`).toSorted()).toEqual([
      'src/books/long-file.ts eslint(max-lines)',
      'src/books/long-function.ts eslint(max-lines-per-function)',
    ]);
  });

  it('has a fixture that breaks the rule of each room', async () => {
    const rooms = (await roomPaths()).toSorted((a, b) => b.length - a.length);
    const broken = new Set(
      marked()
        .filter((mark) => mark.code === 'crossdock(layers)')
        .map((mark) => rooms.find((room) => `${mark.file}/`.startsWith(`${room}/`))),
    );
    expect(rooms.filter((room) => !broken.has(room))).toEqual([]);
  });
});

async function roomPaths(): Promise<string[]> {
  const table = new URL('../../tools/lint/rooms.mjs', import.meta.url).href;
  const { ROOMS } = (await import(table)) as { ROOMS: Record<string, unknown> };
  return Object.keys(ROOMS);
}

function fixtureFiles(): string[] {
  return readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.txt'))
    .map((path) => path.slice(0, -'.txt'.length));
}

function marked(): Finding[] {
  return fixtureFiles().flatMap((file) => {
    const lines = readFileSync(join(fixtures, `${file}.txt`), 'utf8').split('\n');
    return lines.flatMap((line, index) => {
      const { code, message } = MARK.exec(line)?.groups ?? {};
      if (code === undefined || message === undefined) return [];
      return [{ file, line: index + 2, code, message }];
    });
  });
}

function isSame(finding: Finding, mark: Finding): boolean {
  return finding.file === mark.file && finding.line === mark.line && finding.code === mark.code;
}

function says(finding: Finding, words: string): boolean {
  return finding.message.toLowerCase().includes(words.toLowerCase());
}

function lint(folder: string): Promise<Finding[]> {
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
  const args = [oxlint, '--type-aware', '--deny-warnings', '--format', 'json'];
  return new Promise((resolve, reject) => {
    const settle = (_error: unknown, stdout: string, stderr: string): void => {
      try {
        resolve(findingsOf(JSON.parse(stdout) as Report));
      } catch (cause) {
        reject(new Error(`oxlint did not report: ${stdout}${stderr}`, { cause }));
      }
    };
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, settle);
  });
}

function findingsOf({ diagnostics }: Report): Finding[] {
  return diagnostics.map(({ filename, code, message, help, labels }) => ({
    file: filename,
    line: labels[0]?.span.line ?? 0,
    code,
    message: `${message} ${help ?? ''}`,
  }));
}

function longFile(lines: number): string {
  return Array.from({ length: lines }, (_, n) => `export const value${n} = ${n};\n`).join('');
}

function longFunction(lines: number): string {
  const body = Array.from({ length: lines - 4 }, (_, n) => `  sum += ${n};\n`).join('');
  return `export function sum(): number {\n  let sum = 0;\n${body}  return sum;\n}\n`;
}
