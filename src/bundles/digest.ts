import { createHash } from 'node:crypto';
import { hashOf } from '../mapping/hash.ts';
import type { SourceText } from '../mapping/yaml/node.ts';

/** Of paths and texts to the letter, comments included, in whatever order the files come. */
export function digestOf(files: readonly SourceText[]): string {
  return hashOf(files.map(({ path, text }) => [path, text]));
}

export function textHashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A hash as people read it. */
export function shortOf(hash: string): string {
  return hash.slice(0, 12);
}
