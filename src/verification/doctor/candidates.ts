import type { RequestHeaders } from '../verdict.ts';

/** Bytes somewhere in the headers that have the length of a signature. */
export interface Candidate {
  header: string;
  /** What stands before it in its header, such as `sha256=` or `v1,`. */
  prefix: string;
  encoding: 'hex' | 'base64' | 'base64url';
  bytes: Buffer;
}

const LENGTHS = new Set([20, 32, 64]);
const VALUE_CHARS_MAX = 4096;
const CANDIDATES_MAX = 20;

const HEX = /^(?:[0-9a-f]{2})+$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const BASE64URL = /^[A-Za-z0-9_-]+={0,2}$/;

/** Reads signatures leniently, wherever they stand and however they are written. */
export function candidatesIn(headers: RequestHeaders): Candidate[] {
  const found: Candidate[] = [];
  for (const [header, given] of Object.entries(headers)) {
    const value = (Array.isArray(given) ? given.join(', ') : (given ?? '')).slice(
      0,
      VALUE_CHARS_MAX,
    );
    for (const token of value.split(/[\s;]+/)) {
      for (const { prefix, text } of splitsOf(token)) {
        found.push(...decodedAs(header, prefix, text));
      }
    }
  }
  return found.slice(0, CANDIDATES_MAX);
}

/** `a=x,b=y` and `v1,x` by their parts; a whole token too, for it may end in `=`. */
function splitsOf(token: string): { prefix: string; text: string }[] {
  const splits = [{ prefix: '', text: token }];
  for (const part of token.split(',')) {
    const [, prefix = '', text = ''] = /^([A-Za-z0-9_.-]{1,16}[=:])?(.*)$/.exec(part) ?? [];
    splits.push({ prefix, text });
  }
  const unique = new Map(splits.map((split) => [split.text, split]));
  return [...unique.values()].filter(({ text }) => text !== '');
}

function decodedAs(header: string, prefix: string, text: string): Candidate[] {
  const encoding = HEX.test(text)
    ? 'hex'
    : BASE64.test(text)
      ? 'base64'
      : BASE64URL.test(text)
        ? 'base64url'
        : null;
  if (encoding === null) return [];
  const bytes = Buffer.from(text, encoding);
  return LENGTHS.has(bytes.length) ? [{ header, prefix, encoding, bytes }] : [];
}
