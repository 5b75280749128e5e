import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Product } from '../support/product.ts';
import { runTrial, startTrialProduct } from '../support/random-run.ts';
import { planOf } from '../support/random-trial.ts';

let product: Product;

beforeAll(async () => {
  product = await startTrialProduct({ CROSSDOCK_RECON_T2_MS: '600000' });
});

afterAll(async () => {
  await product.stop();
});

it('leaves them equal after 200 random lives of which no webhook tells, by reconciliation alone', async () => {
  expect(await runTrial(product, planOf({ silent: true }))).toEqual([]);
}, 400_000);
