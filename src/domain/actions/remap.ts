import type { Answer } from '../answers.ts';
import { isMappingFailure, replayDeadLetter } from '../dead-letters.ts';
import { note, type Turn } from '../turn.ts';

/** Who pins the order to which bundle, and why. */
export interface Repinning {
  bundle: string;
  by: string;
  reason: string;
}

/**
 * Pins the order to another bundle of mappings: from now on it is spoken of in its words. What
 * failed for the words of the old one goes out again, and so does what is still to fail for them.
 */
export function remap(turn: Turn, { bundle, by, reason }: Repinning): Answer {
  const { state } = turn;
  const old = state.mappingBundle;
  if (bundle === old) return taken(`The order is pinned to ${shortOf(bundle)} already.`);
  state.mappingBundle = bundle;
  note(
    turn,
    'operator',
    `Mapping bundle ${shortOf(old)} -> ${shortOf(bundle)}, by ${by}: ${reason}`,
  );
  state.inOldWords = state.inFlight.map((command) => command.key);
  const failed = state.deadLetters.filter(
    (letter) => letter.command !== null && isMappingFailure(letter),
  );
  for (const { id } of failed) replayDeadLetter(turn, id);
  return taken(
    failed.length === 0
      ? 'What is sent from now on is mapped by it.'
      : `What is sent from now on is mapped by it, and ${failed.length} failed before go out again.`,
  );
}

const HASH_CHARS = 12;

function shortOf(bundle: string): string {
  return bundle.length > HASH_CHARS ? `${bundle.slice(0, HASH_CHARS)}…` : bundle;
}

function taken(detail: string): Answer {
  return { kind: 'taken', detail, action: null };
}
