import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { z } from 'zod';
import { processEnv } from '../../src/config/env.ts';

const ReadySchema = z.looseObject({
  ready: z.boolean(),
  urls: z.record(z.string(), z.string()),
  temporal: z.object({ address: z.string(), namespace: z.string() }),
  pids: z.record(z.string(), z.number()),
  secrets: z.looseObject({
    webhooks: z.object({ crm: z.string(), tasks: z.string(), wms: z.string() }),
    api_key: z.string(),
    wms_token: z.string(),
  }),
});
export type Ready = z.infer<typeof ReadySchema>;

// oxlint-disable-next-line typescript/no-explicit-any -- answers are looked into by the assertions
export type Json = any;

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

export interface Product {
  dataDir: string;
  ready: Ready;
  /** The ready object as `run.json` holds it now: pids change when a process is started again. */
  now(): Ready;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  kill(name: string): void;
  api(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  wms(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  crm(method: string, path: string, body?: unknown): Promise<Answer>;
  tasks(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Posts an envelope to `/webhooks/{path}`, signed by profile `template`. */
  webhook(path: 'orders' | 'tasks' | 'wms', envelope: Envelope): Promise<Answer>;
  stderr(): string;
}

export interface Envelope {
  event_id: string;
  event_type: string;
  event_version: string;
  timestamp: string;
  source: string;
  payload: Record<string, unknown>;
}

export interface StartOptions {
  dataDir?: string;
  env?: Record<string, string>;
  args?: string[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const SECRET_OF = { orders: 'crm', tasks: 'tasks', wms: 'wms' } as const;

/** Runs the whole product as a user does, and answers when its ready line is there. */
export async function startProduct(options: StartOptions = {}): Promise<Product> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'crossdock-e2e-'));
  const args = options.args ?? ['--no-demo'];
  const child = spawn(
    'node',
    ['tools/start.mjs', '--json', '--ports', 'auto', '--data-dir', dataDir, ...args],
    {
      cwd: root,
      env: { ...processEnv(), TEMPORAL_CLI: inject('temporal').cli, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-200_000);
  });
  const ready = ReadySchema.parse(JSON.parse(await firstLine(child, () => stderr)));
  const url = (name: string): string => ready.urls[name] ?? '';
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const product: Product = {
    dataDir,
    ready,
    stderr: () => stderr,
    now: () => ReadySchema.parse(JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8'))),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null) return child.exitCode;
      child.kill(signal);
      await once(child, 'exit');
      return child.exitCode;
    },
    kill(name) {
      const pid = product.now().pids[name];
      if (pid === undefined) throw new Error(`No pid of ${name}`);
      process.kill(pid, 'SIGKILL');
    },
    api: (method, path, body, headers) =>
      call({
        method,
        url: `${url('api')}/api/v1${path}`,
        body,
        headers: { ...bearer(ready.secrets.api_key), ...headers },
      }),
    wms: (method, path, body, headers) =>
      call({
        method,
        url: path.startsWith('/_sandbox') ? url('wms') + path : `${url('wms')}/api/v1${path}`,
        body,
        headers: { ...bearer(ready.secrets.wms_token), ...headers },
      }),
    crm: (method, path, body) => call({ method, url: url('crm') + path, body, headers: {} }),
    tasks: (method, path, body) => call({ method, url: url('tasks') + path, body, headers: {} }),
    webhook(path, envelope) {
      const body = JSON.stringify(envelope);
      const secret = ready.secrets.webhooks[SECRET_OF[path]];
      return call({
        method: 'POST',
        url: `${url('api')}/webhooks/${path}`,
        raw: body,
        headers: {
          'x-event-id': envelope.event_id,
          'x-signature': createHmac('sha256', secret).update(body).digest('hex'),
        },
      });
    },
  };
  return product;
}

interface Call {
  method: string;
  url: string;
  body?: unknown;
  raw?: string;
  headers: Record<string, string>;
}

async function call({ method, url, body, raw, headers }: Call): Promise<Answer> {
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url, {
    method,
    headers: {
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
      ...headers,
    },
    ...(text === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  return { status: response.status, headers: response.headers, body: parse(answer) };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function firstLine(child: ChildProcess, stderr: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const end = out.indexOf('\n');
      if (end >= 0) resolve(out.slice(0, end));
    });
    child.once('exit', (code) =>
      reject(new Error(`npm start ended with ${String(code)}:\n${stderr().slice(-4000)}`)),
    );
  });
}

/** The seed's own ORDER.CREATED, ids filled in. */
export function seedOrder(orderId: string, items?: { sku: string; qty: number }[]): Envelope {
  return {
    event_id: `evt_${orderId}`,
    event_type: 'ORDER.CREATED',
    event_version: '1.0',
    timestamp: new Date().toISOString(),
    source: 'crm.prod',
    payload: {
      order_id: orderId,
      customer: { id: 'CUST-123', name: 'Acme Co', account_priority: 'gold' },
      items: items ?? [
        { sku: 'SKU-111', qty: 2 },
        { sku: 'SKU-222', qty: 1 },
      ],
      fulfillment: { method: 'standard', requested_date: '2026-12-20' },
      total: 1450.0,
    },
  };
}
