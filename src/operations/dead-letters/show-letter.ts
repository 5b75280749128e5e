import type { DeadLetterDetail } from '../../books/read-dead-letters.ts';
import { callOf, type Call } from './describe-call.ts';
import { findLetter } from './find-letter.ts';
import type { LetterDeps } from './replay-letter.ts';

export interface ShownLetter {
  letter: DeadLetterDetail;
  /** What was sent or received; null for a command of an unknown kind. */
  call: (Call & { body: string | null }) | null;
}

/** A dead letter with what was sent, as far as it is kept. */
export async function showLetter(
  id: string,
  { letters, events }: Pick<LetterDeps, 'letters' | 'events'>,
): Promise<ShownLetter> {
  const letter = findLetter(letters, id);
  if (letter.kind === 'command') {
    const call = callOf(letter.subject);
    return { letter, call: call === undefined ? null : { ...call, body: letter.request } };
  }
  const stored = await events.get(letter.connection, letter.subject);
  const path = `/webhooks/${letter.connection === 'crm' ? 'orders' : letter.connection}`;
  const body = stored === undefined ? null : stored.body.toString('utf8');
  return { letter, call: { method: 'POST', path, body } };
}
