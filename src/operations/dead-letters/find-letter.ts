import type { DeadLetterDetail, DeadLetterReads } from '../../books/read-dead-letters.ts';
import { AppError } from '../../errors.ts';

type Letters = Pick<DeadLetterReads, 'find'>;

export function findLetter(letters: Letters, id: string): DeadLetterDetail {
  const letter = letters.find(id);
  if (letter !== undefined) return letter;
  throw new AppError(
    'not-found',
    `There is no dead letter ${id}. GET /api/v1/dead-letters lists those that are open.`,
  );
}

/** A dead letter that a person can still decide about. */
export function findOpenLetter(letters: Letters, id: string): DeadLetterDetail {
  const letter = findLetter(letters, id);
  if (letter.status === 'open') return letter;
  throw new AppError(
    'conflict',
    `Dead letter ${letter.id} was ${letter.status} already, so nothing was sent. If the command failed once more, it has a new dead letter.`,
    {
      problem: 'dead-letter-resolved',
      members: { id: letter.id, dead_letter_status: letter.status },
    },
  );
}
