import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import type { SandboxConfig } from '../../src/config/crm-sandbox.ts';
import { defaultDeliveryPolicy } from '../../src/delivery/policy.ts';
import { defaultRehearsalSettings } from '../../src/rehearsal/settings.ts';
import type { SandboxDeps } from '../../src/sandbox/base-app.ts';
import { createCrmApp } from '../../src/sandbox/crm/app.tsx';
import * as crmSchema from '../../src/sandbox/crm/schema.ts';
import { defaultSandboxSettings } from '../../src/sandbox/settings.ts';
import { startSandbox, type RunningSandbox } from '../../src/sandbox/start.ts';
import { createTasksApp } from '../../src/sandbox/tasks/app.ts';
import * as tasksSchema from '../../src/sandbox/tasks/schema.ts';
import { startReceiver, type Receiver } from './misbehaving-receiver.ts';

const KINDS: Record<
  'crm' | 'tasks',
  { schema: Record<string, unknown>; createApp: (deps: SandboxDeps) => Hono }
> = {
  crm: { schema: crmSchema, createApp: createCrmApp },
  tasks: { schema: tasksSchema, createApp: createTasksApp },
};

export interface JsonAnswer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads members of answers freely
  body: any;
}

export interface SandboxStage {
  base: string;
  receiver: Receiver;
  /** The events that the sandbox told, parsed, in the order of their arrival. */
  told(): { event_id: string; event_type: string; payload: Record<string, unknown> }[];
  call(method: string, path: string, body?: unknown, key?: string): Promise<JsonAnswer>;
  /** Stops the sandbox and starts it again on the same file. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A sandbox on a real file, served over real HTTP, with a receiver for its webhooks. */
export async function startSandboxStage(kind: 'crm' | 'tasks'): Promise<SandboxStage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-'));
  const receiver = await startReceiver();
  const config: SandboxConfig = {
    dataDir,
    logLevel: 'silent',
    timeScale: 0.01,
    host: '127.0.0.1',
    port: 0,
    webhook: { url: receiver.url, secret: 'a-secret-of-the-tests' },
    delivery: defaultDeliveryPolicy,
    rehearsal: defaultRehearsalSettings,
    sandbox: { ...defaultSandboxSettings, stopGraceMs: 50 },
  };
  const start = (): Promise<RunningSandbox> =>
    startSandbox({
      ...KINDS[kind],
      name: `${kind}-sandbox`,
      webhookId: kind,
      file: `${kind}.db`,
      migrations: `src/sandbox/${kind}/migrations`,
      config,
    });
  let running = await start();
  const stage: SandboxStage = {
    base: `http://127.0.0.1:${running.port}`,
    receiver,
    told: () => receiver.received.map(({ body }) => JSON.parse(body)),
    call: (method, path, body, key) => callJson(stage.base + path, { method, body, key }),
    async restart() {
      await running.stop();
      running = await start();
      stage.base = `http://127.0.0.1:${running.port}`;
    },
    async close() {
      await running.stop();
      await receiver.close();
      rmSync(dataDir, { recursive: true });
    },
  };
  return stage;
}

interface CallInput {
  method: string;
  body?: unknown;
  key?: string | undefined;
}

/** One call over HTTP; the body of the answer is parsed when it is JSON. */
export async function callJson(url: string, input: CallInput): Promise<JsonAnswer> {
  const answer = await fetch(url, {
    method: input.method,
    headers: {
      'content-type': 'application/json',
      ...(input.key === undefined ? {} : { 'idempotency-key': input.key }),
    },
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
  });
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.includes('json') ?? false;
  return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text };
}
