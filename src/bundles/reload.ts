import type { Wiring } from '../wiring/compile.ts';
import { candidateOf, keepWaiting, putInService, settle } from './change.ts';
import { readDirectory, type DirectoryContent } from './directory.ts';
import type { Current, DeskParts, Outcome } from './desk-parts.ts';
import { compile, tooMuch, tryGolden, unreadable, weigh, type Objection } from './judge.ts';
import { AppError } from '../errors.ts';
import type { ActivationKind, Seen } from './records.ts';

export interface ReloadAsk {
  by: string;
  /** Hash of the candidate, when its changes are accepted. */
  accept?: string | undefined;
  note?: string | undefined;
}

export interface DirectoryAsk extends ReloadAsk {
  kind: ActivationKind;
  /** Null when a person asks: then also what was put aside is taken. */
  unless: 'seen' | 'seen-and-good' | null;
}

/** Reads the directory and lets it serve, or says why it does not; the last good one serves on. */
export async function reloadDirectory(
  parts: DeskParts,
  current: Current,
  ask: DirectoryAsk,
): Promise<Outcome> {
  const content = await contentOf(parts);
  if ('objection' in content) {
    return keepWaiting(parts, candidateOf(parts, { ...content, digest: null, by: ask.by }), null);
  }
  if (isSeen(parts, ask, content.digest)) return unchanged(current);
  const compiled = await compile(parts.load, content.files);
  return take({ parts, current, ask, content }, compiled);
}

async function contentOf(parts: DeskParts): Promise<DirectoryContent | { objection: Objection }> {
  const { directory, settings } = parts;
  try {
    return await readDirectory({ directory, bytesMax: settings.bytesMax });
  } catch (error) {
    // Half-written files are nobody's mistake: the next look finds them whole.
    if (error instanceof AppError && error.code === 'unavailable') throw error;
    return { objection: unreadable(error) };
  }
}

function unchanged({ activation }: Current): Outcome {
  return { result: 'unchanged', hash: activation.hash };
}

function isSeen({ store }: DeskParts, { unless }: DirectoryAsk, digest: string): boolean {
  if (unless === null || store.seen()?.digest !== digest) return false;
  const candidate = store.candidate();
  return candidate === null || (unless === 'seen' && candidate.digest === digest);
}

interface Taking {
  parts: DeskParts;
  current: Current;
  ask: DirectoryAsk;
  content: DirectoryContent;
}

async function take(
  taking: Taking,
  compiled: Awaited<ReturnType<typeof compile>>,
): Promise<Outcome> {
  const { parts, current, ask, content } = taking;
  if ('objection' in compiled) return wait(taking, null, compiled.objection);
  const { wiring } = compiled;
  parts.store.keep({ hash: wiring.hash, files: content.files }, parts.now());
  const golden = tryGolden(wiring);
  if (golden !== null) return wait(taking, wiring, golden);
  const seen = { digest: content.digest, hash: wiring.hash, held: false };
  if (wiring.hash === current.activation.hash) return settle(parts, wiring.hash, seen);
  if (isHeld(parts, ask, wiring)) {
    return settle(parts, current.activation.hash, { ...seen, held: true });
  }
  const { shadow, settings } = parts;
  const weighed = await weigh({ before: current.wiring, after: wiring, shadow, ...settings });
  const objection = weighed.objection ?? stillTooMuch(taking, wiring);
  const isAccepted = objection?.why === 'accept' && ask.accept === wiring.hash;
  if (objection !== null && !isAccepted) return wait(taking, wiring, objection);
  const { by, kind, note = null } = ask;
  return putInService(parts, { wiring, by, note, kind, summary: weighed.summary, seen });
}

/** What was put aside stays there while it means the same, whatever its comments say. */
function isHeld({ store }: DeskParts, { unless }: DirectoryAsk, { hash }: Wiring): boolean {
  const seen = store.seen();
  return unless !== null && seen !== null && seen.held && seen.hash === hash;
}

/** Once it was too much for these two bundles, other inputs do not make it less. */
function stillTooMuch({ parts, current }: Taking, { hash }: Wiring): Objection | null {
  const candidate = parts.store.candidate();
  if (candidate?.why !== 'accept' || candidate.hash !== hash) return null;
  if (candidate.summary?.from !== current.activation.hash) return null;
  return tooMuch(candidate.summary, parts.settings.changedShareMax);
}

function wait(
  { parts, ask, content }: Taking,
  wiring: Wiring | null,
  objection: Objection,
): Outcome {
  const { digest } = content;
  const seen: Seen = { digest, hash: wiring?.hash ?? null, held: false };
  return keepWaiting(parts, candidateOf(parts, { objection, digest, by: ask.by }), seen);
}
