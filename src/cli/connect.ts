import { createApi, type Api } from './api.ts';
import type { Context } from './command.ts';
import { findInstance } from './instance.ts';

/** The API of the instance that the command line names. */
export function connect(context: Context, signal?: AbortSignal): Api {
  const instance = findInstance(context);
  return createApi({ instance, timeoutMs: context.settings.callTimeoutMs, signal });
}
