import type { ChildProcess } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import type { StepReport, StepReports } from './progress.ts';

/** How one side's orders are moved on. */
export interface Side {
  /** Sends the order's signal of this number, from 0. */
  signal(orderId: string, number: number): Promise<void>;
}

export interface DriveOptions {
  worker: ChildProcess;
  side: Side;
  orderIds: readonly string[];
  /** Orders under way at once. */
  openMax: number;
}

const SIGNALS = 3;
const STUCK_AFTER_MS = 60_000;

/** Takes every order to its end, each signal after the step of the one before; the seconds it took. */
export async function driveOrders(options: DriveOptions): Promise<number> {
  const { worker, side, orderIds, openMax } = options;
  const steps = new StepWaits();
  const onMessage = (message: unknown): void => steps.take(message);
  worker.on('message', onMessage);
  const queue = orderIds.values();
  const lane = async (): Promise<void> => {
    for (const orderId of queue) {
      for (let number = 0; number < SIGNALS; number += 1) {
        const ended = steps.next(orderId, number === SIGNALS - 1);
        await side.signal(orderId, number);
        await ended;
      }
    }
  };
  const startedAt = performance.now();
  try {
    await Promise.all(Array.from({ length: openMax }, lane));
  } finally {
    worker.off('message', onMessage);
  }
  return (performance.now() - startedAt) / 1000;
}

/** Hands each reported step to the lane that waits for it. */
class StepWaits {
  private readonly waits = new Map<string, { closing: boolean; resolve: () => void }>();

  next(orderId: string, closing: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`${orderId} made no step in ${STUCK_AFTER_MS} ms`));
      }, STUCK_AFTER_MS);
      this.waits.set(orderId, {
        closing,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
  }

  take(message: unknown): void {
    if (!isReport(message)) return;
    for (const step of message.steps) this.end(step);
  }

  private end(step: StepReport): void {
    const wait = this.waits.get(step.orderId);
    if (wait === undefined || (wait.closing && !step.closed)) return;
    this.waits.delete(step.orderId);
    wait.resolve();
  }
}

function isReport(message: unknown): message is StepReports {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'steps'
  );
}
