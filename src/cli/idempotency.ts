import { randomUUID } from 'node:crypto';
import type { FlagSpecs } from './command.ts';
import { usage, type ParsedFlags } from './flags.ts';

export const KEY_FLAGS: FlagSpecs = {
  'idempotency-key': {
    value: 'KEY',
    about: 'of a call that got no answer, to send it again and have it done once',
  },
};

/** The key of a call: the one that is given, else a new one. */
export function idempotencyKeyOf(flags: ParsedFlags): string {
  const given = flags.text('idempotency-key');
  if (given === undefined) return randomUUID();
  if (/^[\x21-\x7e]{1,255}$/.test(given)) return given;
  throw usage('--idempotency-key takes 1 to 255 visible ASCII characters.');
}
