import type { NativeConnection, Worker } from '@temporalio/worker';
import type { TemporalTarget } from '../../src/temporal/connect.ts';

export interface WorkerInput {
  target: TemporalTarget;
  /** Where this worker keeps its database. */
  folder: string;
}

/** Runs a measured worker until its parent has seen enough. */
export async function serveUntilStopped(
  worker: Worker,
  connection: NativeConnection,
): Promise<void> {
  const stop = (): void => worker.shutdown();
  process.once('SIGTERM', stop);
  process.once('disconnect', stop);
  const ended = worker.run();
  process.send?.({ type: 'ready' });
  await ended;
  process.off('disconnect', stop);
  await connection.close();
  process.disconnect();
}
