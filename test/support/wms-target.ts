import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processEnv } from '../../src/config/env.ts';
import { loadWmsConfig } from '../../src/config/wms.ts';
import { serveApp } from '../../src/http/serve.ts';
import { createLogger } from '../../src/logger.ts';
import { createWms } from '../../src/wms/create-wms.ts';
import type { MakeTarget, WmsTarget } from './wms-stage.ts';

export interface WmsEnvOptions {
  dataDir: string;
  webhookUrl: string;
  webhookSecret: string;
}

export const TOKEN = 'the-token-of-the-tests';
export const CLIENT = { id: 'tests', secret: 'the-secret-of-the-tests' };

export function wmsEnv(options: WmsEnvOptions): Record<string, string> {
  return {
    CROSSDOCK_DATA_DIR: options.dataDir,
    CROSSDOCK_LOG_LEVEL: 'silent',
    CROSSDOCK_TIME_SCALE: '0.01',
    CROSSDOCK_WMS_PORT: '0',
    CROSSDOCK_WMS_TOKEN: TOKEN,
    CROSSDOCK_WMS_CLIENT_ID: CLIENT.id,
    CROSSDOCK_WMS_CLIENT_SECRET: CLIENT.secret,
    CROSSDOCK_WMS_WEBHOOK_URL: options.webhookUrl,
    CROSSDOCK_WEBHOOK_SECRET_WMS: options.webhookSecret,
    CROSSDOCK_SANDBOX: '1',
  };
}

/** The WMS in this process, on a real port and a database file of its own. */
export const inProcessTarget = async (
  options: Parameters<MakeTarget>[0],
  env: Record<string, string> = {},
): Promise<WmsTarget & { dataDir: string }> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-wms-'));
  const config = loadWmsConfig({ ...wmsEnv({ dataDir, ...options }), ...env });
  const wms = createWms({ config, log: createLogger('wms', 'silent') });
  const server = await serveApp({ app: wms.app, hostname: config.host, port: config.port });
  wms.start();
  return {
    origin: `http://127.0.0.1:${server.port}`,
    token: TOKEN,
    client: CLIENT,
    dataDir,
    async stop() {
      await server.close(1000);
      await wms.stop();
      rmSync(dataDir, { recursive: true });
    },
  };
};

export interface WmsProcess {
  origin: string;
  child: ChildProcess;
  /** Resolves with the exit code, or null when a signal ended it. */
  ended: Promise<number | null>;
}

/** Starts `src/wms.ts` as `npm start` does and waits until it says that it is ready. */
export async function startWmsProcess(options: WmsEnvOptions): Promise<WmsProcess> {
  const child = fork('src/wms.ts', {
    execArgv: ['--import', 'tsx'],
    env: { PATH: processEnv()['PATH'], ...wmsEnv(options) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => {
      const { port: bound } = message as { port?: number };
      if (bound === undefined) reject(new Error('the WMS did not say its port'));
      else resolve(bound);
    });
    child.once('exit', (code) => reject(new Error(`the WMS ended with ${code} at its start`)));
  });
  return { origin: `http://127.0.0.1:${port}`, child, ended };
}

/** The WMS as a process of its own. */
export const processTarget: MakeTarget = async (options) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-wms-'));
  const wms = await startWmsProcess({ dataDir, ...options });
  return {
    origin: wms.origin,
    token: TOKEN,
    client: CLIENT,
    async stop() {
      wms.child.kill('SIGTERM');
      const code = await wms.ended;
      rmSync(dataDir, { recursive: true });
      if (code !== 0) throw new Error(`the WMS ended with ${code} on SIGTERM`);
    },
  };
};
