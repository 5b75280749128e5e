import type { z } from 'zod';
import type { Mapping, MapResult } from '../../mapping/compile/mapping.ts';
import type { MapError } from '../../mapping/run/run.ts';
import type { OUR_SCHEMAS, OurName } from '../../vocabulary/registry.ts';
import { unreadable, type Attempt } from '../attempt.ts';

/** What connectors need of a bundle. */
export interface Maps {
  /** Maps an input that has passed the source schema. */
  map(name: string, input: unknown): MapResult;
  /** Throws for a name that the bundle does not have. */
  mapping(name: string): Pick<Mapping, 'source' | 'from' | 'to' | 'spec'>;
}

/** Our words by the name of their schema. */
export type OurWords = { [Name in OurName]: z.output<(typeof OUR_SCHEMAS)[Name]> };

/** `cause` is the code of a mapping error. */
export type Read<T> = { ok: true; value: T } | { ok: false; error: string; cause?: string };

interface ReadAs<Name extends OurName> {
  mapping: string | null;
  to: Name;
}

/** An answer in our words, or which field of it says what nobody can read. */
export function readAs<Name extends OurName>(
  maps: Maps,
  { mapping, to }: ReadAs<Name>,
  body: unknown,
): Read<OurWords[Name]> {
  if (mapping === null) return { ok: false, error: `read: its call names no mapping to ${to}` };
  if (maps.mapping(mapping).to !== to) {
    return { ok: false, error: `read: ${mapping} gives ${maps.mapping(mapping).to}, not ${to}` };
  }
  const read = translate(maps, mapping, body);
  // The loader has checked the mapping against this schema, and what it gives passes its target.
  return read.ok ? { ok: true, value: read.value as OurWords[Name] } : read;
}

/** Checks a value against the mapping's source schema and maps it. */
export function translate(maps: Maps, mapping: string, input: unknown): Read<unknown> {
  const { source, from } = maps.mapping(mapping);
  const parsed = source.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = pathOf(issue?.path ?? []);
    return { ok: false, error: `${from}: ${at}${issue?.message ?? 'not as agreed'}` };
  }
  const result = maps.map(mapping, parsed.data);
  if (result.ok) return { ok: true, value: result.output };
  return { ok: false, error: describe(result.errors), cause: result.errors[0]?.code ?? 'MAP_TYPE' };
}

/** A 2xx that cannot be read: what it did is done, and another attempt reads the same. */
export function unreadAttempt(
  { error, cause }: Extract<Read<unknown>, { ok: false }>,
  status: number,
): Attempt {
  return cause === undefined
    ? unreadable(status, error)
    : { kind: 'refused', status, error, cause };
}

/** Errors told in one message; an order of a thousand lines may have a thousand. */
const ERRORS_TOLD_MAX = 3;

function describe(errors: readonly MapError[]): string {
  const told = errors.slice(0, ERRORS_TOLD_MAX).map((error) => {
    const { code, mapping, version, source, target, rule, message } = error;
    const way = source === null ? target : `${source} -> ${target}`;
    return `${code} ${mapping}@${version} ${way} (${rule}): ${message}`;
  });
  const more = errors.length - told.length;
  return [
    ...told,
    ...(more > 0 ? [`And ${more} more.`] : []),
    'Mend the mapping, activate it, and remap the order to that bundle.',
  ].join(' ');
}

/** `lines[0].sku: `, or nothing for the whole. */
function pathOf(path: readonly PropertyKey[]): string {
  const text = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  return text === '' ? '' : `${text}: `;
}
