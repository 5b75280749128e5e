import { done, type Attempt, type Connector } from '../../src/connections/attempt.ts';
import { createCircuit, type CircuitSettings } from '../../src/connections/circuit.ts';
import type { Connection, Connections } from '../../src/connections/connections.ts';
import type { Command, CommandOutcome } from '../../src/domain/commands.ts';
import { pickIdOf, taskIdOf } from './normal-order.ts';

/** Three outside systems that do as they are asked at once, behind the real circuits. */
export function createStubConnections(circuit: CircuitSettings): Connections {
  const connect = (name: string): Connection => ({
    name,
    connector: STUB,
    circuit: createCircuit({
      name,
      settings: circuit,
      now: Date.now,
      random: Math.random,
      onChange: () => undefined,
    }),
  });
  const systems = { crm: connect('crm'), tasks: connect('tasks'), wms: connect('wms') };
  return {
    of: ({ kind }) => systems[systemOf(kind)],
  };
}

function systemOf(kind: Command['kind']): 'crm' | 'tasks' | 'wms' {
  if (kind.endsWith('_task')) return 'tasks';
  return kind.endsWith('_crm') ? 'crm' : 'wms';
}

const STUB: Connector = {
  send: async (command, { order }): Promise<Attempt> => done(answer(command, order.orderId)),
  close: async () => undefined,
};

function answer(command: Command, orderId: string): CommandOutcome {
  switch (command.kind) {
    case 'create_task':
      return { type: 'task_created', taskId: taskIdOf(orderId), status: 'OPEN' };
    case 'update_task':
      return { type: 'task_updated', status: command.patch.status ?? 'OPEN' };
    case 'request_pick':
      return { type: 'pick_accepted', pick: pickOf(command, orderId) };
    case 'tell_crm':
      return { type: 'crm_told', upTo: command.notices.at(-1)?.sequence ?? 0 };
    case 'ask_crm':
      return { type: 'crm_order', intent: null };
    default:
      throw new Error(`A normal order sends no ${command.kind}`);
  }
}

function pickOf({ lines }: Extract<Command, { kind: 'request_pick' }>, orderId: string) {
  return {
    pickId: pickIdOf(orderId),
    status: 'CREATED' as const,
    sequence: 1,
    lines: lines.map(({ lineId, sku, qty }) => ({
      lineId,
      sku,
      requested: qty,
      allocated: qty,
      picked: 0,
      shipped: 0,
      short: 0,
      cancelled: 0,
    })),
  };
}
