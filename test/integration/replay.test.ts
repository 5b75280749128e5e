import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
  type ReplayWorkerOptions,
} from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';

const folder = new URL('../fixtures/histories/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

/**
 * Orders that are under way run on through a deploy, so the workflows of today must lead what
 * began yesterday where it was led. `node tools/record-histories.mjs` records anew.
 */
describe('the workflows of today', () => {
  let options: ReplayWorkerOptions = {};

  beforeAll(async () => {
    const logger = new DefaultLogger('ERROR');
    const telemetryOptions = { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } };
    Runtime.install({ logger, telemetryOptions });
    const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
    options = { workflowBundle: await bundleWorkflowCode({ workflowsPath, logger }) };
  }, 60_000);

  it.each(names)('lead %s where it was led', async (name) => {
    await expect(replay(readHistory(name))).resolves.toBeUndefined();
  });

  it('are refused for a history that they would have led elsewhere', async () => {
    const changed = read('normal-order.json').replaceAll(/"data": "([A-Za-z0-9+/=]+)"/g, swapped);
    await expect(replay(JSON.parse(changed))).rejects.toThrow(/nondeterminis/i);
  });

  function replay(history: unknown): Promise<void> {
    return Worker.runReplayHistory(options, history);
  }
});

describe('the committed histories', () => {
  it('hold every way an order goes: on to its end, on as new, short, cancelled, early, dead', () => {
    expect(names.map((name) => name.replace(/(-run-\d+)?\.json$/, ''))).toEqual(
      expect.arrayContaining([
        'normal-order',
        'backorder-and-child-pick',
        'cancelled-before-pick',
        'events-before-their-order',
        'dead-letter-replayed',
        'silent-warehouse',
        'long-order',
        'stock-allocation',
      ]),
    );
    expect(read('long-order-run-1.json')).toContain('EXECUTION_CONTINUED_AS_NEW');
  });

  it('name no machine and no process', () => {
    for (const name of names) {
      expect(read(name)).not.toMatch(/"identity": "(?!recorder)|\d+@|node_modules|file:\/\//);
    }
  });
});

/** JSON histories are read by reflection, which fails when two versions of protobufjs meet. */
describe('protobufjs', () => {
  it('is one copy for every part of the SDK', () => {
    const ours = createRequire(import.meta.url);
    const copies = ['common', 'client', 'proto', 'worker'].map((part) =>
      createRequire(ours.resolve(`@temporalio/${part}`)).resolve('protobufjs'),
    );
    expect(new Set(copies)).toEqual(new Set([ours.resolve('protobufjs')]));
  });

  it('reads a JSON history and writes the same', () => {
    const history = readHistory('normal-order.json');
    const written = JSON.parse(historyToJSON(historyFromJSON(history))) as unknown;
    expect(written).toEqual(history);
  });
});

/** A payload in which a local activity is another one. */
function swapped(_match: string, data: string): string {
  const text = Buffer.from(data, 'base64').toString('utf8');
  const other = text.replace('"activity_type":"sendOnce"', '"activity_type":"commitStep"');
  return `"data": "${Buffer.from(other).toString('base64')}"`;
}

function read(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

function readHistory(name: string): unknown {
  return JSON.parse(read(name));
}
