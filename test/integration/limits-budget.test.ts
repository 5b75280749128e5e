import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chargedClient } from '../../src/connections/gate.ts';
import { createHttpClient } from '../../src/connections/http.ts';
import { createVendorReader } from '../../src/connections/vendor/reader.ts';
import { startFarSide, type Asked, type FarSide } from '../support/limits-far-side.ts';
import {
  createCommandStage,
  ORDER,
  requestPick,
  ROUTE,
  type CommandStage,
} from '../support/limits-stage.ts';
import { eventually } from '../support/eventually.ts';

let far: FarSide;
const stages: CommandStage[] = [];

beforeEach(async () => {
  far = await startFarSide();
});

afterEach(async () => {
  await Promise.all(stages.splice(0).map((stage) => stage.close()));
  await far.close();
});

function worker(env: Record<string, string> = {}): CommandStage {
  const stage = createCommandStage(far, env);
  stages.push(stage);
  return stage;
}

const isPick = ({ method, path }: Asked): boolean => method === 'POST' && path === '/picks';
const orders = (count: number, name = 'O'): string[] =>
  Array.from({ length: count }, (_, n) => `${name}-${n}`);
const sendAll = (stage: CommandStage, ids: string[]) =>
  Promise.all(ids.map((id) => stage.send(requestPick(id), id)));

describe('two workers before one system', () => {
  it('have no more calls in flight together than the connection may', async () => {
    const env = { CROSSDOCK_WORKERS: '2', CROSSDOCK_CALLS_IN_FLIGHT_MAX: '6' };
    const [one, two] = [worker(env), worker(env)];
    let released = false;
    far.treat(() => (released ? undefined : 'hang'));
    const sent = Promise.all([sendAll(one, orders(20, 'A')), sendAll(two, orders(20, 'B'))]);
    await eventually(() => far.busy.now === 6);
    released = true;
    far.treat(() => undefined);
    await sent;
    expect(far.picks.size).toBe(40);
    // Each worker's read, which finds out whether the system serves at all, is beside the commands.
    expect(far.busy.most).toBeLessThanOrEqual(6 + 2);
  });

  it('let every command through their part of the rate without spending an attempt', async () => {
    const env = {
      CROSSDOCK_WORKERS: '2',
      CROSSDOCK_WMS_RATE_PER_S: '80',
      CROSSDOCK_RATE_BURST: '4',
    };
    const [one, two] = [worker(env), worker(env)];
    const sent = Promise.all([sendAll(one, orders(20, 'A')), sendAll(two, orders(20, 'B'))]);
    await eventually(async () => (await one.parked()) > 5 && (await two.parked()) > 5);
    await sent;
    expect(far.asked.filter(isPick)).toHaveLength(40);
    expect((await one.parked()) + (await two.parked())).toBe(0);
  });
});

describe('a command that makes several calls', () => {
  it('has each of them counted against the rate', async () => {
    const stage = worker({ CROSSDOCK_WMS_RATE_PER_S: '10', CROSSDOCK_RATE_BURST: '1' });
    const { circuit } = await stage.connections.of(requestPick('O-1'), ORDER, ROUTE);
    const http = createHttpClient({
      baseUrl: `${far.url}/api/v1`,
      headers: {},
      connectTimeoutMs: 1000,
      answerBytesMax: 100_000,
      connectionsMax: 4,
    });
    const client = chargedClient(http, circuit);
    for (let n = 0; n < 600; n += 1) void client.call({ method: 'GET', path: '/picks' }, 10_000);
    const next = { key: 'next', order: 'O-2', kind: 'request_pick' };
    const pass = await circuit.enter(next);
    expect(pass.go ? 0 : pass.waitMs).toBeGreaterThan(30_000);
  });
});

describe('a system that answers 429', () => {
  it('is left alone by every command, for as long as it asks', async () => {
    const stage = worker();
    let limited = true;
    far.treat((asked) => {
      if (!isPick(asked) || !limited) return undefined;
      limited = false;
      return { status: 429, headers: { 'retry-after': '1' } };
    });
    const first = stage.send(requestPick('O-first'), 'O-first');
    await eventually(() => far.asked.filter(isPick).length === 1);
    const at = Date.now();
    await eventually(() => stage.lines.some(({ msg }) => msg === 'command.attempted'));
    await sendAll(stage, orders(5));
    expect(Date.now() - at).toBeGreaterThanOrEqual(900);
    expect(await first).toMatchObject({ type: 'pick_accepted' });
    expect(far.asked.filter(isPick)).toHaveLength(7);
  });
});

describe('reconciliation on the same connection', () => {
  const LISTING = '/picks?limit=7';
  const list = async (stage: CommandStage) => {
    const asked = { name: 'wms', kind: 'wms', bundle: 'bundle' } as const;
    const vendor = await stage.connections.vendor(asked);
    if (vendor === undefined) throw new Error('There is no warehouse.');
    const reader = createVendorReader({ ...vendor, timeoutMs: 1000 });
    return reader.call('list_picks', { names: { limit: 7 } });
  };

  it('goes out at once when no command waits', async () => {
    expect(await list(worker())).toMatchObject({ kind: 'answer', status: 200 });
  });

  it('goes out after the commands that wait, and pays with the rest', async () => {
    const stage = worker({
      CROSSDOCK_WMS_RATE_PER_S: '40',
      CROSSDOCK_RATE_BURST: '1',
      CROSSDOCK_YIELD_MAX_MS: '20000',
    });
    const sent = sendAll(stage, orders(20));
    await eventually(async () => (await stage.parked()) > 5);
    await list(stage);
    const seen = far.asked.map(({ path }) => path);
    expect(seen.indexOf(LISTING)).toBeGreaterThanOrEqual(20);
    await sent;
  });

  it('does not wait for ever behind them', async () => {
    const stage = worker({
      CROSSDOCK_WMS_RATE_PER_S: '20',
      CROSSDOCK_RATE_BURST: '1',
      CROSSDOCK_YIELD_MAX_MS: '20',
    });
    const sent = sendAll(stage, orders(20));
    await eventually(async () => (await stage.parked()) > 5);
    expect(await list(stage)).toMatchObject({ kind: 'answer' });
    expect(far.picks.size).toBeLessThan(20);
    await sent;
  });

  it('is not sent to a system that is known to be down', async () => {
    const stage = worker({ CROSSDOCK_TIME_SCALE: '1', CROSSDOCK_CIRCUIT_PAUSE_FIRST_MS: '60000' });
    far.treat(() => ({ status: 503 }));
    void stage.send(requestPick('O-1'));
    await eventually(() => stage.lines.some(({ msg }) => msg === 'circuit.opened'));
    far.treat(() => undefined);
    expect(await list(stage)).toMatchObject({ kind: 'unreachable' });
    expect(far.asked.some(({ path }) => path === LISTING)).toBe(false);
  });
});
