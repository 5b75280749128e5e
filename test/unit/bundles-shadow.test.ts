import { expect, it } from 'vitest';
import { createShadow, type Become } from '../../src/bundles/shadow.ts';
import type { Wiring } from '../../src/wiring/compile.ts';
import {
  become,
  BRONZE,
  edited,
  GOLDEN,
  GOOD,
  load,
  LOCKED,
  ORDER_RULES,
  orders,
  PRIORITIES,
  SILVER,
} from '../support/bundles-stage.ts';

async function wiringOf(files: Readonly<Record<string, string>>): Promise<Wiring> {
  const texts = Object.entries({ ...GOOD, ...files }).map(([path, text]) => ({ path, text }));
  const result = await load(texts);
  if ('wiring' in result) return result.wiring;
  throw new Error(JSON.stringify(result.errors));
}

async function shadowOf(
  files: Readonly<Record<string, string>>,
  { before = {}, samplesMax = 20 }: { before?: Record<string, string>; samplesMax?: number } = {},
) {
  const shadow = createShadow({ recentInputs: (last) => orders(last), become, samplesMax });
  return shadow(await wiringOf(before), await wiringOf(files), 20);
}

it('finds nothing changed between a bundle and itself', async () => {
  expect(await shadowOf({})).toMatchObject({
    inputs: 20,
    outputs: 20,
    changed: 0,
    changedShare: 0,
    lockedChanged: [],
    targets: [],
    samples: [],
  });
});

it('counts the outputs that change, by target', async () => {
  const summary = await shadowOf(BRONZE);
  expect(summary).toMatchObject({ changed: 2, changedShare: 0.1, lockedChanged: [] });
  expect(summary.targets).toEqual([{ mapping: 'order', target: 'priority', changed: 2 }]);
  expect(summary.samples[0]).toEqual({
    id: 'evt-6',
    mapping: 'order',
    differences: [{ path: 'output.priority', before: 'low', after: 'lowest' }],
    locked: [],
  });
});

it('counts an array element by its place in any row', async () => {
  const summary = await shadowOf(
    edited(ORDER_RULES, '{to: article, from: sku}', "{to: article, join: [sku, sku], sep: '-'}"),
  );
  expect(summary.targets).toEqual([{ mapping: 'order', target: 'rows[*].article', changed: 20 }]);
});

it('names the locked targets that change', async () => {
  expect(await shadowOf(LOCKED)).toMatchObject({ changedShare: 1, lockedChanged: ['ref'] });
});

it('takes an output that is lost for a loss of its identity, and one that is gained not', async () => {
  const without = edited(PRIORITIES, ', bronze: low', '');
  expect(await shadowOf(without)).toMatchObject({ changed: 2, lockedChanged: ['ref'] });
  const gained = await shadowOf({}, { before: without });
  expect(gained).toMatchObject({ changed: 2, lockedChanged: [] });
  expect(gained.targets.map(({ target }) => target).toSorted()).toEqual(['.', 'errors']);
});

it('holds a renamed mapping against what it was called before', async () => {
  const renamed = {
    ...edited(ORDER_RULES, 'name: order', 'name: new_order'),
    ...edited(GOLDEN, 'mapping: order', 'mapping: new_order'),
  };
  expect(await shadowOf(renamed)).toMatchObject({ outputs: 20, changed: 0 });
  const summary = await shadowOf({ ...renamed, ...BRONZE });
  expect(summary.targets).toEqual([
    { mapping: 'order, now new_order', target: 'priority', changed: 2 },
  ]);
});

it('shows as many samples as it is told, those of locked targets first', async () => {
  const summary = await shadowOf(SILVER, { samplesMax: 3 });
  expect(summary.changed).toBe(12);
  expect(summary.samples).toHaveLength(3);
});

it('sees a step that only one of the bundles takes', async () => {
  const after = await wiringOf({});
  const shadow = createShadow({
    recentInputs: () => orders(4),
    become: (wiring, input): Become[] =>
      wiring === after
        ? [...become(wiring, input), ...become(wiring, input)]
        : become(wiring, input),
    samplesMax: 20,
  });
  const summary = await shadow(await wiringOf({}), after, 4);
  expect(summary).toMatchObject({ inputs: 4, outputs: 8, changed: 4, lockedChanged: [] });
});
