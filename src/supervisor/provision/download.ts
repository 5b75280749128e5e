import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { examineBinary, type Candidate } from './candidate.ts';
import { runCommand } from './command.ts';
import { packagePath, TEMPORAL_CLI_VERSION } from './version.ts';

interface DownloadOptions {
  /** Where the binary is kept. */
  target: string;
  /** Given up when nothing arrived for this long. */
  stallMs: number;
  signal: AbortSignal;
}

const WATCH_MS = 1000;

/**
 * Lets the SDK's own downloader fetch the pinned CLI into our cache. The downloader cannot be
 * called alone and cannot be stopped, so it runs in a process of its own that starts the server
 * once and stops it.
 */
export async function downloadTemporal(options: DownloadOptions): Promise<Candidate> {
  const cache = dirname(options.target);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'download-'));
  try {
    return await download(folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function download(folder: string, options: DownloadOptions): Promise<Candidate> {
  const stalled = abortWhenStalled(folder, options.stallMs);
  const outcome = await runCommand({
    command: process.execPath,
    args: [packagePath('tools/temporal-cli/download.mjs'), folder, TEMPORAL_CLI_VERSION],
    cwd: folder,
    signal: AbortSignal.any([options.signal, stalled.signal]),
  });
  stalled.clear();
  if (!outcome.ok) {
    const reason = stalled.signal.aborted
      ? `nothing arrived for ${options.stallMs} ms`
      : outcome.tail;
    return { ok: false, reason };
  }
  const binary = readdirSync(folder).find((name) => name.startsWith('temporal'));
  if (binary === undefined) return { ok: false, reason: 'the download left no binary' };
  const examined = await examineBinary(join(folder, binary));
  if (!examined.ok) return examined;
  renameSync(examined.path, options.target);
  return { ...examined, path: options.target };
}

function abortWhenStalled(folder: string, stallMs: number) {
  const controller = new AbortController();
  let size = 0;
  let grownAt = Date.now();
  const timer = setInterval(() => {
    const now = folderBytes(folder);
    if (now !== size) grownAt = Date.now();
    size = now;
    if (Date.now() - grownAt >= stallMs) controller.abort();
  }, WATCH_MS);
  return { signal: controller.signal, clear: () => clearInterval(timer) };
}

function folderBytes(folder: string): number {
  return readdirSync(folder)
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}
