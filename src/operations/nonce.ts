import { createHash, randomUUID } from 'node:crypto';

/** The same key gives the same event id, so a repeat that reaches the order changes nothing. */
export function nonceOf(idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return randomUUID();
  return createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32);
}
