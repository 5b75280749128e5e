import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BRONZE,
  createBundlesStage,
  edited,
  GOLDEN,
  GOOD,
  load as loadGood,
  LOCKED,
  openDesk,
  ORDER_RULES,
  orders,
  PLATINUM,
  PRIORITIES,
  SILVER,
  TYPO,
  type BundlesStage,
  type RunningDesk,
} from '../support/bundles-stage.ts';
import type { Outcome } from '../../src/bundles/desk-parts.ts';

let stage: BundlesStage;
let open: RunningDesk[];

beforeEach(() => {
  stage = createBundlesStage();
  open = [];
});

afterEach(async () => {
  for (const running of open) await running.end();
  stage.end();
});

type Options = Parameters<typeof openDesk>[1];

async function boot(options?: Options): Promise<RunningDesk> {
  const running = openDesk(stage, options);
  open.push(running);
  await running.desk.boot();
  return running;
}

async function restart(options?: Options): Promise<RunningDesk> {
  await open.pop()?.end();
  return boot(options);
}

const BY = { by: 'ann' };
const kindsOf = ({ desk }: RunningDesk) =>
  desk.history({ limit: 100 }).items.map(({ kind }) => kind);

function hashOf(outcome: Outcome): string {
  if ('candidate' in outcome) return outcome.candidate.hash ?? '';
  return outcome.result === 'activated' ? outcome.activation.hash : outcome.hash;
}

describe('at boot', () => {
  it('lets the directory serve, and says nothing new at the second boot', async () => {
    const { desk, events } = await boot();
    const { hash } = desk.active();
    expect(desk.status()).toMatchObject({
      active: { hash, previous: null, kind: 'boot', seq: 1 },
      candidate: null,
      state: 'ok',
      errors: [],
      held: false,
    });
    expect(events).toMatchObject([{ type: 'activated', summary: null }]);
    const again = await restart();
    expect(again.desk.active().hash).toBe(hash);
    expect(again.events).toEqual([]);
    expect(kindsOf(again)).toEqual(['boot']);
  });

  it('refuses a first start on a broken directory, with every mistake', async () => {
    stage.write({ ...TYPO, ...edited(PRIORITIES, 'gold: high', 'gold: 7') });
    const refused = await boot().catch((error: unknown) => String(error));
    expect(refused).toContain('rules/order.yaml:9:');
    expect(refused).toContain('Did you mean sku?');
    expect(refused).toContain('tables/priority.yaml:2:');
  });

  it('refuses a first start when a golden case fails, and shows what came out', async () => {
    stage.write(edited(GOLDEN, 'priority: high', 'priority: highest'));
    await expect(boot()).rejects.toThrow('expected "highest", came out "high"');
  });

  it('refuses a first start on a directory that is not there', async () => {
    stage.remove('.');
    await expect(boot()).rejects.toThrow('There are no mapping files in');
  });

  it('serves the last good one over a restart on a broken directory, and says so', async () => {
    const { hash } = (await boot()).desk.active();
    stage.write(TYPO);
    const { desk, events } = await restart();
    expect(desk.active().hash).toBe(hash);
    expect(desk.status()).toMatchObject({
      state: 'degraded',
      candidate: { why: 'errors', hash: null },
      errors: [{ file: ORDER_RULES, line: 9, suggestion: 'sku' }],
    });
    expect(events).toMatchObject([{ type: 'refused' }]);
    const later = await restart();
    expect(later.desk.status().state).toBe('degraded');
    expect(later.events).toMatchObject([{ type: 'refused' }]);
    stage.write(GOOD);
    const mended = await restart();
    expect(mended.desk.status().state).toBe('ok');
    expect(mended.events).toEqual([{ type: 'settled', hash }]);
  });

  it('serves the last good one when the directory has gone', async () => {
    const { hash } = (await boot()).desk.active();
    stage.remove('.');
    const { desk } = await restart();
    expect(desk.active().hash).toBe(hash);
    expect(desk.status()).toMatchObject({ state: 'degraded', errors: [] });
    expect(desk.status().candidate?.message).toContain('There are no mapping files in');
  });

  it('takes what was edited while it was down, with the same questions as a reload', async () => {
    const { hash } = (await boot()).desk.active();
    stage.write(SILVER);
    const pending = await restart();
    expect(pending.desk.active().hash).toBe(hash);
    expect(pending.desk.status().state).toBe('pending');
    stage.write({ ...GOOD, ...BRONZE });
    const { desk } = await restart();
    expect(desk.status()).toMatchObject({ state: 'ok', active: { kind: 'boot', seq: 2 } });
  });

  it('asks the directory when a later program cannot compile the last good one', async () => {
    await boot();
    stage.write(PLATINUM);
    const strange: Options = {
      compile: (files) => {
        const isOld = !files.some(({ text }) => text.includes('platinum'));
        if (isOld) throw new Error('This program does not know it.');
        return loadGood(files);
      },
    };
    const { desk } = await restart(strange);
    expect(desk.status().active).toMatchObject({ kind: 'boot', seq: 2 });
    stage.write(GOOD);
    await restart();
    await expect(restart(strange)).rejects.toThrow('does not know it');
    open.pop();
  });
});

describe('reload', () => {
  it('activates what changes little, at once', async () => {
    const running = await boot();
    const { desk, events } = running;
    const before = desk.active();
    stage.write(BRONZE);
    const outcome = await desk.reload('edited', BY);
    expect(outcome).toMatchObject({
      result: 'activated',
      activation: { by: 'ann', note: 'edited', kind: 'reload', previous: before.hash },
      summary: { changed: 2, changedShare: 0.1, inputs: 20 },
    });
    expect(desk.active()).not.toBe(before);
    expect(desk.active().hash).toBe(hashOf(outcome));
    expect(events.map(({ type }) => type)).toEqual(['activated', 'activated']);
  });

  it('changes nothing for a directory that is as it was, or means the same', async () => {
    const { desk, store } = await boot();
    const { hash } = desk.active();
    expect(await desk.reload('again', BY)).toEqual({ result: 'unchanged', hash });
    stage.write(edited(PRIORITIES, 'rows:', '# the words of the shop\nrows:'));
    expect(await desk.reload('a comment', BY)).toEqual({ result: 'unchanged', hash });
    expect(store.ages()).toHaveLength(1);
  });

  it('gives another bundle to another rule, table, and so on back again', async () => {
    const { desk } = await boot({ inputs: [] });
    const first = desk.active().hash;
    stage.write(SILVER);
    expect(hashOf(await desk.reload('edited', BY))).not.toBe(first);
    stage.write(GOOD);
    expect(hashOf(await desk.reload('undone', BY))).toBe(first);
    expect(desk.get(first)?.files).toHaveLength(3);
  });

  it('refuses a typo with place and suggestion, serves on, and recovers when it is mended', async () => {
    let now = 1000;
    const { desk, events } = await boot({ now: () => now });
    const before = desk.active();
    stage.write(TYPO);
    now = 2000;
    expect(await desk.reload('typo', BY)).toMatchObject({
      result: 'refused',
      candidate: {
        why: 'errors',
        mistakes: [{ file: ORDER_RULES, line: 9, suggestion: 'sku', code: 'unknown-path' }],
      },
    });
    expect(desk.active()).toBe(before);
    stage.write(edited(ORDER_RULES, 'from: sku', 'from: skus'));
    now = 3000;
    await desk.reload('another typo', BY);
    expect(desk.status()).toMatchObject({
      state: 'degraded',
      since: 2000,
      candidate: { at: 3000 },
    });
    stage.write(GOOD);
    await desk.reload('mended', BY);
    expect(desk.status()).toMatchObject({ state: 'ok', candidate: null, errors: [], since: 1000 });
    expect(events.map(({ type }) => type)).toEqual(['activated', 'refused', 'refused', 'settled']);
  });

  it('stops at a golden case that fails, also when only the case changed', async () => {
    const { desk } = await boot();
    const { hash } = desk.active();
    stage.write(edited(PRIORITIES, 'gold: high', 'gold: higher'));
    expect(await desk.reload('edited', BY)).toMatchObject({
      result: 'refused',
      candidate: { why: 'golden', golden: [{ file: GOLDEN, line: 3, case: 'a gold order' }] },
    });
    stage.write({ ...GOOD, ...edited(GOLDEN, 'priority: high', 'priority: highest') });
    expect(await desk.reload('edited', BY)).toMatchObject({ candidate: { why: 'golden' } });
    expect(desk.active().hash).toBe(hash);
    expect(desk.status().state).toBe('degraded');
  });

  it('keeps a change of more than a fifth waiting until it is accepted by its hash', async () => {
    const running = await boot();
    const { desk, events } = running;
    const { hash } = desk.active();
    stage.write(SILVER);
    const pending = await desk.reload('edited', BY);
    expect(pending).toMatchObject({
      result: 'pending',
      candidate: { why: 'accept', summary: { changed: 12, changedShare: 0.6, from: hash } },
    });
    const wanted = hashOf(pending);
    expect(desk.status()).toMatchObject({ state: 'pending', candidate: { hash: wanted } });
    expect(desk.active().hash).toBe(hash);
    expect(await desk.reload('not this', { ...BY, accept: hash })).toMatchObject({
      result: 'pending',
    });
    expect(await desk.reload('yes', { ...BY, accept: wanted })).toMatchObject({
      result: 'activated',
      activation: { hash: wanted },
    });
    expect(desk.status()).toMatchObject({ state: 'ok', candidate: null });
    expect(events.map(({ type }) => type)).toEqual([
      'activated',
      'pending',
      'pending',
      'activated',
    ]);
  });

  it('takes exactly a fifth without asking', async () => {
    const { desk } = await boot({ inputs: orders(10).slice(3, 8) });
    stage.write(BRONZE);
    expect(await desk.reload('edited', BY)).toMatchObject({
      result: 'activated',
      summary: { changedShare: 0.2 },
    });
  });

  it('keeps a change of a locked target waiting, however few it touches', async () => {
    const shouting = orders(1);
    const quiet = orders(20).map((one, index) => ({
      ...one,
      body: { order_id: `ord-${index}`, priority: 'gold', lines: [] },
    }));
    const { desk } = await boot({ inputs: [...shouting, ...quiet] });
    stage.write(LOCKED);
    const outcome = await desk.reload('edited', BY);
    expect(outcome).toMatchObject({
      result: 'pending',
      candidate: { summary: { changed: 1, lockedChanged: ['ref'] } },
    });
    expect(await desk.activate(hashOf(outcome), { ...BY, accept: hashOf(outcome) })).toMatchObject({
      result: 'activated',
    });
    expect(desk.status()).toMatchObject({ state: 'ok', held: false });
  });

  it('does not forget over a restart, nor for other inputs, that something has to be accepted', async () => {
    await boot();
    stage.write(SILVER);
    await open[0]?.desk.reload('edited', BY);
    const { desk, events } = await restart({ inputs: [] });
    expect(desk.status()).toMatchObject({
      state: 'pending',
      candidate: { summary: { changed: 12 } },
    });
    expect(events).toMatchObject([{ type: 'pending' }]);
    expect(await desk.reload('again', BY)).toMatchObject({ result: 'pending' });
  });

  it('does not activate what it cannot compare', async () => {
    const { desk } = await boot({
      onShadow: () => {
        throw new Error('The inbox cannot be read.');
      },
    });
    stage.write(BRONZE);
    const outcome = await desk.reload('edited', BY);
    expect(outcome).toMatchObject({ result: 'refused', candidate: { why: 'errors' } });
    expect(desk.status().candidate?.message).toContain('The inbox cannot be read.');
  });

  it('runs two at once one after the other, and activates once', async () => {
    const running = await boot();
    stage.write(BRONZE);
    const outcomes = await Promise.all([
      running.desk.reload('one', BY),
      running.desk.reload('two', BY),
      running.desk.reload('three', BY),
    ]);
    expect(outcomes.map(({ result }) => result)).toEqual(['activated', 'unchanged', 'unchanged']);
    expect(kindsOf(running)).toEqual(['reload', 'boot']);
  });

  it('refuses more than it can queue', async () => {
    const { desk } = await boot();
    const asked = Array.from({ length: 40 }, () => desk.reload('again', BY).catch(String));
    const refused = (await Promise.all(asked)).filter((one) => typeof one === 'string');
    expect(refused).toHaveLength(8);
    expect(refused[0]).toContain('wait for their turn');
  });

  it('serves the old bundle whole until the new one is committed', async () => {
    const seen = new Set<string>();
    const { desk } = await boot({ onShadow: () => seen.add(open[0]?.desk.active().hash ?? '') });
    const { hash } = desk.active();
    stage.write(BRONZE);
    await desk.reload('edited', BY);
    expect([...seen]).toEqual([hash]);
  });

  it('goes on when nobody can be told', async () => {
    const { desk } = await boot({
      onEvent: () => {
        throw new Error('The log is full.');
      },
    });
    stage.write(BRONZE);
    expect(await desk.reload('edited', BY)).toMatchObject({ result: 'activated' });
  });
});

describe('stored bundles', () => {
  async function twoVersions(options?: Options) {
    const running = await boot(options);
    const first = running.desk.active().hash;
    stage.write(BRONZE);
    const second = hashOf(await running.desk.reload('edited', BY));
    return { ...running, first, second };
  }

  it('are rolled back to from what is stored, unasked, without the directory', async () => {
    const { desk, first, second, events } = await twoVersions();
    stage.remove('.');
    expect(await desk.rollback({ ...BY, note: 'bronze is wrong' })).toMatchObject({
      result: 'activated',
      activation: { hash: first, previous: second, kind: 'rollback', note: 'bronze is wrong' },
    });
    expect(desk.active().bundle.map('order', orders(10)[6]?.body)).toMatchObject({
      output: { priority: 'low' },
    });
    expect(events.at(-1)).toMatchObject({ type: 'activated' });
    await expect(desk.rollback(BY)).rejects.toMatchObject({ problem: 'nothing-to-roll-back' });
  });

  it('stay after a rollback until the directory changes, over restarts too', async () => {
    const { desk, first, second } = await twoVersions();
    await desk.rollback(BY);
    expect(desk.status()).toMatchObject({ state: 'ok', held: true });
    const again = await restart();
    expect(again.desk.active().hash).toBe(first);
    expect(again.desk.status().held).toBe(true);
    stage.write(edited(PRIORITIES, 'bronze: low', '  bronze: lowest'));
    const spaced = await restart();
    expect(spaced.desk.active().hash).toBe(first);
    stage.write({ ...BRONZE, ...edited(ORDER_RULES, 'version: 1', 'version: 2') });
    const edited2 = await restart();
    expect(edited2.desk.active().hash).not.toBe(first);
    expect(edited2.desk.active().hash).not.toBe(second);
    expect(edited2.desk.status().held).toBe(false);
  });

  it('give way to the directory when a person asks for it', async () => {
    const { desk, second } = await twoVersions();
    await desk.rollback(BY);
    expect(hashOf(await desk.reload('it was right', BY))).toBe(second);
    expect(desk.active().hash).toBe(second);
  });

  it('are activated by their hash, with the questions of a reload', async () => {
    const { desk, first, store } = await twoVersions();
    stage.write(SILVER);
    const silver = hashOf(await desk.reload('edited', BY));
    expect(await desk.activate(first, BY)).toMatchObject({
      result: 'activated',
      activation: { kind: 'api', hash: first },
    });
    expect(desk.status()).toMatchObject({ state: 'ok', held: true, candidate: null });
    expect(await desk.activate(silver, BY)).toMatchObject({ result: 'pending' });
    expect(store.candidate()).toBeNull();
    expect(await desk.activate(silver, { ...BY, accept: silver })).toMatchObject({
      result: 'activated',
    });
    expect(await desk.activate(silver, BY)).toEqual({ result: 'unchanged', hash: silver });
  });

  it('put a waiting candidate aside when what serves is chosen again', async () => {
    const { desk, second, events } = await twoVersions();
    stage.write(SILVER);
    await desk.reload('edited', BY);
    expect(await desk.activate(second, BY)).toEqual({ result: 'unchanged', hash: second });
    expect(desk.status()).toMatchObject({ state: 'ok', held: true });
    expect(events.at(-1)).toEqual({ type: 'settled', hash: second });
    expect((await restart()).desk.active().hash).toBe(second);
  });

  it('that are not there are said so, and nothing else is taken instead', async () => {
    const { desk, cache } = await twoVersions();
    const gone = 'f'.repeat(64);
    expect(await cache.get(gone)).toBeUndefined();
    expect(desk.get(gone)).toBeUndefined();
    for (const ask of [
      desk.activate(gone, BY),
      desk.diff(gone, desk.active().hash, 10),
      desk.remove(gone),
    ]) {
      await expect(ask).rejects.toMatchObject({ code: 'not-found', problem: 'bundle-not-found' });
    }
  });

  it('are compared over the last inputs', async () => {
    const { desk, first, second } = await twoVersions();
    expect(await desk.diff(first, second, 10)).toMatchObject({
      from: first,
      to: second,
      inputs: 10,
      changed: 1,
    });
    expect(await desk.diff(second, second, 10)).toMatchObject({ changed: 0 });
  });

  it('are removed only when nothing needs them', async () => {
    const pinned: string[] = [];
    let now = 1000;
    const { desk, first, second } = await twoVersions({
      pinned,
      now: () => now,
      settings: { idleMinMs: 500 },
    });
    stage.write({ ...BRONZE, ...edited(ORDER_RULES, 'version: 1', 'version: 2') });
    const third = hashOf(await desk.reload('edited', BY));
    const refusal = (hash: string) => desk.remove(hash).catch((error: Error) => error.message);
    expect(await refusal(third)).toContain('it serves');
    expect(await refusal(second)).toContain('a rollback returns to it');
    expect(await refusal(first)).toContain('served a moment ago');
    now = 1500;
    pinned.push(first);
    expect(await refusal(first)).toContain('open orders run by it');
    pinned.pop();
    expect(await refusal(first)).toBeUndefined();
    expect(desk.get(first)).toBeUndefined();
    expect(desk.history({ limit: 10 }).items.map(({ hash }) => hash)).toContain(first);
  });

  it('beyond their number go from the longest unused, but for what orders hold', async () => {
    const pinned: string[] = [];
    let now = 1000;
    const running = await boot({ pinned, now: () => now, settings: { keptMax: 3 }, inputs: [] });
    const hashes = [running.desk.active().hash];
    pinned.push(hashes[0] ?? '');
    for (const version of [2, 3, 4, 5, 6]) {
      now += 1000;
      stage.write(edited(ORDER_RULES, 'version: 1', `version: ${version}`));
      hashes.push(hashOf(await running.desk.reload('edited', BY)));
    }
    const left = hashes.filter((hash) => running.desk.get(hash) !== undefined);
    expect(left).toEqual([hashes[0], hashes[4], hashes[5]]);
  });
});
