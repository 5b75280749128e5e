import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readDirectory } from '../../src/bundles/directory.ts';
import {
  BRONZE,
  createBundlesStage,
  edited,
  GOOD,
  openDesk,
  ORDER_RULES,
  PRIORITIES,
  TYPO,
  type BundlesStage,
  type RunningDesk,
} from '../support/bundles-stage.ts';
import { eventually, pause } from '../support/eventually.ts';

let stage: BundlesStage;
let running: RunningDesk;

beforeEach(() => {
  stage = createBundlesStage();
});

afterEach(async () => {
  await running.end();
  stage.end();
});

async function watch(watchMs = 15): Promise<RunningDesk> {
  running = openDesk(stage, { settings: { watchMs }, inputs: [] });
  await running.desk.boot();
  running.desk.watch();
  return running;
}

const typesOf = ({ events }: RunningDesk) => events.map(({ type }) => type);

it('takes an edit, and a file that is added or removed, without being asked', async () => {
  const { desk } = await watch();
  const first = desk.active().hash;
  stage.write(BRONZE);
  await eventually(() => desk.active().hash !== first);
  expect(desk.status().active).toMatchObject({ kind: 'reload', by: 'watch', note: null });
  const second = desk.active().hash;
  stage.write({ 'tables/extra.yaml': 'table: extra\nrows: {a: b}\n' });
  await eventually(() => desk.active().hash !== second);
  stage.remove('tables/extra.yaml');
  await eventually(() => desk.active().hash === second);
});

it('says that a typo is one, serves on, and takes the file when it is mended', async () => {
  const { desk } = await watch();
  const before = desk.active();
  stage.write(TYPO);
  await eventually(() => desk.status().state === 'degraded');
  expect(desk.active()).toBe(before);
  expect(desk.status().errors).toMatchObject([{ file: ORDER_RULES, suggestion: 'sku' }]);
  stage.write(edited(ORDER_RULES, 'version: 1', 'version: 2'));
  await eventually(() => desk.active() !== before);
  expect(desk.status()).toMatchObject({ state: 'ok', candidate: null });
  expect(typesOf(running)).toEqual(['activated', 'refused', 'activated']);
});

it('takes nothing while a file is being written, and then all of it', async () => {
  const { desk, events } = await watch(40);
  const rows = Array.from({ length: 60 }, (_, index) => `  word-${index}: low`);
  const start = 'table: priority\nrows:\n  gold: high\n  silver: normal\n  bronze: low\n';
  // Each state of it compiles: only that it still changes says that it is not whole.
  for (const length of rows.keys()) {
    stage.write({ [PRIORITIES]: `${start}${rows.slice(0, length + 1).join('\n')}\n` });
    await pause(4);
  }
  await eventually(() => events.length > 1);
  expect(typesOf(running)).toEqual(['activated', 'activated']);
  expect(desk.active().bundle.tables.get('priority')?.rows.size).toBe(63);
});

it('never alerts for a directory that is empty for a moment', async () => {
  const { desk } = await watch(40);
  for (let round = 0; round < 10; round += 1) {
    stage.remove('rules');
    await pause(4);
    stage.write(GOOD);
    await pause(4);
  }
  stage.write(edited(ORDER_RULES, 'version: 1', 'version: 2'));
  await eventually(() => desk.status().active.seq === 2);
  expect(typesOf(running)).toEqual(['activated', 'activated']);
});

it('leaves what was rolled back alone when its files are only touched or commented', async () => {
  const { desk } = await watch();
  const { hash } = desk.active();
  stage.write(BRONZE);
  await eventually(() => desk.active().hash !== hash);
  await desk.rollback({ by: 'ann' });
  utimesSync(join(stage.directory, PRIORITIES), 1, 1);
  await pause(100);
  stage.write({ [PRIORITIES]: `# here\n${BRONZE[PRIORITIES] ?? ''}` });
  await pause(100);
  expect(desk.status()).toMatchObject({ active: { hash, kind: 'rollback' }, held: true });
  stage.write(edited(PRIORITIES, 'bronze: low', 'bronze: lower'));
  await eventually(() => desk.active().hash !== hash);
  expect(desk.status()).toMatchObject({ held: false, state: 'ok' });
});

it('compiles nothing while nothing changes, nor for the files that editors leave about', async () => {
  const { compiled } = await watch(5);
  await pause(60);
  const before = compiled();
  stage.write({ 'rules/.order.yaml.swp': 'x', 'rules/order.yaml~': 'x', 'rules/4913': 'x' });
  await pause(60);
  expect(compiled()).toBe(before);
});

it('takes an edit while an editor keeps writing a file of its own', async () => {
  const { desk } = await watch(40);
  const { hash } = desk.active();
  stage.write(BRONZE);
  let typed = '';
  await eventually(() => {
    stage.write({ 'tables/.priority.yaml.swp': (typed += 'x'), 'tables/.#priority': typed });
    return desk.active().hash !== hash;
  });
  expect(desk.status()).toMatchObject({ state: 'ok', active: { by: 'watch' } });
});

it('takes a mended directory again after it could not be read', async () => {
  const { desk } = await watch();
  const before = desk.active();
  stage.remove('.');
  await eventually(() => desk.status().state === 'degraded');
  expect(desk.active()).toBe(before);
  stage.write(GOOD);
  await eventually(() => desk.status().state === 'ok');
  expect(typesOf(running)).toEqual(['activated', 'refused', 'settled']);
});

it('does not watch when it is told not to, and stops when it is told to', async () => {
  const off = await watch(0);
  stage.write(BRONZE);
  await pause(50);
  expect(typesOf(off)).toEqual(['activated']);
  await off.end();
  const { desk } = await watch(5);
  await desk.stop();
  stage.write(TYPO);
  await pause(50);
  expect(desk.status().state).toBe('ok');
});

it('reads no directory that changes while it is read, nor one that is too large', async () => {
  await watch(0);
  let text = '#';
  let writing: NodeJS.Immediate | undefined;
  const write = (): void => {
    stage.write({ [PRIORITIES]: `${GOOD[PRIORITIES] ?? ''}${(text += '#')}\n` });
    writing = setImmediate(write);
  };
  write();
  const { directory } = stage;
  await expect(readDirectory({ directory, bytesMax: 1_000_000 })).rejects.toMatchObject({
    problem: 'mappings-being-written',
  });
  if (writing !== undefined) clearImmediate(writing);
  expect((await readDirectory({ directory, bytesMax: 1_000_000 })).files).toHaveLength(3);
  await expect(readDirectory({ directory, bytesMax: 100 })).rejects.toThrow(
    'CROSSDOCK_MAPPINGS_BYTES_MAX',
  );
});
