import { done, type Attempt, type Connector } from '../../../src/connections/attempt.ts';
import { createCircuit } from '../../../src/connections/circuit.ts';
import type { Connections } from '../../../src/connections/connections.ts';
import type { Command } from '../../../src/domain/commands.ts';
import type { Warehouse } from './warehouse.ts';

export interface Systems {
  connections: Connections;
  /** Makes every attempt at this kind of command end so, until it is called with undefined. */
  answerWith(kind: Command['kind'], attempt: Attempt | undefined): void;
}

const CIRCUIT = { pauseFirstMs: 20, pauseMaxMs: 100, inFlightMax: 32, fullPauseMs: 10 };

/** CRM and task manager that do as they are asked, before a warehouse with little stock. */
export function createSystems(warehouse: Warehouse): Systems {
  const forced = new Map<Command['kind'], Attempt>();
  const connector: Connector = {
    send: (command, { order }) =>
      Promise.resolve(forced.get(command.kind) ?? answer(warehouse, command, order.orderId)),
    close: () => Promise.resolve(),
  };
  const circuit = createCircuit({
    name: 'recorded',
    settings: CIRCUIT,
    now: Date.now,
    random: Math.random,
    onChange: () => undefined,
  });
  return {
    answerWith(kind, attempt) {
      if (attempt === undefined) forced.delete(kind);
      else forced.set(kind, attempt);
    },
    connections: { of: () => ({ name: 'recorded', connector, circuit }) },
  };
}

function answer(warehouse: Warehouse, command: Command, orderId: string): Attempt {
  switch (command.kind) {
    case 'create_task':
      return done({ type: 'task_created', taskId: `TASK-${orderId}`, status: 'OPEN' });
    case 'update_task':
      return done({ type: 'task_updated', status: command.patch.status ?? 'OPEN' });
    case 'look_at_task':
      return done({
        type: 'task_seen',
        status: 'OPEN',
        face: { priority: 'normal', dueAt: null, pickIds: [], backorderIds: [] },
      });
    case 'open_action_task':
      return done({ type: 'task_created', taskId: `T-${command.actionId}`, status: 'OPEN' });
    case 'update_action_task':
      return done({ type: 'task_updated', status: command.face.status });
    case 'look_at_crm':
      return done({ type: 'crm_seen', crm: { sequence: 0, lines: [] } });
    case 'tell_crm':
      return done({ type: 'crm_told', upTo: command.notices.at(-1)?.sequence ?? 0 });
    case 'ask_crm':
      return done({ type: 'crm_order', intent: null });
    case 'request_pick': {
      const pick = warehouse.request(command.key, command.lines);
      if (pick === undefined) return done({ type: 'pick_out_of_stock' });
      return done({ type: 'pick_accepted', pick: structuredClone(pick) });
    }
    case 'update_pick':
    case 'look_at_pick': {
      const pick = warehouse.find(command.reference);
      if (pick === undefined) return done({ type: 'pick_missing' });
      return done({ type: 'pick_seen', pick: structuredClone(pick) });
    }
    case 'cancel_pick': {
      const pick = warehouse.cancel(command.reference);
      if (pick === undefined) return { kind: 'refused', status: 404, error: 'no such pick' };
      const answered = pick.lines.map((line) => line.lineId);
      const result = 'ACCEPTED';
      return done({ type: 'cancel_answered', result, answered, pick: structuredClone(pick) });
    }
  }
}
