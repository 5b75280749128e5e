import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { processEnv } from '../../src/config/env.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const API_KEY = 'key-of-the-api-0123456789';
export const API_SECRETS = {
  crm: 'secret-of-crm-0123456789',
  tasks: 'secret-of-tasks-0123456789',
  wms: 'secret-of-wms-0123456789',
};

/** Nothing listens there: Temporal is down unless a test names an address. */
const NOWHERE = '127.0.0.1:9';

export interface ApiProcess {
  url: string;
  pid: number;
  /** All that it logged so far. */
  stderr(): string;
  /** Sends the signal and resolves with the exit code once it is gone. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

interface StartOptions {
  dataDir: string;
  env?: Record<string, string>;
}

/** Starts the real api as the supervisor does, and resolves when it says that it serves. */
export function startApi({ dataDir, env = {} }: StartOptions): Promise<ApiProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/api.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      PATH: processEnv()['PATH'] ?? '',
      HOME: dataDir,
      CROSSDOCK_DATA_DIR: dataDir,
      CROSSDOCK_API_PORT: '0',
      CROSSDOCK_API_KEY: API_KEY,
      CROSSDOCK_WEBHOOK_SECRET_CRM: API_SECRETS.crm,
      CROSSDOCK_WEBHOOK_SECRET_TASKS: API_SECRETS.tasks,
      CROSSDOCK_WEBHOOK_SECRET_WMS: API_SECRETS.wms,
      TEMPORAL_ADDRESS: NOWHERE,
      ...env,
    },
  });
  let stderr = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The api ended with ${code}:\n${stderr}`)));
    child.on('message', (message: { type: string; port: number }) => {
      if (message.type !== 'ready') return;
      resolve({
        url: `http://127.0.0.1:${message.port}`,
        pid: child.pid ?? 0,
        stderr: () => stderr,
        end: (signal) => endOf(child, signal),
      });
    });
  });
}

function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill(signal);
  });
}
