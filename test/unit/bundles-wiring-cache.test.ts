import { expect, it } from 'vitest';
import { createWiringCache, type LoadWiring } from '../../src/bundles/wiring-cache.ts';
import { BRONZE, GOOD, load, PLATINUM, TYPO } from '../support/bundles-stage.ts';

const FILES = {
  good: { ...GOOD },
  bronze: { ...GOOD, ...BRONZE },
  platinum: { ...GOOD, ...PLATINUM },
  broken: { ...GOOD, ...TYPO },
};

function cacheOf(max = 2, compile: LoadWiring = load) {
  const compiled: string[] = [];
  const texts = new Map(
    Object.entries(FILES).map(([name, files]) => [
      name,
      Object.entries(files).map(([path, text]) => ({ path, text })),
    ]),
  );
  const cache = createWiringCache({
    filesOf: (hash) => texts.get(hash),
    load: (files) => {
      compiled.push([...texts].find(([, known]) => known === files)?.[0] ?? '');
      return compile(files);
    },
    max,
  });
  return { cache, compiled };
}

it('is undefined for a bundle that is not stored, whatever else is', async () => {
  const { cache } = cacheOf();
  await cache.get('good');
  expect(await cache.get('gone')).toBeUndefined();
});

it('gives the bundle under the hash that was asked for', async () => {
  const { cache } = cacheOf();
  expect((await cache.get('good'))?.hash).toBe('good');
});

it('compiles once, however many ask at a time and later', async () => {
  const { cache, compiled } = cacheOf(2, async (files) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return load(files);
  });
  const got = await Promise.all(Array.from({ length: 20 }, () => cache.get('good')));
  expect(new Set(got).size).toBe(1);
  expect(await cache.get('good')).toBe(got[0]);
  expect(compiled).toEqual(['good']);
});

it('forgets what was asked for longest ago', async () => {
  const { cache, compiled } = cacheOf(2);
  for (const hash of ['good', 'bronze', 'good', 'platinum', 'good', 'bronze'])
    await cache.get(hash);
  expect(compiled).toEqual(['good', 'bronze', 'platinum', 'bronze']);
});

it('says what is wrong with a stored bundle that does not compile any more, and compiles it once', async () => {
  const { cache, compiled } = cacheOf();
  for (const _ of [1, 2]) {
    await expect(cache.get('broken')).rejects.toMatchObject({
      problem: 'bundle-not-loadable',
      message: expect.stringContaining('Did you mean sku?'),
    });
  }
  expect(compiled).toEqual(['broken']);
});

it('tries again after a compile that was cut off', async () => {
  let calls = 0;
  const { cache } = cacheOf(2, (files) => {
    calls += 1;
    if (calls === 1) throw new Error('cut off');
    return load(files);
  });
  await expect(cache.get('good')).rejects.toThrow('cut off');
  expect((await cache.get('good'))?.hash).toBe('good');
});
