import { openTemporalClient } from '../../src/temporal/connect.ts';
import type { OrderSettings } from '../settings.ts';
import { forkBench } from '../lib/child.ts';
import { cpuSecondsOf } from '../lib/cpu.ts';
import { driveOrders } from './drive.ts';
import { countHistory, type HistoryCounts } from './history-counts.ts';
import { bareSide, bareWorkflowId, ourSide } from './sides.ts';
import type { BenchTemporal } from './temporal-server.ts';
import type { WorkerInput } from './serve-worker.ts';
import { orderWorkflowId } from '../../src/domain/ids.ts';

export type SideName = 'crossdock' | 'bare';

export interface SideResult {
  ordersPerSecond: number;
  /** Processor seconds per 1000 orders. */
  serverCpu: number;
  workerCpu: number;
  /** Of one order of the run. */
  history: HistoryCounts;
}

interface MeasureOptions {
  name: SideName;
  temporal: BenchTemporal;
  folder: string;
  settings: OrderSettings;
  execArgv: string[];
}

const SIDES = {
  crossdock: {
    module: 'orders/our-worker',
    create: ourSide,
    workflowId: (orderId: string) => orderWorkflowId({ connection: 'crm', orderId }),
  },
  bare: { module: 'orders/bare-worker', create: bareSide, workflowId: bareWorkflowId },
};

/** One side of one round: its own worker process, a warm-up that is dropped, and the measured orders. */
export async function measureSide(options: MeasureOptions): Promise<SideResult> {
  const { name, temporal, folder, settings, execArgv } = options;
  const { module, create, workflowId } = SIDES[name];
  const { target } = temporal;
  const input: WorkerInput = { target, folder };
  const worker = await forkBench({ module, input, folder, execArgv });
  const client = openTemporalClient(target);
  const side = create(client);
  const drive = (orderIds: string[]): Promise<number> =>
    driveOrders({ worker: worker.process, side, orderIds, openMax: settings.openMax });
  try {
    await drive(idsOf('WARM', settings.warmUpOrders));
    const cpuBefore = {
      server: cpuSecondsOf(temporal.pid),
      worker: cpuSecondsOf(worker.process.pid),
    };
    const orderIds = idsOf('ORD', settings.orders);
    const seconds = await drive(orderIds);
    const per1000 = (used: number): number => (used * 1000) / settings.orders;
    return {
      ordersPerSecond: settings.orders / seconds,
      serverCpu: per1000(cpuSecondsOf(temporal.pid) - cpuBefore.server),
      workerCpu: per1000(cpuSecondsOf(worker.process.pid) - cpuBefore.worker),
      history: await closedHistory(client, workflowId(orderIds.at(-1) ?? '')),
    };
  } finally {
    await client.connection.close();
    await worker.stop();
  }
}

/** The last step is reported a moment before its workflow closes. */
async function closedHistory(
  client: ReturnType<typeof openTemporalClient>,
  workflowId: string,
): Promise<HistoryCounts> {
  await client.workflow.getHandle(workflowId).result();
  return countHistory(client, workflowId);
}

function idsOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(6, '0')}`);
}
