import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { restartDelayMs } from '../../src/supervisor/backoff.ts';
import { DEMO_ORDERS } from '../../src/supervisor/demo-orders.ts';
import { childMarker, findOrphans, temporalDatabase } from '../../src/supervisor/orphans.ts';
import { ownTemporalEnvironment, type Plan } from '../../src/supervisor/plan.ts';
import { DEFAULT_PORTS } from '../../src/supervisor/ports.ts';
import { createProgress, elapsed } from '../../src/supervisor/progress.ts';
import { judgeVersion } from '../../src/supervisor/provision/candidate.ts';
import { TEMPORAL_CLI_VERSION } from '../../src/supervisor/provision/version.ts';
import { devServerArguments } from '../../src/supervisor/temporal-server.ts';

describe('the restart backoff', () => {
  test('starts again at once, then doubles from 200 ms up to its cap', () => {
    const policy = { delayMs: 200, delayMaxMs: 5000 };
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((deaths) => restartDelayMs(deaths, policy));
    expect(delays).toEqual([0, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
  });
});

describe('what a dead supervisor left behind', () => {
  const dataDir = '/srv/data one';
  const line = (...args: string[]) => `${args.join('\0')}\0`;
  const temporal = (folder: string) =>
    line(
      'temporal',
      'server',
      'start-dev',
      '--db-filename',
      temporalDatabase(folder),
      '--ip',
      '::1',
    );

  test('is its programs and its Temporal server, by their command lines', () => {
    const all = [
      { pid: 2, command: line('node', 'dist/src/api.js', childMarker(dataDir)) },
      { pid: 3, command: temporal(dataDir) },
    ];
    expect(findOrphans(dataDir, all).map(({ pid }) => pid)).toEqual([2, 3]);
  });

  test('is never another directory, another program on the same file, or ourselves', () => {
    const all = [
      { pid: 2, command: line('node', 'dist/src/api.js', childMarker(`${dataDir}2`)) },
      { pid: 3, command: temporal(`${dataDir}2`) },
      { pid: 4, command: line('sqlite3', temporalDatabase(dataDir)) },
      { pid: 5, command: line('node', 'tools/start.mjs', '--data-dir', dataDir) },
      { pid: process.pid, command: line('node', childMarker(dataDir)) },
      { pid: 6, command: '' },
    ];
    expect(findOrphans(dataDir, all)).toEqual([]);
  });
});

describe('the pinned Temporal CLI', () => {
  test('is the same version for the download and for the build from source', () => {
    const file = fileURLToPath(new URL('../../tools/temporal-cli/go.mod', import.meta.url));
    const required = /^require github.com\/temporalio\/cli v(\S+)$/m.exec(
      readFileSync(file, 'utf8'),
    );
    expect(required?.[1]).toBe(TEMPORAL_CLI_VERSION);
  });

  test('is refused when its server is too old, and when it is something else', () => {
    const judge = (version: string) => judgeVersion('/bin/temporal', version).ok;
    expect(judge('temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)')).toBe(true);
    expect(judge('temporal version 1.5.0 (Server 1.29.0, UI 2.40.0)')).toBe(true);
    expect(judge('temporal version 2.0.0 (Server 2.0.0, UI 3.0.0)')).toBe(true);
    expect(judge('temporal version 1.4.0 (Server 1.28.9, UI 2.39.0)')).toBe(false);
    expect(judge('GNU bash, version 5.2')).toBe(false);
  });

  test('keeps its workflows in a WAL file with the synchronous mode that was asked for', () => {
    const options = { databaseFile: '/d/temporal.db', port: 1, uiPort: 2 };
    const args = devServerArguments({ ...options, synchronous: 'FULL' }).join(' ');
    expect(args).toContain('--db-filename /d/temporal.db');
    expect(args).toContain('--sqlite-pragma journal_mode=WAL --sqlite-pragma synchronous=FULL');
    expect(args).toContain('matching.numTaskqueueReadPartitions=1');
    expect(args).toContain('--search-attribute OrderStage=Keyword');
  });
});

describe('the environment of our programs', () => {
  test('reaches the server that we started, whatever other server the person works with', () => {
    const plan: Plan = {
      dataDir: '/d',
      ports: DEFAULT_PORTS,
      secrets: {
        webhooks: { crm: 'a', tasks: 'b', wms: 'c' },
        api_key: 'k',
        wms_token: 't',
        wms_client: { id: 'i', secret: 's' },
      },
      linkSecret: 'l',
      masterKey: 'm',
      temporal: { address: '127.0.0.1:1', namespace: 'default', connectionOptions: {} },
      temporalUiUrl: undefined,
    };
    const foreign = { TEMPORAL_API_KEY: 'x', TEMPORAL_TLS: 'true', TEMPORAL_NAMESPACE: 'theirs' };
    expect(ownTemporalEnvironment({ ...foreign, HOME: '/h' }, plan)).toEqual({
      TEMPORAL_API_KEY: undefined,
      TEMPORAL_TLS: undefined,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      TEMPORAL_NAMESPACE: 'default',
      TEMPORAL_CONFIG_FILE: '/d/no-temporal-profile.toml',
    });
  });
});

describe('the demo', () => {
  test('has 20 orders, every goal, and one that the warehouse cannot serve', () => {
    expect(new Set(DEMO_ORDERS.map(({ orderId }) => orderId)).size).toBe(20);
    expect(new Set(DEMO_ORDERS.map(({ goal }) => goal))).toEqual(
      new Set([
        ...['shipped', 'partly-shipped', 'picked', 'partly-picked', 'assigned'],
        ...['untouched', 'cancelled'],
      ]),
    );
    const servable = DEMO_ORDERS.filter(({ goal }) => goal !== 'untouched');
    expect(servable.flatMap(({ items }) => items).every(({ sku }) => sku !== 'SKU-EMPTY')).toBe(
      true,
    );
    expect(DEMO_ORDERS.some(({ items }) => items.every(({ sku }) => sku === 'SKU-EMPTY'))).toBe(
      true,
    );
  });
});

describe('progress', () => {
  test('counts minutes and seconds', () => {
    expect([0, 999, 42_000, 420_000, 3_600_000].map(elapsed)).toEqual([
      '00:00',
      '00:00',
      '00:42',
      '07:00',
      '60:00',
    ]);
  });

  test('writes whole lines where there is no terminal', () => {
    const written: string[] = [];
    const progress = createProgress({ write: (text) => written.push(text) });
    progress.phase('building').done();
    expect(written[0]).toBe('crossdock: building\n');
    expect(written[1]).toMatch(/^crossdock: building: done \(0\.\d s\)\n$/);
  });
});
