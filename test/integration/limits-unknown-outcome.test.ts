import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOk, readFailure, type Attempt, type Connector } from '../../src/connections/attempt.ts';
import type { Capability, Doubt } from '../../src/connections/capability.ts';
import { createHttpClient, type HttpClient } from '../../src/connections/http.ts';
import { createUnknownOutcomes, type SendingEnd } from '../../src/connections/unknown-outcome.ts';
import type { Command } from '../../src/domain/commands.ts';

/** A task manager that knows no keys, keeps no reference, and whose search is behind. */
interface Vendor {
  url: string;
  tasks: { id: string; title: string; at: number }[];
  creates: number;
  /** How many of the next creates are done and then cut off. */
  cut: number;
  lagMs: number;
  close(): Promise<void>;
}

const CALL_TIMEOUT_MS = 300;
const LAG_MS = 5000;

let vendor: Vendor;
let http: HttpClient;
const clock = { now: 1_000_000 };

beforeEach(async () => {
  vendor = await startVendor();
  http = createHttpClient({
    baseUrl: vendor.url,
    headers: {},
    connectTimeoutMs: 1000,
    answerBytesMax: 100_000,
    connectionsMax: 8,
  });
});

afterEach(async () => {
  await http.close();
  await vendor.close();
});

async function startVendor(): Promise<Vendor> {
  const state = { tasks: [] as Vendor['tasks'], creates: 0, cut: 0, lagMs: LAG_MS };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'POST') {
        const { title } = JSON.parse(Buffer.concat(chunks).toString()) as { title: string };
        const task = { id: `T-${(state.creates += 1)}`, title, at: clock.now };
        state.tasks.push(task);
        if (state.cut > 0) {
          state.cut -= 1;
          response.destroy();
          return;
        }
        response.writeHead(201).end(JSON.stringify(task));
        return;
      }
      const wanted = new URL(request.url ?? '', 'http://x').searchParams.get('title');
      const indexed = state.tasks.filter(({ at }) => at + state.lagMs <= clock.now);
      response.writeHead(200).end(JSON.stringify(indexed.filter(({ title }) => title === wanted)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  });
}

function connectorOf(capability: Capability): Connector {
  const task = (id: string): Attempt => ({
    kind: 'done',
    outcome: { type: 'task_created', taskId: id, status: 'OPEN' },
  });
  return {
    capability,
    close: () => http.close(),
    async send(command, { timeoutMs }) {
      const body = { title: command.key };
      const result = await http.call({ method: 'POST', path: '/tasks', body }, timeoutMs);
      return isOk(result) ? task((result.body as { id: string }).id) : readFailure(result);
    },
    async find(command, { timeoutMs }) {
      const path = `/tasks?title=${encodeURIComponent(command.key)}`;
      const result = await http.call({ method: 'GET', path }, timeoutMs);
      if (!isOk(result)) return readFailure(result);
      const [first] = result.body as { id: string }[];
      return first === undefined ? null : task(first.id);
    },
  };
}

const KEYLESS: Capability = {
  idempotentCreate: false,
  getByReference: false,
  search: { lagMs: LAG_MS },
};

function newTask(key: string): Command {
  return { kind: 'create_task', key, priority: 'high', dueAt: null, lineCount: 1, unitCount: 1 };
}

function sendingOf(key: string, doubt: Doubt | null, capability = KEYLESS) {
  return {
    connector: connectorOf(capability),
    command: newTask(key),
    context: { order: { connection: 'crm', orderId: 'O-1' }, timeoutMs: CALL_TIMEOUT_MS },
    doubt,
  };
}

/** Sends as an activity does: carries the doubt, and comes back when it is told to. */
async function untilDone(
  key: string,
  capability = KEYLESS,
): Promise<{ taskId: string; waits: number }> {
  const outcomes = createUnknownOutcomes(() => clock.now);
  let doubt: Doubt | null = null;
  let waits = 0;
  for (let n = 0; n < 20; n += 1) {
    const end: SendingEnd = await outcomes.send(sendingOf(key, doubt, capability));
    doubt = end.doubt;
    if ('waitMs' in end) {
      waits += 1;
      clock.now += end.waitMs;
      continue;
    }
    const { attempt } = end;
    if (attempt.kind === 'done' && attempt.outcome.type === 'task_created') {
      return { taskId: attempt.outcome.taskId, waits };
    }
    clock.now += 10;
  }
  throw new Error('never done');
}

describe('a vendor without keys whose search is behind', () => {
  it('has one task when the answer to its create was lost', async () => {
    vendor.cut = 1;
    const { taskId, waits } = await untilDone('task:O-1:pick');
    expect(vendor.tasks.map(({ id }) => id)).toEqual([taskId]);
    expect(waits).toBeGreaterThan(0);
  });

  it('has the task sent again only when its search could have shown it', async () => {
    const sent = createUnknownOutcomes(() => clock.now);
    const lost: Doubt = { how: 'lost', at: clock.now };
    const first = await sent.send(sendingOf('task:O-2:pick', lost));
    expect(first).toEqual({ waitMs: CALL_TIMEOUT_MS + LAG_MS + 1, doubt: lost });
    expect(vendor.creates).toBe(0);
    clock.now += 'waitMs' in first ? first.waitMs : 0;
    expect(await sent.send(sendingOf('task:O-2:pick', lost))).toMatchObject({
      attempt: { kind: 'done' },
    });
    expect(vendor.creates).toBe(1);
  });

  it('has one task when one key is sent twice at the same time', async () => {
    const sent = createUnknownOutcomes(() => clock.now);
    const ends = await Promise.all(
      [1, 2, 3].map(() => sent.send(sendingOf('task:O-3:pick', null))),
    );
    expect(new Set(ends.map((end) => JSON.stringify(end))).size).toBe(1);
    expect(vendor.creates).toBe(1);
  });

  it('has one task when a dead letter is replayed before the search shows it', async () => {
    const sent = createUnknownOutcomes(() => clock.now);
    vendor.cut = 1;
    await sent.send(sendingOf('task:O-4:pick', null));
    clock.now += 100;
    const replay = await sent.send(sendingOf('task:O-4:pick', null));
    expect(replay).toMatchObject({ waitMs: expect.any(Number) });
    clock.now += 'waitMs' in replay ? replay.waitMs : 0;
    expect(await sent.send(sendingOf('task:O-4:pick', null))).toMatchObject({
      attempt: { kind: 'done', outcome: { taskId: 'T-1' } },
    });
    expect(vendor.creates).toBe(1);
  });

  it('would have two if it were trusted with keys', async () => {
    vendor.cut = 1;
    await untilDone('task:O-5:pick', { ...KEYLESS, idempotentCreate: true });
    expect(vendor.creates).toBe(2);
  });

  it('leaves it to a person when it cannot be searched either', async () => {
    const outcomes = createUnknownOutcomes(() => clock.now);
    const blind = { ...KEYLESS, search: null };
    const lost: Doubt = { how: 'lost', at: clock.now };
    const end = await outcomes.send(sendingOf('task:O-6:pick', lost, blind));
    expect(end).toMatchObject({ attempt: { kind: 'refused' } });
    expect(vendor.creates).toBe(0);
    await outcomes.send(sendingOf('task:O-6:pick', null, blind));
    expect(vendor.creates).toBe(1);
  });
});

describe('a vendor with references', () => {
  it('is asked by reference after a lost answer, and not sent to again', async () => {
    vendor.lagMs = 0;
    vendor.cut = 1;
    const capability = { idempotentCreate: true, getByReference: true, search: null };
    const { taskId, waits } = await untilDone('task:O-7:pick', capability);
    expect([taskId, waits, vendor.creates]).toEqual(['T-1', 0, 1]);
  });
});
