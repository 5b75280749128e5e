import { AppError, messageOf } from '../errors.ts';
import { runGolden, type GoldenFailure } from '../mapping/golden.ts';
import type { Mistake } from '../mapping/yaml/mistake.ts';
import type { SourceText } from '../mapping/yaml/node.ts';
import type { Wiring } from '../wiring/compile.ts';
import type { CandidateWhy } from './records.ts';
import type { ShadowRun } from './shadow.ts';
import { clipped, type DiffSummary } from './summary.ts';
import type { LoadWiring } from './wiring-cache.ts';

/** Why a bundle may not serve yet. */
export interface Objection {
  hash: string | null;
  why: CandidateWhy;
  message: string;
  mistakes: Mistake[];
  golden: GoldenFailure[];
  summary: DiffSummary | null;
}

/** Compiles files; whatever `load` throws is an objection too. */
export async function compile(
  load: LoadWiring,
  files: readonly SourceText[],
): Promise<{ wiring: Wiring } | { objection: Objection }> {
  try {
    const result = await load(files);
    return 'wiring' in result ? result : { objection: broken(result.errors) };
  } catch (error) {
    return { objection: unusable(`The mappings cannot be compiled: ${messageOf(error)}`) };
  }
}

/** Runs the bundle's own golden cases. */
export function tryGolden({ hash, bundle }: Wiring): Objection | null {
  const { failed } = runGolden(bundle);
  if (failed.length === 0) return null;
  const [first] = failed;
  const where = first === undefined ? '' : ` First: ${first.file}:${first.line} ${first.case}.`;
  return {
    ...unusable(
      `Golden cases fail (${failed.length}), so the mappings do not serve.${where} Mend the rule, or the case if the change is meant.`,
    ),
    hash,
    why: 'golden',
    golden: failed.map((failure) => ({ ...failure, differences: clipped(failure.differences) })),
  };
}

export interface ChangeLimits {
  /** Part of the outputs that may change without being accepted, 0 to 1. */
  changedShareMax: number;
  /** Stored inputs that are run through both bundles. */
  shadowInputsMax: number;
}

interface Weighing extends ChangeLimits {
  before: Wiring;
  after: Wiring;
  shadow: ShadowRun;
}

export interface Weighed {
  /** Null when it did not come to a comparison. */
  summary: DiffSummary | null;
  objection: Objection | null;
}

/** Runs the last inputs through both; says what changes, and whether it is too much unasked. */
export async function weigh(options: Weighing): Promise<Weighed> {
  const { before, after, shadow, changedShareMax, shadowInputsMax } = options;
  try {
    const summary = await shadow(before, after, shadowInputsMax);
    const isFree = summary.changedShare <= changedShareMax && summary.lockedChanged.length === 0;
    return { summary, objection: isFree ? null : tooMuch(summary, changedShareMax) };
  } catch (error) {
    const message = `What the mappings would change cannot be seen: ${messageOf(error)}`;
    return { summary: null, objection: { ...unusable(message), hash: after.hash } };
  }
}

export function tooMuch(summary: DiffSummary, changedShareMax: number): Objection {
  const { changed, outputs, changedShare, lockedChanged, to } = summary;
  const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`;
  const parts = [
    `${changed} of the last ${outputs} outputs change (${percent(changedShare)}; up to ${percent(changedShareMax)} is free)`,
    ...(lockedChanged.length > 0 ? [`locked targets change: ${lockedChanged.join(', ')}`] : []),
  ];
  return {
    ...unusable(`${parts.join(', and ')}. Look at the samples, then accept it as ${to}.`),
    hash: to,
    why: 'accept',
    summary,
  };
}

function broken(mistakes: Mistake[]): Objection {
  const [first] = mistakes;
  const where =
    first === undefined ? '' : ` First: ${first.file}:${first.line}:${first.col} ${first.message}`;
  const message = `Mistakes in the mappings (${mistakes.length}), so they do not serve.${where}`;
  return { ...unusable(message), mistakes };
}

/** Of a directory that cannot be read. */
export function unreadable(error: unknown): Objection {
  return unusable(
    error instanceof AppError ? error.message : `The mappings cannot be read: ${messageOf(error)}`,
  );
}

function unusable(message: string): Objection {
  return { hash: null, why: 'errors', message, mistakes: [], golden: [], summary: null };
}
