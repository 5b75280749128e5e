import type { Env } from '../../config/env.ts';
import { parseEnv } from '../../config/env.ts';
import { ProvisionEnv } from '../../config/supervisor.ts';
import { findOnPath } from '../../supervisor/provision/candidate.ts';
import { presentSources } from '../../supervisor/provision/sources.ts';
import { call } from '../call.ts';
import { failed, ok, type Check } from './check.ts';

/** Where the SDK's downloader goes. */
const DOWNLOAD_URL = 'https://temporal.download/';
const NAME = 'temporal-binary';

interface BinaryInput {
  env: Env;
  timeoutMs: number;
  downloadUrl?: string;
}

/** Whether a start would find a Temporal CLI, or could make one. */
export async function checkTemporalBinary(input: BinaryInput): Promise<Check> {
  const { env, timeoutMs, downloadUrl = DOWNLOAD_URL } = input;
  const settings = parseEnv(ProvisionEnv, env);
  for (const { name, fix, run } of presentSources(settings)) {
    const candidate = await run();
    if (candidate?.ok === true) {
      return ok(NAME, `${candidate.path} (${name}): ${candidate.version}`);
    }
    if (candidate !== undefined) return failed(NAME, candidate.reason, sentence(fix));
  }
  const go = findOnPath('go', settings.PATH);
  if (await answers(downloadUrl, timeoutMs)) {
    return ok(NAME, 'none yet: the first start downloads it');
  }
  if (go !== undefined)
    return ok(NAME, `none yet: the first start builds it with ${go}, in minutes`);
  return failed(
    NAME,
    `there is none, ${downloadUrl} does not answer, and there is no Go to build it with`,
    'Set TEMPORAL_CLI to a Temporal CLI, or TEMPORAL_ADDRESS to a server that runs, or install Go (https://go.dev/dl).',
  );
}

function sentence(fix: string): string {
  return `${fix.charAt(0).toUpperCase()}${fix.slice(1)}.`;
}

async function answers(url: string, timeoutMs: number): Promise<boolean> {
  try {
    await call({ method: 'GET', url, timeoutMs });
    return true;
  } catch {
    return false;
  }
}
