import {
  done,
  type Attempt,
  type CommandContext,
  type Connector,
} from '../../src/connections/attempt.ts';
import type { Connections } from '../../src/connections/connections.ts';
import { createCircuit, type CircuitSettings } from '../../src/connections/circuit.ts';
import type { Command } from '../../src/domain/commands.ts';
import type { NamedSnapshot } from '../../src/domain/lines-by-sku.ts';
import type { Route } from '../../src/domain/route.ts';

/** How a call is disturbed: undefined lets it through, and a promise does so later. */
export type Disturbance = (command: Command) => Attempt | Promise<undefined> | undefined;

export interface StubSystems {
  connections: Connections;
  /** Commands whose effect was done, in order, once per key. */
  effects: Command[];
  /** Every attempt, effect or not. */
  attempts: Command[];
  /** By which route each attempt was to go. */
  routes: { kind: Command['kind']; route: Route }[];
  pickOf(reference: string): NamedSnapshot | undefined;
  disturb(disturbance: Disturbance): void;
}

const CIRCUIT: CircuitSettings = {
  pauseFirstMs: 20,
  pauseMaxMs: 100,
  inFlightMax: 100,
  fullPauseMs: 10,
};

/** CRM, task manager and warehouse in memory, idempotent by key, with stock without end. */
export function createStubSystems(): StubSystems {
  const effects: Command[] = [];
  const attempts: Command[] = [];
  const routes: StubSystems['routes'] = [];
  const answers = new Map<string, Attempt>();
  const picks = new Map<string, NamedSnapshot>();
  let disturbance: Disturbance = () => undefined;

  const connector: Connector = {
    close: () => Promise.resolve(),
    async send(command: Command, context: CommandContext) {
      attempts.push(command);
      const disturbed = await disturbance(command);
      if (disturbed !== undefined) return disturbed;
      const known = answers.get(command.key);
      if (known !== undefined) return known;
      const answer = answerTo(command, context, picks);
      effects.push(command);
      if (!command.kind.startsWith('look_')) answers.set(command.key, answer);
      return answer;
    },
  };
  const circuit = createCircuit({
    name: 'stub',
    settings: CIRCUIT,
    now: Date.now,
    random: Math.random,
    onChange: () => undefined,
  });
  return {
    effects,
    attempts,
    routes,
    pickOf: (reference) => picks.get(reference),
    disturb: (next) => {
      disturbance = next;
    },
    connections: {
      of({ kind }, _order, route) {
        routes.push({ kind, route });
        return { name: 'stub', connector, circuit };
      },
    },
  };
}

function answerTo(
  command: Command,
  { order }: CommandContext,
  picks: Map<string, NamedSnapshot>,
): Attempt {
  switch (command.kind) {
    case 'create_task':
      return done({ type: 'task_created', taskId: `T-${order.orderId}`, status: 'OPEN' });
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
      const pick = newPick(`P-${command.key}`, command.lines);
      picks.set(command.key, pick);
      return done({ type: 'pick_accepted', pick });
    }
    case 'update_pick':
    case 'look_at_pick': {
      const pick = picks.get(command.reference);
      return pick === undefined
        ? done({ type: 'pick_missing' })
        : done({ type: 'pick_seen', pick: structuredClone(pick) });
    }
    case 'cancel_pick': {
      const pick = picks.get(command.reference);
      if (pick === undefined) return { kind: 'refused', status: 404, error: 'no such pick' };
      pick.status = 'CANCELLED';
      pick.sequence += 1;
      for (const line of pick.lines) {
        line.cancelled += line.allocated;
        line.allocated = 0;
      }
      const answered = pick.lines.map((line) => line.lineId);
      return done({
        type: 'cancel_answered',
        result: 'ACCEPTED',
        answered,
        pick: structuredClone(pick),
      });
    }
  }
}

function newPick(
  pickId: string,
  lines: readonly { lineId: string; sku: string; qty: number }[],
): NamedSnapshot {
  return {
    pickId,
    status: 'CREATED',
    sequence: 1,
    lines: lines.map((line) => ({
      lineId: line.lineId,
      sku: line.sku,
      requested: line.qty,
      allocated: line.qty,
      picked: 0,
      shipped: 0,
      short: 0,
      cancelled: 0,
    })),
  };
}
