import { join } from 'node:path';
import type { Hono } from 'hono';
import type { SandboxConfig } from '../config/crm-sandbox.ts';
import { openDatabase } from '../db/open.ts';
import { createDelivery } from '../delivery/delivery.ts';
import { serveApp } from '../http/serve.ts';
import { createLogger } from '../logger.ts';
import { createRehearsal } from '../rehearsal/rehearsal.ts';
import type { SandboxDeps } from './base-app.ts';

interface StartInput {
  /** Name of the process in its logs. */
  name: string;
  /** Name of the connection whose webhooks these are. */
  webhookId: string;
  file: string;
  schema: Record<string, unknown>;
  migrations: string;
  config: SandboxConfig;
  createApp: (deps: SandboxDeps) => Hono;
}

export interface RunningSandbox {
  port: number;
  /** Ends calls and deliveries in flight and closes the database. */
  stop(): Promise<void>;
}

/** Opens a sandbox's database and serves it. */
export async function startSandbox(input: StartInput): Promise<RunningSandbox> {
  const { config } = input;
  const log = createLogger(input.name, config.logLevel);
  const { sqlite } = openDatabase(input.schema, {
    file: join(config.dataDir, input.file),
    migrations: input.migrations,
    synchronous: 'FULL',
  });
  const delivery = createDelivery({
    sqlite,
    log,
    webhookId: input.webhookId,
    url: config.webhook.url,
    secret: config.webhook.secret,
    policy: config.delivery,
    timeScale: config.timeScale,
  });
  const rehearsal = createRehearsal({ sqlite, delivery, settings: config.rehearsal });
  const app = input.createApp({
    sqlite,
    delivery,
    rehearsal,
    log,
    settings: config.sandbox,
    now: Date.now,
  });
  const server = await serveApp({ app, hostname: config.host, port: config.port });
  delivery.start();
  log.info({ port: server.port, webhookUrl: config.webhook.url }, 'sandbox.started');
  return {
    port: server.port,
    async stop() {
      await Promise.all([server.close(config.sandbox.stopGraceMs), delivery.stop()]);
      sqlite.close();
      log.info('sandbox.stopped');
    },
  };
}
