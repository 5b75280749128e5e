import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { examineBinary, findOnPath, type Candidate } from './candidate.ts';
import { runCommand } from './command.ts';
import { packagePath, TEMPORAL_CLI_VERSION } from './version.ts';

interface BuildOptions {
  /** Where the binary is kept. */
  target: string;
  searchPath: string;
  timeoutMs: number;
  signal: AbortSignal;
}

const VERSION_VARIABLE = 'github.com/temporalio/cli/internal/temporalcli.Version';

/** Builds the pinned CLI from source; the committed go.sum holds the checksums of every module. */
export async function buildTemporal(options: BuildOptions): Promise<Candidate> {
  const go = findOnPath('go', options.searchPath);
  if (go === undefined) return { ok: false, reason: 'there is no Go on PATH' };
  mkdirSync(dirname(options.target), { recursive: true });
  const draft = `${options.target}.${randomUUID()}`;
  try {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const outcome = await runCommand({
      command: go,
      args: goArguments(draft),
      cwd: packagePath('tools/temporal-cli'),
      signal: AbortSignal.any([options.signal, timeout]),
    });
    if (!outcome.ok) {
      const limit = `not finished after ${options.timeoutMs} ms (CROSSDOCK_TEMPORAL_BUILD_TIMEOUT_MS)`;
      return { ok: false, reason: timeout.aborted ? limit : outcome.tail };
    }
    const examined = await examineBinary(draft);
    if (!examined.ok) return examined;
    renameSync(draft, options.target);
    return { ...examined, path: options.target };
  } finally {
    rmSync(draft, { force: true });
  }
}

function goArguments(output: string): string[] {
  const flags = `-s -w -X ${VERSION_VARIABLE}=${TEMPORAL_CLI_VERSION}`;
  // A vendor folder or workspace of the person's own must not change what is built.
  return [
    'build',
    '-mod=readonly',
    '-ldflags',
    flags,
    '-o',
    output,
    'github.com/temporalio/cli/cmd/temporal',
  ];
}
