import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommandEnd } from '../../src/cli/command.ts';
import { runCli } from '../../src/cli/main.ts';
import { serveApp, type ServeOptions } from '../../src/http/serve.ts';
import { temporaryFolder } from './books-shelf.ts';

export interface CliRun {
  end: CommandEnd;
  stdout: string;
  stderr: string;
  /** stdout as the JSON values that it has to consist of, one a line. */
  json(): Json[];
}

// oxlint-disable-next-line typescript/no-explicit-any -- the tests look into answers of every shape
type Json = any;

export interface CliOptions {
  env?: Record<string, string>;
  cwd?: string;
  signal?: AbortSignal;
  /** Told of each line of stdout as it is written. */
  onLine?: (line: string) => void;
  tty?: boolean;
}

/** Runs one command in this process, as the launcher does. */
export async function crossdock(argv: string[], options: CliOptions = {}): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  const end = await runCli({
    argv,
    env: { CROSSDOCK_CLI_POLL_MS: '5', ...options.env },
    cwd: options.cwd ?? '/nowhere',
    stdout: {
      write: (text) => {
        stdout += text;
        for (const line of text.split('\n').slice(0, -1)) options.onLine?.(line);
      },
    },
    stderr: {
      isTTY: options.tty ?? false,
      write: (text) => {
        stderr += text;
      },
    },
    stopSignal: () => options.signal ?? new AbortController().signal,
  });
  const json = (): Json[] =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
  return { end, stdout, stderr, json };
}

export interface Served {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** Serves an app on a free port until the test ends. */
export async function serve(app: ServeOptions['app'], port = 0): Promise<Served> {
  const server = await serveApp({ app, hostname: '127.0.0.1', port });
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    await server.close(0);
  };
  onTestFinished(stop);
  return { url: `http://127.0.0.1:${server.port}`, port: server.port, stop };
}

interface RunFileParts {
  api: string;
  apiKey: string;
  urls?: Record<string, string>;
  pids?: Record<string, number>;
  webhooks?: Record<string, string>;
  temporalAddress?: string;
}

/** A data directory whose `run.json` says that an instance runs there. */
export function dataDirOf(parts: RunFileParts): string {
  const dataDir = temporaryFolder();
  const report = {
    ready: true,
    urls: { api: parts.api, metrics: `${parts.api}/metrics`, ...parts.urls },
    temporal: { address: parts.temporalAddress ?? '127.0.0.1:1', namespace: 'default' },
    pids: parts.pids ?? { api: process.pid },
    secrets: {
      webhooks: parts.webhooks ?? { crm: 'secret-crm', tasks: 'secret-tasks', wms: 'secret-wms' },
      api_key: parts.apiKey,
      wms_token: 'wms-token',
      wms_client: { id: 'crossdock', secret: 'client-secret' },
    },
  };
  writeFileSync(join(dataDir, 'run.json'), JSON.stringify(report), { mode: 0o600 });
  return dataDir;
}
