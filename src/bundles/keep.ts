import { AppError, messageOf } from '../errors.ts';
import { notStored } from './choose.ts';
import type { DeskParts } from './desk-parts.ts';
import { shortOf } from './digest.ts';

/** Removes a stored bundle that nothing needs; rejects with what needs it otherwise. */
export async function removeBundle(parts: DeskParts, hash: string): Promise<void> {
  const age = parts.store.ages().find((one) => one.hash === hash);
  if (age === undefined) throw notStored(hash);
  const { held, busyUntil } = needsOf(parts);
  const reason = held.get(hash);
  if (reason !== undefined) throw needed(hash, reason);
  if (age.idleSince > busyUntil) {
    throw needed(hash, 'it served a moment ago, and orders that hold it may be starting');
  }
  const pinned = await parts.pinned();
  if (pinned.includes(hash)) throw needed(hash, 'open orders run by it');
  parts.store.remove(hash);
}

/** Keeps the number of bundles bounded; never fails, the next activation tries again. */
export async function prune(parts: DeskParts): Promise<void> {
  const { store, settings, log } = parts;
  try {
    const ages = store.ages();
    const surplus = ages.length - settings.keptMax;
    if (surplus <= 0) return;
    const { held, busyUntil } = needsOf(parts);
    const pinned = new Set(await parts.pinned());
    const free = ages.filter(
      ({ hash, idleSince }) => idleSince <= busyUntil && !held.has(hash) && !pinned.has(hash),
    );
    for (const { hash } of free.slice(0, surplus)) store.remove(hash);
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'mappings.prune_failed');
  }
}

function needsOf({ store, settings, now }: DeskParts) {
  const held = new Map<string, string>();
  const hold = (hash: string | null | undefined, reason: string): void => {
    if (hash != null && !held.has(hash)) held.set(hash, reason);
  };
  hold(store.active()?.hash, 'it serves');
  hold(store.candidate()?.hash, 'it waits to be accepted');
  hold(store.backTo()?.hash, 'a rollback returns to it');
  return { held, busyUntil: now() - settings.idleMinMs };
}

function needed(hash: string, reason: string): AppError {
  return new AppError(
    'conflict',
    `Bundle ${shortOf(hash)} cannot be removed: ${reason}. Nothing was changed.`,
    { problem: 'bundle-in-use' },
  );
}
