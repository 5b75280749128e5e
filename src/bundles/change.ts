import type { Wiring } from '../wiring/compile.ts';
import type { DeskParts, Outcome } from './desk-parts.ts';
import type { Objection } from './judge.ts';
import type { ActivationKind, Candidate, Seen } from './records.ts';
import type { DiffSummary } from './summary.ts';

export interface Change {
  wiring: Wiring;
  by: string;
  note: string | null;
  kind: ActivationKind;
  summary: DiffSummary | null;
  /** Null leaves it as it is. */
  seen: Seen | null;
}

/** Commits, then swaps: whoever asks gets the old bundle whole or the new one whole. */
export function putInService(parts: DeskParts, change: Change): Outcome {
  const { wiring, by, note, kind, summary, seen } = change;
  const at = parts.now();
  const activation = parts.store.activate({ hash: wiring.hash, at, by, note, kind }, seen);
  parts.cache.put(wiring);
  parts.swap({ activation, wiring });
  parts.emit({ type: 'activated', activation, summary });
  return { result: 'activated', activation, summary };
}

/** Nothing waits any more; what serves goes on. */
export function settle(parts: DeskParts, hash: string, seen: Seen | null): Outcome {
  const waited = parts.store.candidate() !== null;
  parts.store.settle(seen);
  if (waited) parts.emit({ type: 'settled', hash });
  return { result: 'unchanged', hash };
}

/** What serves goes on; the content of the directory waits. */
export function keepWaiting(parts: DeskParts, candidate: Candidate, seen: Seen | null): Outcome {
  parts.store.wait(candidate, seen);
  const type = outcomeOf(candidate);
  parts.emit({ type, candidate });
  return { result: type, candidate };
}

export function outcomeOf({ why }: Pick<Candidate, 'why'>): 'pending' | 'refused' {
  return why === 'accept' ? 'pending' : 'refused';
}

const MISTAKES_MAX = 200;
const GOLDEN_MAX = 50;

interface Waiting {
  objection: Objection;
  digest: string | null;
  by: string;
}

export function candidateOf(parts: DeskParts, { objection, digest, by }: Waiting): Candidate {
  const before = parts.store.candidate();
  const at = parts.now();
  const isSame = before !== null && outcomeOf(before) === outcomeOf(objection);
  return {
    ...objection,
    mistakes: objection.mistakes.slice(0, MISTAKES_MAX),
    golden: objection.golden.slice(0, GOLDEN_MAX),
    digest,
    at,
    since: isSame ? before.since : at,
    by,
  };
}
