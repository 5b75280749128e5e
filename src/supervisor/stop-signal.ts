interface StopSignalOptions {
  /** True when npm started us: it forwards signals, but its own sudden death goes unnoticed. */
  watchParent: boolean;
  parentCheckMs: number;
  onHurry: () => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C arrives twice when npm forwards what the terminal sent to all; this long is one. */
const SAME_REQUEST_MS = 1_000;

/** Aborts at the first request to stop; a second one, clearly later, calls `onHurry`. */
export function stopSignal(options: StopSignalOptions): AbortSignal {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const request = () => {
    if (firstAt !== undefined && Date.now() - firstAt > SAME_REQUEST_MS) options.onHurry();
    firstAt ??= Date.now();
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, request);
  if (options.watchParent) {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      controller.abort();
    }, options.parentCheckMs);
    watch.unref();
  }
  return controller.signal;
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
