import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test, onTestFinished } from 'vitest';
import type { Check } from '../../src/cli/doctor/check.ts';
import {
  checkDataDir,
  checkDisk,
  checkFsync,
  checkNode,
  checkSqlite,
  measureFsync,
  openSqlite,
} from '../../src/cli/doctor/machine.ts';
import { checkPorts } from '../../src/cli/doctor/ports.ts';
import { checkPrivateFiles } from '../../src/cli/doctor/private-files.ts';
import { checkClock } from '../../src/cli/doctor/server.ts';
import { checkTemporalBinary } from '../../src/cli/doctor/temporal-binary.ts';
import { judgeTemporalServer } from '../../src/cli/doctor/temporal-server.ts';
import { findFreePort } from '../../src/supervisor/ports.ts';
import { temporaryFolder } from '../support/books-shelf.ts';

/** A finding has to say in one line what to do. */
function expectFailed(check: Check | undefined, remedy: RegExp): void {
  expect(check).toMatchObject({ status: 'failed', remedy: expect.stringMatching(remedy) });
  expect(`${check?.detail}${check?.remedy}`).not.toContain('\n');
}

describe('node', () => {
  test.each(['20.19.0', '20.20.2', '22.1.0', '24.0.0'])('%s will do', (version) => {
    expect(checkNode(version, '>=20.19').status).toBe('ok');
  });

  test.each(['18.20.0', '20.18.9', '16.0.0'])('%s is too old', (version) => {
    expectFailed(checkNode(version, '>=20.19'), /^Install Node 20\.19 or later/);
  });
});

describe('sqlite', () => {
  test('loads', async () => {
    const check = await checkSqlite(openSqlite);
    expect(check.status).toBe('ok');
    expect(check.detail).toMatch(/SQLite 3\./);
  });

  test('that was not built is told to be rebuilt', async () => {
    const open = () =>
      Promise.reject(new Error('Could not locate the bindings file.\nTried: a, b'));
    const check = await checkSqlite(open);
    expectFailed(check, /npm rebuild better-sqlite3/);
    expect(check.detail).toContain('bindings file');
  });
});

describe('the data directory', () => {
  test('may be made by the first start, and nothing is left of the look at it', () => {
    const folder = temporaryFolder();
    expect(checkDataDir(join(folder, 'a', 'b')).status).toBe('ok');
    expect(checkDataDir(folder)).toMatchObject({ status: 'ok', detail: folder });
    expect(measureFsync(folder)?.medianMs).toBeGreaterThan(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that cannot be written names what to change', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expectFailed(checkDataDir(file), /--data-dir DIR/);
    expect(checkFsync(measureFsync(file), 50).status).toBe('skipped');
  });
});

test('a full disk asks for space', () => {
  const folder = temporaryFolder();
  expect(checkDisk(folder, 1).status).toBe('ok');
  expectFailed(checkDisk(join(folder, 'not-yet'), Number.MAX_SAFE_INTEGER), /^Free disk space/);
});

test('a slow fsync asks for another disk', () => {
  expect(checkFsync({ medianMs: 2, worstMs: 300 }, 50).status).toBe('ok');
  expectFailed(checkFsync({ medianMs: 51, worstMs: 60 }, 50), /local SSD/);
});

describe('the secrets', () => {
  function folderWith(mode: number): string {
    const folder = temporaryFolder();
    for (const name of ['run.json', 'secrets.json']) {
      writeFileSync(join(folder, name), '{}');
      chmodSync(join(folder, name), name === 'secrets.json' ? mode : 0o600);
    }
    return folder;
  }

  test('of their owner only are in order', () => {
    expect(checkPrivateFiles(folderWith(0o600)).status).toBe('ok');
    expect(checkPrivateFiles(temporaryFolder()).status).toBe('skipped');
  });

  test.each([0o644, 0o640, 0o604])('of mode %o are told to be closed', (mode) => {
    const folder = folderWith(mode);
    const file = join(folder, 'secrets.json');
    expect(checkPrivateFiles(folder)).toMatchObject({
      status: 'failed',
      remedy: `chmod 600 ${file}`,
    });
  });
});

describe('the ports of a start', () => {
  async function held(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async function freePorts() {
    const ports: number[] = [];
    for (let count = 0; count < 6; count += 1) ports.push(await findFreePort(ports));
    const [api, wms, crm, tasks, temporal, temporal_ui] = ports;
    return { api, wms, crm, tasks, temporal, temporal_ui };
  }

  test('are free', async () => {
    const named = await freePorts();
    const check = await checkPorts({ dataDir: '/nowhere', named, temporalRuns: false });
    expect(check.status).toBe('ok');
  });

  test('that another process holds are named, with the variable that moves them', async () => {
    const named = { ...(await freePorts()), wms: await held() };
    const check = await checkPorts({ dataDir: '/nowhere', named, temporalRuns: false });
    expectFailed(check, /--ports auto.*CROSSDOCK_WMS_PORT\.$/);
    expect(check.detail).toBe(`taken by another process: wms ${named.wms}`);
  });

  test('are those that the data directory keeps', async () => {
    const dataDir = temporaryFolder();
    const kept = { ...(await freePorts()), api: await held() };
    writeFileSync(join(dataDir, 'ports.json'), JSON.stringify(kept));
    const check = await checkPorts({ dataDir, named: {}, temporalRuns: false });
    expectFailed(check, /CROSSDOCK_API_PORT/);
  });

  test("leave out Temporal's when that runs already", async () => {
    const named = { ...(await freePorts()), temporal: await held() };
    expect(await checkPorts({ dataDir: '/x', named, temporalRuns: true })).toMatchObject({
      status: 'ok',
    });
    expectFailed(await checkPorts({ dataDir: '/x', named, temporalRuns: false }), /TEMPORAL_PORT/);
  });
});

describe('the clock', () => {
  const now = Date.parse('2026-01-17T14:32:00.500Z');

  test('is compared with the server to the second', () => {
    expect(checkClock('Sat, 17 Jan 2026 14:32:00 GMT', now, 1).status).toBe('ok');
    expect(checkClock('Sat, 17 Jan 2026 14:31:31 GMT', now, 30_000).status).toBe('ok');
    expect(checkClock(null, now, 1).status).toBe('skipped');
  });

  test.each(['Sat, 17 Jan 2026 14:31:00 GMT', 'Sat, 17 Jan 2026 14:37:00 GMT'])(
    'that is off is told to be set: %s',
    (date) => expectFailed(checkClock(date, now, 30_000), /NTP/),
  );
});

describe('the Temporal binary', () => {
  function folderWith(script: string): string {
    const folder = temporaryFolder();
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'temporal'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return folder;
  }
  const nowhere = { timeoutMs: 500, downloadUrl: 'http://127.0.0.1:1/' };
  const GOOD = 'echo "temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)"';

  test('is found on PATH', async () => {
    const folder = folderWith(GOOD);
    const env = { PATH: `${join(folder, 'bin')}:/bin`, HOME: folder };
    expect(await checkTemporalBinary({ env, ...nowhere })).toMatchObject({ status: 'ok' });
  });

  test('that TEMPORAL_CLI names and that does not run is told to be unset', async () => {
    const folder = folderWith(GOOD);
    const env = { PATH: join(folder, 'bin'), HOME: folder, TEMPORAL_CLI: join(folder, 'none') };
    const check = await checkTemporalBinary({ env, ...nowhere });
    expectFailed(check, /^Let TEMPORAL_CLI name a Temporal CLI, or unset it\.$/);
  });

  test('that is too old is told to be updated', async () => {
    const folder = folderWith('echo "temporal version 0.9 (Server 1.20.0, UI 2.0.0)"');
    const env = { PATH: `${join(folder, 'bin')}:/bin`, HOME: folder };
    expectFailed(
      await checkTemporalBinary({ env, ...nowhere }),
      /^Update the `temporal` on PATH\.$/,
    );
  });

  test('that cannot be had at all names every way out', async () => {
    const folder = temporaryFolder();
    const check = await checkTemporalBinary({ env: { PATH: '', HOME: folder }, ...nowhere });
    expectFailed(check, /TEMPORAL_CLI.*TEMPORAL_ADDRESS.*Go/);
  });

  test('can be built where there is Go', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'go'), '#!/bin/sh\n', { mode: 0o755 });
    const check = await checkTemporalBinary({ env: { PATH: folder, HOME: folder }, ...nowhere });
    expect(check).toMatchObject({ status: 'ok', detail: expect.stringContaining('builds it') });
  });
});

describe('the Temporal server', () => {
  const target = { address: '127.0.0.1:7233', namespace: 'shop' };
  const found = { unreachable: undefined, namespaceExists: true, attributesMissing: [] };

  test('is in order with a namespace and all search attributes', () => {
    const checks = judgeTemporalServer(target, found);
    expect(checks.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  });

  test('that does not answer names the variable that leads to it', () => {
    const [server, ...rest] = judgeTemporalServer(target, {
      ...found,
      unreachable: 'connection refused',
      namespaceExists: false,
    });
    expectFailed(server, /TEMPORAL_ADDRESS/);
    expect(rest.map(({ status }) => status)).toEqual(['skipped', 'skipped']);
  });

  test('without the namespace shows the command that makes it', () => {
    const [, namespace] = judgeTemporalServer(target, { ...found, namespaceExists: false });
    expectFailed(namespace, /^temporal operator namespace create .*--namespace shop$/);
  });

  test('without search attributes shows the command that adds just those', () => {
    const missing = ['OrderStage', 'OldestDue'];
    const [, , attributes] = judgeTemporalServer(target, { ...found, attributesMissing: missing });
    expectFailed(
      attributes,
      /search-attribute create .*--namespace shop --name OrderStage --type Keyword --name OldestDue --type Datetime$/,
    );
  });
});
