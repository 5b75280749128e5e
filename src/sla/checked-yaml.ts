import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { AppError, messageOf } from '../errors.ts';

const FILE_CHARS_MAX = 256 * 1024;

interface YamlFile<Schema extends z.ZodType> {
  file: string;
  /** What the file is to people, such as `calendar`. */
  what: string;
  schema: Schema;
}

interface Finding {
  /** Characters from the beginning of the file. */
  offset: number;
  text: string;
}

/** Reads a YAML file that a person wrote; one error names every mistake by file, line and column. */
export function readCheckedYaml<Schema extends z.ZodType>(
  request: YamlFile<Schema>,
): z.output<Schema> {
  const { file, what, schema } = request;
  const text = readText(file, what);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = [...document.errors, ...document.warnings];
  const refuse = (findings: Finding[]): AppError => {
    const places = findings.map(({ offset, text: finding }) => {
      const { line, col } = lines.linePos(offset);
      return `  ${file}:${line}:${col}: ${finding}`;
    });
    return new AppError('config', `The ${what} is not valid:\n${places.join('\n')}`);
  };
  if (broken.length > 0) {
    throw refuse(broken.map(({ pos, message }) => ({ offset: pos[0], text: message })));
  }
  const parsed = schema.safeParse(toValue(document, refuse));
  if (parsed.success) return parsed.data;
  throw refuse(parsed.error.issues.flatMap((issue) => findingsOf(document, issue)));
}

function readText(file: string, what: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `The ${what} ${file} cannot be read: ${messageOf(cause)}. Check its path.`;
    throw new AppError('config', message, { cause });
  }
  if (text.length <= FILE_CHARS_MAX) return text;
  throw new AppError(
    'config',
    `The ${what} ${file} has ${text.length} characters; make it ${FILE_CHARS_MAX} at most.`,
  );
}

/** Throws what `refuse` makes of it when the file's aliases multiply without measure. */
function toValue(document: Document.Parsed, refuse: (findings: Finding[]) => AppError): unknown {
  try {
    return document.toJS();
  } catch (caught) {
    throw refuse([{ offset: 0, text: `${messageOf(caught)}: write the values out` }]);
  }
}

function findingsOf(document: Document.Parsed, issue: z.core.$ZodIssue): Finding[] {
  if (issue.code !== 'unrecognized_keys') {
    const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    return [{ offset: offsetOf(document, issue.path), text: where + issue.message }];
  }
  return issue.keys.map((key) => ({
    offset: offsetOfKey(document, issue.path, key),
    text: `${[...issue.path, key].join('.')} is not known here: remove it, or mend its name`,
  }));
}

/** Where a value begins, or the nearest thing around it that the file has. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  const [start] = rangeOf(document.getIn(path, true));
  if (start !== undefined) return start;
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1));
}

function offsetOfKey(document: Document.Parsed, path: readonly PropertyKey[], key: string): number {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(map)
    ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined;
  return rangeOf(pair?.key)[0] ?? offsetOf(document, path);
}

function rangeOf(node: unknown): readonly number[] {
  const ranged = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
  return Array.isArray(ranged) ? ranged.map(Number) : [];
}
