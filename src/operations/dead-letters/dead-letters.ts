import type { DeadLetterReads } from '../../books/read-dead-letters.ts';
import type { Normalise } from '../../inbox/plan.ts';
import { nonceOf } from '../nonce.ts';
import { discardLetter } from './discard-letter.ts';
import type { CauseGroups } from './groups.ts';
import type { LetterFilter, ScanLimits } from './open-letters.ts';
import { previewLetter, previewReplay, type LetterPreview, type ReplayPreview } from './preview.ts';
import { replayLetter, type LetterDeps } from './replay-letter.ts';
import { showLetter, type ShownLetter } from './show-letter.ts';

interface LetterCall {
  id: string;
  idempotencyKey: string | undefined;
}

/** What operators do with dead letters, one at a time or looked at together. */
export interface DeadLetters {
  groups(filter: LetterFilter): Promise<CauseGroups>;
  preview(filter: LetterFilter): Promise<ReplayPreview>;
  previewOne(id: string): Promise<LetterPreview>;
  show(id: string): Promise<ShownLetter>;
  /** Both resolve to the id of the order. */
  replay(call: LetterCall): Promise<string>;
  discard(call: LetterCall & { reason: string }): Promise<string>;
}

interface DeadLettersOptions extends LetterDeps {
  letters: DeadLetterReads;
  groups(filter: LetterFilter): Promise<CauseGroups>;
  /** Of a preview, which looks further than a list of groups. */
  deepScan: ScanLimits;
  samplesMax: number;
  normalise: Normalise;
}

export function createDeadLetters(options: DeadLettersOptions): DeadLetters {
  const { deepScan: limits, groups } = options;
  return {
    groups,
    preview: (filter) => previewReplay(filter, { ...options, limits }),
    previewOne: (id) => previewLetter(id, options),
    show: (id) => showLetter(id, options),
    replay: ({ id, idempotencyKey }) =>
      replayLetter({ id, nonce: nonceOf(idempotencyKey) }, options),
    discard: ({ id, idempotencyKey, reason }) =>
      discardLetter({ id, nonce: nonceOf(idempotencyKey), reason }, options),
  };
}
