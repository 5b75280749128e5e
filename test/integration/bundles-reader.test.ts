import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBundleReader, type BundleReader } from '../../src/bundles/reader.ts';
import { createLogger } from '../../src/logger.ts';
import {
  createBundlesStage,
  openDesk,
  PLATINUM,
  type BundlesStage,
  type RunningDesk,
} from '../support/bundles-stage.ts';
import { eventually } from '../support/eventually.ts';

let stage: BundlesStage;
let running: RunningDesk | undefined;
let readers: BundleReader[];

beforeEach(() => {
  stage = createBundlesStage();
  readers = [];
});

afterEach(async () => {
  for (const reader of readers) reader.close();
  await running?.end();
  running = undefined;
  stage.end();
});

function read() {
  const changes: string[] = [];
  const log = createLogger('test', 'silent');
  const reader = openBundleReader(stage.file, {
    pollMs: 5,
    onChange: (hash) => changes.push(hash),
    log,
  });
  readers.push(reader);
  return { reader, changes };
}

it('waits for a file that is not made yet', async () => {
  const { reader, changes } = read();
  expect(reader.active()).toBeUndefined();
  expect(reader.filesOf('a'.repeat(64))).toBeUndefined();
  const first = reader.firstActive(5000);
  running = openDesk(stage);
  await running.desk.boot();
  const { hash } = running.desk.active();
  expect(await first).toBe(hash);
  expect(changes).toEqual([hash]);
  expect(reader.filesOf(hash)).toEqual(running.store.get(hash)?.files);
});

it('says so when nothing serves in time', async () => {
  const { reader } = read();
  await expect(reader.firstActive(20)).rejects.toMatchObject({ code: 'unavailable' });
});

it('knows at once what serves already, and hears of each change', async () => {
  running = openDesk(stage);
  await running.desk.boot();
  const before = running.desk.active().hash;
  const { reader, changes } = read();
  expect(reader.active()).toBe(before);
  expect(await reader.firstActive(0)).toBe(before);
  stage.write(PLATINUM);
  await running.desk.reload('test', { by: 'ann' });
  const after = running.desk.active().hash;
  await eventually(() => reader.active() === after);
  await running.desk.rollback({ by: 'ann' });
  await eventually(() => reader.active() === before);
  expect(changes).toEqual([after, before]);
});

it('never writes', async () => {
  running = openDesk(stage);
  await running.desk.boot();
  const { reader } = read();
  expect(reader.filesOf('b'.repeat(64))).toBeUndefined();
  running.store.close();
  expect(reader.filesOf(running.desk.active().hash)).toHaveLength(3);
  running = undefined;
});
