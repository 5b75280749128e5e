import { startProduct, type Product } from './product.ts';
import { calmDown } from './random-calm.ts';
import { compareAll } from './random-compare.ts';
import { describeOrder } from './random-describe.ts';
import { liveAll } from './random-lives.ts';
import { beginTrial, type Trial, type TrialPlan } from './random-trial.ts';
import { tallyOf } from './random-tally.ts';
import { silence } from './random-weather.ts';

/** How long the orders may take to end once the world is calm. */
const CALM_WITHIN_MS = 240_000;

const DESCRIBED_MAX = 4;

/** Business times are a hundredth; hung and delayed calls end within the calls' own timeouts. */
export function startTrialProduct(env: Record<string, string> = {}): Promise<Product> {
  return startProduct({
    env: {
      CROSSDOCK_TIME_SCALE: '0.01',
      CROSSDOCK_CALL_TIMEOUT_MS: '3000',
      CROSSDOCK_FIRST_CALL_TIMEOUT_MS: '700',
      CROSSDOCK_SANDBOX_HANG_MAX_MS: '1500',
      ...env,
    },
  });
}

/** Lives, calm, and the comparison; answers what does not hold, with all that is known of it. */
export async function runTrial(product: Product, plan: TrialPlan): Promise<string[]> {
  const trial = await beginTrial(product, plan);
  const startedAt = Date.now();
  if (plan.silent) await silence(trial);
  await liveAll(trial);
  const livedMs = Date.now() - startedAt;
  await calmDown(trial, CALM_WITHIN_MS);
  const calmMs = Date.now() - startedAt - livedMs;
  const found = await compareAll(trial);
  const tally = await tallyOf(trial);
  process.stderr.write(
    `seed ${plan.seed}: ${plan.orders} orders lived ${livedMs} ms, calm after ${calmMs} ms, ${found.size} disagree; ${JSON.stringify(tally)}\n`,
  );
  return report(trial, found);
}

async function report(trial: Trial, found: Map<string, string[]>): Promise<string[]> {
  const out: string[] = [];
  for (const [name, what] of found) {
    out.push(`seed ${trial.seed}, ${name}: ${what.join(' | ')}`);
    if (out.length <= DESCRIBED_MAX && trial.wishes.has(name)) {
      out.push(await describeOrder(trial, name));
    }
  }
  return out;
}
