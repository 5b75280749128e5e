import { AppError, messageOf } from '../errors.ts';
import { describeMistake } from '../mapping/yaml/mistake.ts';
import { putInService, settle } from './change.ts';
import type { Current, DeskParts } from './desk-parts.ts';
import { readDirectory } from './directory.ts';
import { compile, tryGolden, type Objection } from './judge.ts';
import { reloadDirectory } from './reload.ts';

const BY = 'boot';

/**
 * Broken mappings refuse to start only where there is no last good one: a restart in the middle of
 * somebody's edit must not take down what was serving a moment ago.
 */
export async function bootDesk(parts: DeskParts): Promise<void> {
  const lastGood = await lastGoodOf(parts);
  if (lastGood === null) {
    await bootFirst(parts);
    return;
  }
  parts.swap(lastGood);
  try {
    await reloadDirectory(parts, lastGood, { by: BY, kind: 'boot', unless: 'seen-and-good' });
  } catch (error) {
    // Somebody is saving files at this moment: the watch takes them when they are whole.
    if (!(error instanceof AppError && error.code === 'unavailable')) throw error;
    parts.log.warn({ error: error.message }, 'mappings.boot_reload_put_off');
  }
}

async function lastGoodOf({ store, cache, log }: DeskParts): Promise<Current | null> {
  const activation = store.active();
  if (activation === undefined) return null;
  try {
    const wiring = await cache.get(activation.hash);
    if (wiring !== undefined) return { activation, wiring };
    throw new Error('it is not stored');
  } catch (error) {
    // A later program may not know what an earlier one compiled: the directory has to be right then.
    log.error({ bundle: activation.hash, error: messageOf(error) }, 'mappings.last_good_lost');
    return null;
  }
}

async function bootFirst(parts: DeskParts): Promise<void> {
  const { directory, settings, store } = parts;
  const { files, digest } = await readDirectory({ directory, bytesMax: settings.bytesMax });
  const compiled = await compile(parts.load, files);
  if ('objection' in compiled) throw refusal(directory, compiled.objection);
  const { wiring } = compiled;
  const golden = tryGolden(wiring);
  if (golden !== null) throw refusal(directory, golden);
  store.keep({ hash: wiring.hash, files }, parts.now());
  const seen = { digest, hash: wiring.hash, held: false };
  const active = store.active();
  if (active?.hash === wiring.hash) {
    parts.swap({ activation: active, wiring });
    settle(parts, wiring.hash, seen);
    return;
  }
  putInService(parts, { wiring, by: BY, note: null, kind: 'boot', summary: null, seen });
}

function refusal(directory: string, { message, mistakes, golden }: Objection): AppError {
  const details = [
    ...mistakes.map(describeMistake),
    ...golden.map(({ file, line, mapping, case: name, complaint, differences }) =>
      [
        `${file}:${line} ${mapping}: ${name}`,
        `  ${complaint}`,
        ...differences.map(
          ({ path, before, after }) =>
            `  ${path}: expected ${JSON.stringify(before)}, came out ${JSON.stringify(after)}`,
        ),
      ].join('\n'),
    ),
  ];
  return new AppError('config', [`${directory}: ${message}`, ...details].join('\n\n'));
}
