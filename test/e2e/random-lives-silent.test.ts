import { expect, it, onTestFinished } from 'vitest';
import { runTrial, startTrialProduct } from '../support/random-run.ts';
import { planOf } from '../support/random-trial.ts';

it('leaves them equal after 200 random lives of which no webhook tells, by reconciliation alone', async () => {
  const product = await startTrialProduct({ CROSSDOCK_RECON_T2_MS: '600000' });
  onTestFinished(async () => {
    await product.stop();
  });
  expect(await runTrial(product, planOf({ silent: true }))).toEqual([]);
}, 500_000);
