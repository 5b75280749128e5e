import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Product } from '../support/product.ts';
import { runTrial, startTrialProduct } from '../support/random-run.ts';
import { planOf } from '../support/random-trial.ts';

let product: Product;

beforeAll(async () => {
  product = await startTrialProduct();
});

afterAll(async () => {
  await product.stop();
});

it('leaves the books of CRM, Crossdock and WMS equal, unit by unit, after 200 random lives', async () => {
  expect(await runTrial(product, planOf({ silent: false }))).toEqual([]);
}, 400_000);
