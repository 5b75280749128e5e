import { afterEach, describe, expect, it } from 'vitest';
import { done, type Attempt, type Connector } from '../../src/connections/attempt.ts';
import { createCircuit } from '../../src/connections/circuit.ts';
import type { Connection } from '../../src/connections/connections.ts';
import type { Command } from '../../src/domain/commands.ts';
import { eventually } from '../support/eventually.ts';
import { created, createOrderStage, type OrderStage } from '../support/order-stage.ts';

let stage: OrderStage;

afterEach(async () => {
  await stage.close();
});

const UNAVAILABLE: Attempt = {
  kind: 'retry',
  status: 503,
  retryAfter: undefined,
  error: 'HTTP 503',
};
const LOST: Attempt = { kind: 'retry', status: null, retryAfter: undefined, error: 'cut off' };

interface Far {
  serves: boolean;
  reads: number;
}

/** All of the stage's systems speak through one. */
async function connectorOf({ systems, orderId }: OrderStage): Promise<Connector> {
  const order = { connection: 'crm', orderId };
  const route = { wms: 'wms', tasks: 'tasks', mappingBundle: 'none' };
  const asking = { kind: 'ask_crm', key: '' } as const;
  return (await systems.connections.of(asking, order, route)).connector;
}

/** Puts a connection before the stage's systems that can be read without a command. */
async function connectThrough(far: Far, change: Partial<Connector> = {}): Promise<void> {
  const { connections } = stage.systems;
  const connector = await connectorOf(stage);
  const connection: Connection = {
    name: 'stub',
    connector: { ...connector, ...change },
    circuit: createCircuit({
      name: 'stub',
      settings: { pauseFirstMs: 20, pauseMaxMs: 100, inFlightMax: 100, fullPauseMs: 10 },
      now: Date.now,
      random: Math.random,
      onChange: () => undefined,
      async read() {
        far.reads += 1;
        return far.serves;
      },
    }),
  };
  connections.of = () => connection;
}

function deadLetters(): number {
  const sql = 'select count(*) as n from dead_letters';
  return stage.sqlite.prepare<[], { n: number }>(sql).get()?.n ?? 0;
}

describe('a workflow whose systems are down', () => {
  it('waits longer than five attempts would last, and spends none', async () => {
    stage = await createOrderStage();
    const far: Far = { serves: false, reads: 0 };
    await connectThrough(far);
    stage.systems.disturb(() => (far.serves ? undefined : UNAVAILABLE));
    await stage.withWorker(async () => {
      await stage.tell(created(stage, 2));
      await eventually(() => far.reads > 8, 40_000);
      expect(deadLetters()).toBe(0);
      const tried = stage.systems.attempts.length;
      expect(tried).toBeLessThanOrEqual(2);
      far.serves = true;
      await eventually(() => stage.view()?.headline === 'ALLOCATED', 40_000);
    });
    const picks = stage.systems.effects.filter(({ kind }) => kind === 'request_pick');
    expect(picks).toHaveLength(1);
    expect(deadLetters()).toBe(0);
  });

  it('keeps its attempts through a worker that is replaced in the outage', async () => {
    stage = await createOrderStage();
    const far: Far = { serves: false, reads: 0 };
    await connectThrough(far);
    stage.systems.disturb(() => (far.serves ? undefined : UNAVAILABLE));
    await stage.tell(created(stage, 2));
    await stage.withWorker(() => eventually(() => far.reads > 3, 40_000));
    await stage.withWorker(async () => {
      await eventually(() => far.reads > 6, 40_000);
      far.serves = true;
      await eventually(() => stage.view()?.headline === 'ALLOCATED', 40_000);
    });
    expect(deadLetters()).toBe(0);
  });
});

describe('a task manager without keys whose search is behind', () => {
  it('has one task for an order although the answer to its create was lost', async () => {
    stage = await createOrderStage();
    const tasks: { key: string; taskId: string; at: number }[] = [];
    const lagMs = 300;
    let loses = 2;
    const connector = await connectorOf(stage);
    const outcomeOf = (taskId: string): Attempt =>
      done({ type: 'task_created', taskId, status: 'OPEN' });
    await connectThrough(
      { serves: true, reads: 0 },
      {
        capability: { idempotentCreate: false, getByReference: false, search: { lagMs } },
        async send(command: Command, context) {
          if (command.kind !== 'create_task') return connector.send(command, context);
          const taskId = `T-${tasks.length + 1}`;
          tasks.push({ key: command.key, taskId, at: Date.now() });
          loses -= 1;
          return loses >= 0 ? LOST : outcomeOf(taskId);
        },
        async find({ key }) {
          const shown = tasks.find((task) => task.key === key && task.at + lagMs <= Date.now());
          return shown === undefined ? null : outcomeOf(shown.taskId);
        },
      },
    );
    await stage.withWorker(async () => {
      await stage.tell(created(stage, 2));
      await eventually(() => stage.view()?.task?.task_id === 'T-1', 40_000);
    });
    expect(tasks).toHaveLength(1);
  });
});
