import type { Logger } from '../logger.ts';
import { messageOf } from '../errors.ts';
import { lookAt } from './directory.ts';

interface WatchOptions {
  directory: string;
  /** Time between two looks. */
  everyMs: number;
  /** The content may have changed, and has settled. */
  onChange(): Promise<unknown>;
  log: Logger;
}

export interface DirectoryWatch {
  stop(): Promise<void>;
}

/**
 * Looks at the times and sizes of the files, because `fs.watch` is silent on some mounts. Acts when
 * two looks in a row see the same, so that a file is not taken while an editor writes it.
 */
export function watchDirectory({
  directory,
  everyMs,
  onChange,
  log,
}: WatchOptions): DirectoryWatch {
  let handled: string | undefined;
  let last: string | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const { signature } = await lookAt(directory);
    const settled = signature === last;
    last = signature;
    if (!settled || signature === handled) return;
    await onChange();
    handled = signature;
  };
  const turn = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'mappings.look_failed');
    }
    if (!stopped) timer = setTimeout(next, everyMs);
  };
  let looking: Promise<void> = Promise.resolve();
  const next = (): void => {
    looking = turn();
  };
  next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
