import { execFile } from 'node:child_process';
import { constants, accessSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../errors.ts';

/** The first server that has all that Crossdock uses: updates, summaries, eager activities. */
const SERVER_MIN = [1, 29] as const;
const VERSION_TIMEOUT_MS = 30_000;

export type Candidate = { ok: true; path: string; version: string } | { ok: false; reason: string };

const run = promisify(execFile);

/** Runs `temporal --version` and tells whether this binary can serve Crossdock. */
export async function examineBinary(path: string): Promise<Candidate> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: VERSION_TIMEOUT_MS });
    return judgeVersion(path, stdout.trim());
  } catch (error) {
    return { ok: false, reason: `${path} does not run: ${messageOf(error).split('\n')[0]}` };
  }
}

export function judgeVersion(path: string, version: string): Candidate {
  const match = /Server (\d+)\.(\d+)/.exec(version);
  if (match === null) return { ok: false, reason: `${path} is not a Temporal CLI (${version})` };
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const recent = major > SERVER_MIN[0] || (major === SERVER_MIN[0] && minor >= SERVER_MIN[1]);
  if (recent) return { ok: true, path, version };
  return {
    ok: false,
    reason: `${path} is too old (${version}); server ${SERVER_MIN.join('.')} or later is needed`,
  };
}

/** The first executable file of this name on PATH. */
export function findOnPath(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
