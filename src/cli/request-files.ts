import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { usage } from './flags.ts';

/** A request as it was written down: from a log, from `curl -v`, or as JSON. */
export interface WrittenRequest {
  headers: Record<string, string | string[]>;
  method: string | undefined;
  path: string | undefined;
}

const JsonHeadersSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const REQUEST_LINE = /^([A-Z]{3,7}) (\S+)(?: HTTP\/[\d.]+)?$/;
const HEADER = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*(.*)$/;

/** The exact bytes. */
export function readBytes(cwd: string, file: string, flag: string): Buffer {
  try {
    return readFileSync(isAbsolute(file) ? file : join(cwd, file));
  } catch (error) {
    throw usage(`--${flag} ${file} cannot be read: ${messageOf(error)}.`);
  }
}

/** Lines `Name: value`, as `curl -v` shows them too, or one JSON object. */
export function readHeaders(text: string, origin: string): WrittenRequest {
  if (text.trimStart().startsWith('{')) {
    return { headers: jsonHeaders(text, origin), method: undefined, path: undefined };
  }
  const headers: Record<string, string[]> = {};
  let [method, path]: (string | undefined)[] = [];
  for (const written of text.split(/\r?\n/)) {
    const line = written.replace(/^> ?/, '').trimEnd();
    if (line === '') continue;
    const request = REQUEST_LINE.exec(line);
    const [, name, value = ''] = HEADER.exec(line) ?? [];
    if (request !== null) [, method, path] = request;
    else if (name === undefined) {
      throw usage(
        `${origin} has a line that is no header: ${JSON.stringify(line.slice(0, 60))}.`,
        'Write one `Name: value` on each line, or one JSON object of names and values.',
      );
    } else (headers[name.toLowerCase()] ??= []).push(value);
  }
  return { headers: flat(headers), method, path };
}

function jsonHeaders(text: string, origin: string): Record<string, string | string[]> {
  try {
    return JsonHeadersSchema.parse(JSON.parse(text));
  } catch {
    throw usage(`${origin} is no JSON object of header names and their values.`);
  }
}

function flat(headers: Record<string, string[]>): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [
      name,
      values.length === 1 ? (values[0] ?? '') : values,
    ]),
  );
}
