import { MockActivityEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import {
  createCommandActivities,
  type SendInput,
  type SendResult,
} from '../../activities/commands.ts';
import { linkSettings } from '../../src/config/connections.ts';
import { loadWorkerConfig } from '../../src/config/worker.ts';
import { createConnections, type SharedConnections } from '../../src/connections/connections.ts';
import type { Command, CommandOutcome } from '../../src/domain/commands.ts';
import type { Route } from '../../src/domain/route.ts';
import type { FarSide } from './limits-far-side.ts';
import { shippedWiring } from './shipped-wiring.ts';

/** Where every command of these tests goes. */
export const ROUTE: Route = { wms: 'wms', tasks: 'tasks', mappingBundle: 'bundle' };

export const ORDER = { connection: 'crm', orderId: 'O-1' };

/** A worker's commands and connections before a real HTTP far side, with Temporal played by hand. */
export interface CommandStage {
  connections: SharedConnections;
  lines: { msg: string; [field: string]: unknown }[];
  /** Sends as the workflow does: once locally, then until it is done, with the waits in between. */
  send(command: Command, orderId?: string): Promise<CommandOutcome>;
  /** The first attempt, as a local activity. */
  first(input: SendInput): Promise<SendResult>;
  /** One attempt; what it threw as `Again`, with the progress that it left. */
  attempt(input: SendInput, info?: Carry): Promise<CommandOutcome | Again>;
  /** Commands of the warehouse that wait for their turn. */
  parked(): Promise<number>;
  close(): Promise<void>;
}

export interface Carry {
  attempt: number;
  heartbeatDetails?: unknown;
}

export interface Again {
  type: 'again';
  waitMs: number;
  left: unknown;
}

/** For a far side that is silent: how long is waited for it. */
export const IMPATIENT = {
  CROSSDOCK_FIRST_CALL_TIMEOUT_MS: '200',
  CROSSDOCK_CALL_TIMEOUT_MS: '200',
};

export function createCommandStage(far: FarSide, env: Record<string, string> = {}): CommandStage {
  const given = {
    CROSSDOCK_WMS_TOKEN: 'token',
    CROSSDOCK_WMS_URL: far.url,
    CROSSDOCK_CRM_URL: far.url,
    CROSSDOCK_TASKS_URL: far.url,
    CROSSDOCK_TIME_SCALE: '0.01',
    CROSSDOCK_FIRST_CALL_TIMEOUT_MS: '5000',
    CROSSDOCK_CALL_TIMEOUT_MS: '5000',
    CROSSDOCK_CIRCUIT_READ_TIMEOUT_MS: '5000',
    CROSSDOCK_CIRCUIT_SPREAD_MS: '2',
    ...env,
  };
  const config = loadWorkerConfig(given);
  const lines: CommandStage['lines'] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const connections = createConnections({
    config,
    wirings: { active: shippedWiring, get: () => Promise.resolve(shippedWiring()) },
    settingsOf: (spec) => linkSettings(spec, given),
    linkTo: (actionId) => actionId,
    log,
  });
  const { sendOnce, sendUntilDone } = createCommandActivities({
    connections,
    calls: config.calls,
    log,
    now: Date.now,
    random: Math.random,
  });

  const attempt: CommandStage['attempt'] = async (input, info = { attempt: 1 }) => {
    const env = new MockActivityEnvironment(info);
    let left: unknown;
    env.on('heartbeat', (details: unknown) => {
      left = details;
    });
    try {
      return await env.run(sendUntilDone, input);
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.type !== 'Again') throw error;
      return { type: 'again', waitMs: Number(error.nextRetryDelay), left };
    }
  };

  return {
    connections,
    lines,
    first: sendOnce,
    attempt,
    async send(command, orderId = 'O-1') {
      const order = { connection: 'crm', orderId };
      const input = { order, command, route: ROUTE, attemptsMax: 5, spent: 0 };
      const first = await sendOnce(input);
      if (first.kind === 'done') return first.outcome;
      await pause(first.waitMs);
      const { spent, doubt } = first;
      let carry: Carry = { attempt: 1 };
      for (;;) {
        const next = await attempt({ ...input, spent, doubt }, carry);
        if (next.type !== 'again' || !('waitMs' in next)) return next;
        carry = { attempt: carry.attempt + 1, heartbeatDetails: next.left };
        await pause(next.waitMs);
      }
    },
    async parked() {
      const { circuit } = await connections.of(requestPick('x'), ORDER, ROUTE);
      return circuit.parked();
    },
    close: () => connections.close(),
  };
}

export function requestPick(orderId: string): Command {
  return {
    kind: 'request_pick',
    key: `pick:${orderId}:1:1`,
    priority: 'normal',
    requestedAt: 1_000_000,
    lines: [{ lineId: `${orderId}-1`, sku: 'SKU-1', qty: 1 }],
  };
}

function pause(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}
