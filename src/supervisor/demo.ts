import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SupervisorConfig } from '../config/supervisor.ts';
import { messageOf } from '../errors.ts';
import { DEMO_ORDERS, type DemoOrder } from './demo-orders.ts';
import { playOrder } from './demo-steps.ts';
import { writeJsonPrivately } from './files.ts';
import type { Plan } from './plan.ts';
import type { Progress } from './progress.ts';

interface DemoOptions {
  plan: Plan;
  config: SupervisorConfig;
  progress: Progress;
  signal: AbortSignal;
}

/**
 * Fills a new data directory with orders in every stage, through the doors that any CRM and any
 * picker uses. Done once; what was interrupted is taken up again at the next start.
 */
export async function seedDemo({ plan, config, progress, signal }: DemoOptions): Promise<void> {
  const marker = join(plan.dataDir, 'demo.json');
  if (existsSync(marker)) return;
  const phase = progress.phase(`creating ${DEMO_ORDERS.length} demo orders in every stage`);
  const stage = {
    plan,
    waitMs: config.CROSSDOCK_DEMO_WAIT_MS,
    callTimeoutMs: config.CROSSDOCK_DEMO_CALL_TIMEOUT_MS,
    signal,
  };
  const failures: string[] = [];
  const play = async (order: DemoOrder) => {
    try {
      await playOrder(stage, order);
    } catch (error) {
      failures.push(`${order.orderId}: ${messageOf(error)}`);
    }
  };
  await inTurn(DEMO_ORDERS, { concurrency: config.CROSSDOCK_DEMO_CONCURRENCY, play, signal });
  if (signal.aborted) {
    phase.done('interrupted, the next start goes on');
    return;
  }
  for (const failure of failures) progress.say(`demo order ${failure}`);
  phase.done(
    failures.length === 0 ? 'done' : `${failures.length} not done, tried again next start`,
  );
  if (failures.length === 0) writeJsonPrivately(marker, { orders: DEMO_ORDERS.length });
}

interface Turns {
  concurrency: number;
  play: (order: DemoOrder) => Promise<void>;
  signal: AbortSignal;
}

async function inTurn(orders: readonly DemoOrder[], turns: Turns): Promise<void> {
  const queue = [...orders];
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (turns.signal.aborted) return;
      await turns.play(next);
    }
  };
  await Promise.all(Array.from({ length: turns.concurrency }, lane));
}
