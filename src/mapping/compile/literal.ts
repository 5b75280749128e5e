import { FAILED } from '../run/run.ts';
import type { Copy, Read } from './context.ts';

/** One key of an object that is written. */
export interface Written {
  key: string;
  read: Read;
  copy: Copy | null;
}

type Make = (
  reads: readonly Read[],
  failed: unknown,
  other: (values: unknown[]) => unknown,
) => Read;

/** Keys of one generated object; a longer one is written key by key. */
const KEYS_MAX = 64;

/**
 * Writes an object of known keys. An object that is written as a literal keeps one hidden class,
 * and a field that is read by its name is found at once: that makes mapping several times as fast
 * as going through keys that are data. For that the code has to be generated. Only numbered names
 * and JSON texts of keys enter it, and where generating code is forbidden
 * (`--disallow-code-generation-from-strings`) the slow way is taken.
 */
export function literalWriter(fields: readonly Written[]): Read {
  const keys = fields.map(({ key }) => key);
  const reads = fields.map(({ read }) => read);
  const other = (values: readonly unknown[]): Record<string, unknown> => {
    const written: Record<string, unknown> = {};
    for (let index = 0; index < keys.length; index += 1) {
      const value = values[index];
      if (value !== undefined && value !== FAILED) written[keys[index] as string] = value;
    }
    return written;
  };
  const make = fields.length > KEYS_MAX ? null : generate(fields);
  if (make !== null) return make(reads, FAILED, other);
  return (frame, run) => other(reads.map((read) => read(frame, run)));
}

function generate(fields: readonly Written[]): Make | null {
  const values = fields.map((_, index) => `value${index}`);
  const missing = values.map((value) => `${value} === undefined || ${value} === failed`);
  const written = fields.map(({ key }, index) => `[${JSON.stringify(key)}]: value${index}`);
  const body = [
    ...fields.map((_, index) => `const read${index} = reads[${index}];`),
    'return (frame, run) => {',
    'const here = frame.value;',
    ...fields.map(({ copy }, index) => codeOf(copy, index)),
    ...missing.map((test) => `if (${test}) return other([${values.join(', ')}]);`),
    `return {${written.join(', ')}};`,
    '};',
  ].join('\n');
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- nothing but keys as JSON texts enters
    return new Function('reads', 'failed', 'other', body) as Make;
  } catch {
    return null;
  }
}

/** What is usual is read in place; everything else is told apart by the rule's own reader. */
function codeOf(copy: Copy | null, index: number): string {
  if (copy === null) return `const value${index} = read${index}(frame, run);`;
  const steps = copy.keys.map((key) => `?.[${JSON.stringify(key)}]`);
  const strange = STRANGE[copy.kind](`value${index}`);
  return [
    `let value${index} = here${steps.join('')};`,
    `if (${strange}) value${index} = read${index}(frame, run);`,
  ].join('\n');
}

const STRANGE: Readonly<Record<Copy['kind'], (name: string) => string>> = {
  text: (name) => `typeof ${name} !== 'string'`,
  'filled text': (name) => `typeof ${name} !== 'string' || ${name} === ''`,
  number: (name) => `typeof ${name} !== 'number'`,
  boolean: (name) => `typeof ${name} !== 'boolean'`,
};
