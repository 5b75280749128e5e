import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBundlesStage, openDesk, type BundlesStage } from '../support/bundles-stage.ts';

let stage: BundlesStage;
let child: ChildProcess | undefined;

beforeEach(() => {
  stage = createBundlesStage();
});

afterEach(() => {
  child?.kill('SIGKILL');
  stage.end();
});

interface Started {
  /** What served when it had booted. */
  hash: string;
  ended: Promise<unknown>;
}

async function start(moment: 'before-commit' | 'after-commit' | 'any'): Promise<Started> {
  child = fork('test/support/bundles-crash-child.ts', [stage.file, stage.directory, moment], {
    execArgv: ['--import', 'tsx'],
  });
  const ended = once(child, 'exit');
  const [message] = (await once(child, 'message')) as [{ hash: string }];
  return { hash: message.hash, ended };
}

/** What serves after a restart that does not look at the directory; whole, or the test fails. */
async function served(): Promise<{ hash: string; seq: number }> {
  const { store, cache, end } = openDesk(stage);
  const active = store.active();
  if (active === undefined) throw new Error('Nothing serves.');
  expect((await cache.get(active.hash))?.hash).toBe(active.hash);
  expect(store.candidate()).toBeNull();
  await end();
  const sqlite = new Database(stage.file);
  expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(sqlite.pragma('foreign_key_check')).toEqual([]);
  sqlite.close();
  return active;
}

it('leaves the old bundle serving when it is killed after storing the new one', async () => {
  const { hash, ended } = await start('before-commit');
  await ended;
  expect(await served()).toMatchObject({ hash, seq: 1 });
  const { desk, store, end } = openDesk(stage);
  expect(store.ages()).toHaveLength(2);
  await desk.boot();
  expect(desk.status()).toMatchObject({ active: { seq: 2, kind: 'boot' }, state: 'ok' });
  await end();
});

it('leaves the new bundle serving when it is killed right after the commit', async () => {
  const { hash, ended } = await start('after-commit');
  await ended;
  const active = await served();
  expect(active.seq).toBe(2);
  expect(active.hash).not.toBe(hash);
});

it('serves one whole bundle after a kill at any moment', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { ended } = await start('any');
    await new Promise((resolve) => setTimeout(resolve, 20 + round * 37));
    child?.kill('SIGKILL');
    await ended;
    const { desk, end } = openDesk(stage);
    const before = await served();
    await desk.boot();
    expect(desk.status().state).toBe('ok');
    expect(desk.status().active.seq - before.seq).toBeLessThan(2);
    await end();
  }
});
