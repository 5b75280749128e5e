import type { GoldenFailure } from '../mapping/golden.ts';
import type { Mistake } from '../mapping/yaml/mistake.ts';
import type { SourceText } from '../mapping/yaml/node.ts';
import type { DiffSummary } from './summary.ts';

/** `api`: a stored bundle that somebody chose; `reload`: what the directory had become. */
export type ActivationKind = 'boot' | 'reload' | 'api' | 'rollback';

/** From `at` until the next activation, this bundle served. */
export interface Activation {
  seq: number;
  hash: string;
  /** What served before; null for the first. */
  previous: string | null;
  at: number;
  by: string;
  note: string | null;
  kind: ActivationKind;
}

export type CandidateWhy =
  /** It does not compile, or cannot be read. */
  | 'errors'
  /** Its own golden cases fail. */
  | 'golden'
  /** It changes so much that a person has to accept it. */
  | 'accept';

/** What the directory holds, and why it does not serve. */
export interface Candidate {
  /** Names it when it is accepted; null when it does not compile. */
  hash: string | null;
  /** Of its texts; null when the directory cannot be read. */
  digest: string | null;
  at: number;
  /** Since when something waits for this kind of reason. */
  since: number;
  by: string;
  why: CandidateWhy;
  /** What happened and what to do, in a sentence or two. */
  message: string;
  mistakes: Mistake[];
  golden: GoldenFailure[];
  summary: DiffSummary | null;
}

/** The content of the directory that was looked at last. */
export interface Seen {
  digest: string;
  /** Null when it does not compile. */
  hash: string | null;
  /** A person chose another bundle: this content stays aside until it changes. */
  held: boolean;
}

/** The files of a bundle under its hash. */
export interface BundleTexts {
  hash: string;
  files: readonly SourceText[];
}

export interface StoredBundle {
  hash: string;
  digest: string;
  storedAt: number;
  files: SourceText[];
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export interface PageAsk {
  cursor?: string | undefined;
  limit: number;
}
