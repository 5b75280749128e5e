import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';

/** What `npm start` keeps current in `DATA_DIR/run.json`; a newer one may hold more. */
const RunFileSchema = z.looseObject({
  ready: z.boolean(),
  urls: z.looseObject({ api: z.string() }).catchall(z.string()),
  temporal: z.looseObject({ address: z.string(), namespace: z.string() }),
  pids: z.record(z.string(), z.int()),
  secrets: z.looseObject({
    webhooks: z.record(z.string(), z.string()),
    api_key: z.string(),
    wms_token: z.string(),
    wms_client: z.looseObject({ id: z.string(), secret: z.string() }),
  }),
});

export type RunFile = z.infer<typeof RunFileSchema>;

export function runFilePath(dataDir: string): string {
  return join(dataDir, 'run.json');
}

/** Undefined when there is none: nothing runs on that directory. */
export function readRunFile(dataDir: string): RunFile | undefined {
  const file = runFilePath(dataDir);
  try {
    return RunFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new CliError(
      EXIT.failed,
      'run-file-unreadable',
      `${file} cannot be read: ${messageOf(error)}`,
      { hint: 'Stop Crossdock and start it again: that writes a new one.', cause: error },
    );
  }
}

function isAbsent(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ENOENT' || error.code === 'ENOTDIR';
}
