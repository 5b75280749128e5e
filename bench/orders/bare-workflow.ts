import { condition, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import { nextSignal } from './bare-messages.ts';
import type { StepReport } from './progress.ts';

interface BareActivities {
  doNothing(): Promise<void>;
  endStep(step: StepReport): Promise<void>;
}

const { doNothing, endStep } = proxyLocalActivities<BareActivities>({
  startToCloseTimeout: '10 seconds',
});

/** As many signals and local activities as a normal order, in the same order, and nothing in them. */
export async function bareOrder(orderId: string): Promise<void> {
  let signals = 0;
  setHandler(nextSignal, () => {
    signals += 1;
  });
  await condition(() => signals >= 1);
  await Promise.all([doNothing(), doNothing()]);
  await doNothing();
  await endStep({ orderId, closed: false });
  await condition(() => signals >= 2);
  await Promise.all([doNothing(), doNothing()]);
  await endStep({ orderId, closed: false });
  await condition(() => signals >= 3);
  await doNothing();
  await doNothing();
  await endStep({ orderId, closed: true });
}
