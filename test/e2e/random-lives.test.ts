import { expect, it, onTestFinished } from 'vitest';
import { runTrial, startTrialProduct } from '../support/random-run.ts';
import { planOf } from '../support/random-trial.ts';

it('leaves the books of CRM, Crossdock and WMS equal, unit by unit, after 200 random lives', async () => {
  const product = await startTrialProduct();
  onTestFinished(async () => {
    await product.stop();
  });
  expect(await runTrial(product, planOf({ silent: false }))).toEqual([]);
}, 500_000);
