import { FAILED } from '../run/run.ts';
import type { Read } from './context.ts';

type Make = (
  reads: readonly Read[],
  failed: unknown,
  other: (values: unknown[]) => unknown,
) => Read;

/** Keys of one generated object; a longer one is written key by key. */
const KEYS_MAX = 64;

/**
 * Writes an object of known keys. An object that is written as a literal keeps one hidden class,
 * which makes mapping twice as fast as writing key by key; a literal of keys that are data has to
 * be generated. Only numbered names and JSON texts of keys enter the code, and where generating
 * code is forbidden (`--disallow-code-generation-from-strings`) the slow way is taken.
 */
export function literalWriter(keys: readonly string[], reads: readonly Read[]): Read {
  const other = (values: readonly unknown[]): Record<string, unknown> => {
    const written: Record<string, unknown> = {};
    for (let index = 0; index < keys.length; index += 1) {
      const value = values[index];
      if (value !== undefined && value !== FAILED) written[keys[index] as string] = value;
    }
    return written;
  };
  const make = keys.length > KEYS_MAX ? null : generate(keys);
  if (make !== null) return make(reads, FAILED, other);
  return (frame, run) => other(reads.map((read) => read(frame, run)));
}

function generate(keys: readonly string[]): Make | null {
  const values = keys.map((_, index) => `value${index}`);
  const missing = values.map((value) => `${value} === undefined || ${value} === failed`);
  const body = [
    ...keys.map((_, index) => `const read${index} = reads[${index}];`),
    'return (frame, run) => {',
    ...values.map((value, index) => `const ${value} = read${index}(frame, run);`),
    ...missing.map((test) => `if (${test}) return other([${values.join(', ')}]);`),
    `return {${keys.map((key, index) => `[${JSON.stringify(key)}]: ${values[index]}`).join(', ')}};`,
    '};',
  ].join('\n');
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- nothing but keys as JSON texts enters
    return new Function('reads', 'failed', 'other', body) as Make;
  } catch {
    return null;
  }
}
