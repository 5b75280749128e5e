import { setTimeout as sleep } from 'node:timers/promises';
import { createApi, type Api } from '../api.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { findInstance } from '../instance.ts';

interface Follow {
  context: Context;
  signal: AbortSignal;
  /** One look for news. */
  look(api: Api): Promise<void>;
}

/** Looks for news until it is stopped, over restarts of the server too. */
export async function follow({ context, signal, look }: Follow): Promise<void> {
  const { settings, terminal } = context;
  let reached = false;
  let away = false;
  while (!signal.aborted) {
    try {
      const timeoutMs = settings.callTimeoutMs;
      await look(createApi({ instance: findInstance(context), timeoutMs, signal }));
      if (away) terminal.say('Crossdock is back');
      reached = true;
      away = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!reached || !isPassing(error)) throw error;
      if (!away) terminal.say('Crossdock is away, waiting for it to come back');
      away = true;
    }
    await sleep(settings.pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** While a server starts or stops it cannot be reached, or answers that it cannot do it now. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof CliError) || error.code === 'not-understood') return false;
  return error.exit === EXIT.unreachable || error.exit === EXIT.failed;
}
