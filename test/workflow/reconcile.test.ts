import { randomUUID } from 'node:crypto';
import { Client, Connection, ScheduleNotFoundError } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import { ensureSchedules } from '../../src/temporal/reconcile-schedules.ts';
import { createWorker } from '../../src/temporal/run-worker.ts';
import type { ReconciliationInput, reconciliation } from '../../workflows/reconciliation.ts';
import { crmOrder } from '../support/reconcile-records.ts';
import { createReconcileStage, type ReconcileStage } from '../support/reconcile-stage.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });

let connection: Connection;
let native: NativeConnection;
let client: Client;

beforeAll(async () => {
  const { address, namespace } = inject('temporal');
  connection = await Connection.connect({ address });
  native = await NativeConnection.connect({ address });
  client = new Client({ connection, namespace });
});

afterAll(async () => {
  await connection.close();
  await native.close();
});

const INPUT: ReconciliationInput = {
  runId: null,
  kind: 'T1',
  mode: 'repair',
  connection: null,
  orderId: null,
};

/** Runs the workflow on a worker of its own; only the other systems are stand-ins. */
async function runWorkflow(stage: ReconcileStage, input: ReconciliationInput): Promise<string> {
  const taskQueue = `test-${randomUUID()}`;
  const unused = { now: Date.now, log: stage.deps.log };
  const worker = await createWorker({
    connection: native,
    namespace: inject('temporal').namespace,
    taskQueue,
    activities: createActivities({
      books: { steps: { submit: () => Promise.resolve(true) }, stockWanted: () => undefined },
      commands: Object.assign(Object.create(null), unused),
      stock: Object.assign(Object.create(null), unused),
      reconcile: stage.deps,
    }),
    workflowBundlePath: inject('workflowBundlePath'),
    settings: {
      cachedMax: 10,
      workflowTasksMax: 10,
      activitiesMax: 10,
      localActivitiesMax: 10,
      shutdownGraceMs: 500,
    },
  });
  const workflowId = `reconciliation/${randomUUID()}`;
  await worker.runUntil(
    client.workflow.execute<typeof reconciliation>('reconciliation', {
      workflowId,
      taskQueue,
      args: [input],
    }),
  );
  return workflowId;
}

describe('the reconciliation workflow', () => {
  it('goes on as new after 50 activities, and its history holds no more than where it stands', async () => {
    const stage = createReconcileStage();
    for (let index = 0; index < 3200; index += 1) {
      const id = `O${String(index).padStart(4, '0')}`;
      stage.remote.orders.set(id, crmOrder(id));
    }
    const workflowId = await runWorkflow(stage, { ...INPUT, runId: 'RC-long' });
    const run = stage.reads.run('RC-long');
    expect(run).toMatchObject({ status: 'completed', scanned: 3200 });
    expect(stage.told).toHaveLength(3200);
    const last = await client.workflow.getHandle(workflowId).describe();
    expect(last.historyLength).toBeLessThan(100);
    const chain = client.workflow.list({ query: `WorkflowId = '${workflowId}'` });
    const statuses: string[] = [];
    for await (const one of chain) statuses.push(one.status.name);
    expect(statuses).toContain('CONTINUED_AS_NEW');
  });

  it('that a schedule starts names its report after itself', async () => {
    const stage = createReconcileStage();
    const workflowId = await runWorkflow(stage, INPUT);
    const { runId } = await client.workflow.getHandle(workflowId).describe();
    expect(stage.reads.run(`RC-${runId}`)).toMatchObject({ status: 'completed', tier: 'T1' });
  });

  it('that cannot go on says so in its report', async () => {
    const stage = createReconcileStage();
    stage.remote.orders.set('NEW', crmOrder('NEW'));
    stage.deps.tell = () => Promise.reject(new Error('Temporal is not itself'));
    await runWorkflow(stage, { ...INPUT, runId: 'RC-sad' });
    const run = stage.reads.run('RC-sad');
    expect(run).toMatchObject({ status: 'failed' });
    expect(JSON.parse(run?.brakes ?? '{}')).toEqual({ failed: 'Temporal is not itself' });
    expect(stage.reads.driftsOfRun('RC-sad', 10)).toMatchObject([{ result: 'failed' }]);
  });
});

describe('the schedules', () => {
  const everyMs = { T1: 300_000, T2: 3_600_000, T3: 86_400_000, T4: 3_600_000 };
  const settings = { everyMs, jitterShare: 0.1, scheduled: true };

  it('are made, changed with the settings, and taken away when they are off', async () => {
    await ensureSchedules(client, settings);
    const t1 = client.schedule.getHandle('recon/T1');
    const made = await t1.describe();
    expect(made.spec.intervals).toMatchObject([{ every: 300_000 }]);
    expect(made.spec.jitter).toBe(30_000);
    expect(made.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 300_000 });
    await ensureSchedules(client, { ...settings, everyMs: { ...everyMs, T1: 60_000 } });
    expect((await t1.describe()).spec.intervals).toMatchObject([{ every: 60_000 }]);
    await ensureSchedules(client, { ...settings, scheduled: false });
    await expect(t1.describe()).rejects.toBeInstanceOf(ScheduleNotFoundError);
    await ensureSchedules(client, { ...settings, scheduled: false });
  });
});
