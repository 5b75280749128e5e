import { AppError, messageOf } from '../errors.ts';
import type { Wiring } from '../wiring/compile.ts';
import { candidateOf, outcomeOf, putInService, settle } from './change.ts';
import type { Current, DeskParts, Outcome } from './desk-parts.ts';
import { shortOf } from './digest.ts';
import { readDirectory } from './directory.ts';
import { compile, tryGolden, weigh, type Weighed } from './judge.ts';
import type { ReloadAsk } from './reload.ts';
import type { Seen } from './records.ts';

/** Lets a stored bundle serve; the directory stays aside until it changes. */
export async function activateStored(
  parts: DeskParts,
  current: Current,
  { hash, ask }: { hash: string; ask: ReloadAsk },
): Promise<Outcome> {
  const wiring = await storedWiring(parts, hash);
  if (hash === current.activation.hash) return settle(parts, hash, await asideOf(parts, hash));
  const { shadow, settings } = parts;
  const golden = tryGolden(wiring);
  const weighed: Weighed =
    golden === null
      ? await weigh({ before: current.wiring, after: wiring, shadow, ...settings })
      : { summary: null, objection: golden };
  const { objection, summary } = weighed;
  if (objection !== null && !(objection.why === 'accept' && ask.accept === hash)) {
    const digest = parts.store.get(hash)?.digest ?? null;
    const candidate = candidateOf(parts, { objection, digest, by: ask.by });
    return { result: outcomeOf(candidate), candidate };
  }
  const { by, note = null } = ask;
  const seen = await asideOf(parts, hash);
  return putInService(parts, { wiring, by, note, kind: 'api', summary, seen });
}

/** Back to what served before, unasked: who rolls back has seen enough. */
export async function rollBack(
  parts: DeskParts,
  { by, note }: Omit<ReloadAsk, 'accept'>,
): Promise<Outcome> {
  const target = parts.store.backTo();
  if (target === undefined) {
    throw new AppError(
      'conflict',
      'There is nothing to roll back to: no other mappings have served before these. Nothing was changed.',
      { problem: 'nothing-to-roll-back' },
    );
  }
  const wiring = await storedWiring(parts, target.hash);
  const seen = await asideOf(parts, target.hash);
  return putInService(parts, {
    wiring,
    by,
    note: note ?? null,
    kind: 'rollback',
    summary: null,
    seen,
  });
}

/** The compiled bundle of that hash; rejects when it is not stored or does not compile. */
export async function storedWiring({ cache }: DeskParts, hash: string): Promise<Wiring> {
  const wiring = await cache.get(hash);
  if (wiring !== undefined) return wiring;
  throw notStored(hash);
}

export function notStored(hash: string): AppError {
  return new AppError(
    'not-found',
    `There is no bundle ${shortOf(hash)}. The history names those that have served; a bundle may have been removed since.`,
    { problem: 'bundle-not-found' },
  );
}

/** The directory as it stands beside a bundle that a person chose. */
async function asideOf(parts: DeskParts, chosen: string): Promise<Seen | null> {
  const { directory, settings, store, load, log } = parts;
  const seen = store.seen();
  try {
    const { digest, files } = await readDirectory({ directory, bytesMax: settings.bytesMax });
    if (digest === seen?.digest) return { ...seen, held: seen.hash !== chosen };
    const compiled = await compile(load, files);
    const hash = 'wiring' in compiled ? compiled.wiring.hash : null;
    return { digest, hash, held: hash !== chosen };
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'mappings.directory_unreadable');
    return seen === null ? null : { ...seen, held: seen.hash !== chosen };
  }
}
