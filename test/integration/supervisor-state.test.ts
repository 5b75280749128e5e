import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tryLock, waitForLock } from '../../src/supervisor/lock.ts';
import { DEFAULT_PORTS, findFreePort, settlePorts } from '../../src/supervisor/ports.ts';
import { loadLinkSecret, loadMasterKey, loadSecrets } from '../../src/supervisor/secrets.ts';

let dataDir: string;
let servers: Server[];
let said: string[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'crossdock-state-'));
  servers = [];
  said = [];
});

afterEach(() => {
  for (const server of servers) server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('the secrets of a data directory', () => {
  test('are made once, printable, all different, and readable by their owner only', () => {
    const made = loadSecrets(dataDir);
    expect(loadSecrets(dataDir)).toEqual(made);
    const { webhooks, api_key, wms_token, wms_client } = made;
    const all = [...Object.values(webhooks), api_key, wms_token, wms_client.secret];
    expect(new Set(all).size).toBe(6);
    for (const secret of all) expect(secret).toMatch(/^[a-z0-9_]{40,}$/);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  test('gain the one that signs links, also where the others were made before there was one', () => {
    const made = loadSecrets(dataDir);
    const file = join(dataDir, 'secrets.json');
    expect(readFileSync(file, 'utf8')).not.toContain('link_secret');
    const linkSecret = loadLinkSecret(dataDir);
    expect(linkSecret).toMatch(/^[a-f0-9]{48}$/);
    expect(loadLinkSecret(dataDir)).toBe(linkSecret);
    expect(loadSecrets(dataDir)).toEqual(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('gain the master key too, and neither of the two displaces the other', () => {
    const masterKey = loadMasterKey(dataDir);
    const linkSecret = loadLinkSecret(dataDir);
    expect(masterKey).toMatch(/^[a-f0-9]{48}$/);
    expect(masterKey).not.toBe(linkSecret);
    expect([loadMasterKey(dataDir), loadLinkSecret(dataDir)]).toEqual([masterKey, linkSecret]);
  });

  test('are never silently replaced when their file is damaged', () => {
    writeFileSync(join(dataDir, 'secrets.json'), '{"api_key":');
    expect(() => loadSecrets(dataDir)).toThrow(/secrets\.json cannot be read.*Restore it/);
  });
});

describe('the ports of a data directory', () => {
  test('are chosen once, free and all different, and stay the same without --ports auto', async () => {
    const first = await settle({ auto: true });
    expect(new Set(Object.values(first)).size).toBe(6);
    for (const port of Object.values(first)) expect(port).toBeLessThan(32_768);
    expect(await settle({ auto: true })).toEqual(first);
    expect(await settle({ auto: false })).toEqual(first);
  });

  test('change only where another process has taken one, and that is said', async () => {
    const first = await settle({ auto: true });
    await occupy(first.wms);
    const second = await settle({ auto: true });
    expect(second).toEqual({ ...first, wms: second.wms });
    expect(second.wms).not.toBe(first.wms);
    expect(said).toEqual([expect.stringContaining(`port ${first.wms} of wms is taken`)]);
    expect(await settle({ auto: false })).toEqual(second);
  });

  test('are refused by name when they are taken and nobody asked for others', async () => {
    const first = await settle({ auto: true });
    await occupy(first.crm);
    await expect(settle({ auto: false })).rejects.toThrow(
      new RegExp(`Port ${first.crm}, wanted for crm, .*--ports auto.*CROSSDOCK_CRM_PORT`),
    );
  });

  test('may be named by the environment, which is not kept', async () => {
    const first = await settle({ auto: true });
    const api = await findFreePort(Object.values(first));
    const named = await settle({ auto: true, named: { api } });
    expect(named).toEqual({ ...first, api });
    expect(await settle({ auto: true })).toEqual(first);
  });

  test('of Temporal are not looked at when its server is another', async () => {
    const first = await settle({ auto: true });
    await occupy(first.temporal);
    const ports = await settle({ auto: false, unused: ['temporal', 'temporal_ui'] });
    expect(ports.api).toBe(first.api);
  });

  test('are the well-known ones where nothing was chosen', () => {
    expect(DEFAULT_PORTS).toMatchObject({ api: 4000, wms: 4100, crm: 4200, tasks: 4300 });
    expect(DEFAULT_PORTS).toMatchObject({ temporal: 7233, temporal_ui: 8233 });
  });
});

describe('a lock between processes', () => {
  test('is held by one at a time and free again after its release', () => {
    const file = join(dataDir, 'some.lock');
    const lock = tryLock(file);
    expect(lock).toBeDefined();
    expect(tryLock(file)).toBeUndefined();
    lock?.release();
    const next = tryLock(file);
    expect(next).toBeDefined();
    next?.release();
  });

  test('is waited for until it is free, or until the one who waits has had enough', async () => {
    const file = join(dataDir, 'some.lock');
    const lock = tryLock(file);
    let asked = 0;
    const givesUp = () => (asked += 1) < 3;
    expect(await waitForLock({ file, pollMs: 5, keepWaiting: givesUp })).toBeUndefined();
    setTimeout(() => lock?.release(), 30);
    const next = await waitForLock({ file, pollMs: 5, keepWaiting: () => true });
    expect(next).toBeDefined();
    next?.release();
  });
});

function settle(options: Partial<Parameters<typeof settlePorts>[0]>) {
  const usual = { dataDir, auto: false, named: {}, unused: [] };
  return settlePorts({ ...usual, say: (line) => said.push(line), ...options });
}

async function occupy(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
}
