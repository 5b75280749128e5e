import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandOutcome } from '../../src/domain/commands.ts';
import {
  startFarSide,
  type Asked,
  type FarSide,
  type Treatment,
} from '../support/limits-far-side.ts';
import {
  createCommandStage,
  IMPATIENT,
  requestPick,
  type CommandStage,
} from '../support/limits-stage.ts';
import { eventually } from '../support/eventually.ts';

let far: FarSide;
let stage: CommandStage;

beforeEach(async () => {
  far = await startFarSide();
  stage = createCommandStage(far);
});

afterEach(async () => {
  await stage.close();
  await far.close();
});

const ORDERS = Array.from({ length: 30 }, (_, n) => `O-${n}`);

const failures = (outcomes: CommandOutcome[]) => outcomes.filter(({ type }) => type === 'failed');
const isPick = ({ method, path }: Asked): boolean => method === 'POST' && path === '/picks';
const readsOf = ({ asked }: FarSide): number =>
  asked.filter(({ path }) => path === '/products?limit=1').length;

/** Sends a pick for each order into an outage, and ends it after many reads have found it down. */
async function throughAnOutage(treatment: Treatment): Promise<CommandOutcome[]> {
  far.treat(() => treatment);
  const sent = Promise.all(ORDERS.map((id) => stage.send(requestPick(id), id)));
  await eventually(() => readsOf(far) > 8, 20_000);
  far.treat(() => undefined);
  return sent;
}

describe('an outage of a system that can be reached', () => {
  it.each<[string, Treatment]>([
    ['answers 503 to everything', { status: 503 }],
    ['answers 500 to everything', { status: 500 }],
    ['cuts every call', 'cut-before'],
    ['does what it is asked and cuts the answer', 'cut-after'],
  ])('that %s makes no dead letter, and each order has one pick after it', async (_, treatment) => {
    const outcomes = await throughAnOutage(treatment);
    expect(failures(outcomes)).toEqual([]);
    expect(far.picks.size).toBe(ORDERS.length);
    expect(await stage.parked()).toBe(0);
  });

  it('that says nothing makes none either', async () => {
    await stage.close();
    stage = createCommandStage(far, {
      ...IMPATIENT,
      CROSSDOCK_CIRCUIT_READ_TIMEOUT_MS: '200',
    });
    expect(failures(await throughAnOutage('hang'))).toEqual([]);
    expect(far.picks.size).toBe(ORDERS.length);
  });

  it('is told once when it begins and once when it ends, with what waits', async () => {
    await throughAnOutage({ status: 503 });
    const told = stage.lines.filter(({ msg }) => msg.startsWith('circuit.'));
    expect(told.map(({ msg, scope, connection }) => [msg, scope, connection])).toEqual([
      ['circuit.opened', 'all', 'wms'],
      ['circuit.closed', 'all', 'wms'],
    ]);
    expect(told[0]).toMatchObject({ cause: expect.stringContaining('HTTP 503') });
    expect(told[1]?.['parked']).toBeGreaterThan(ORDERS.length / 2);
  });

  it('sends no command while it lasts but those under way when it began', async () => {
    far.treat(() => ({ status: 503 }));
    const sent = Promise.all(ORDERS.map((id) => stage.send(requestPick(id), id)));
    await eventually(() => readsOf(far) > 3, 20_000);
    const before = far.asked.filter(isPick).length;
    await eventually(() => readsOf(far) > 10, 20_000);
    expect(far.asked.filter(isPick)).toHaveLength(before);
    far.treat(() => undefined);
    await sent;
  });
});

describe('an outage of one call of a system that serves the rest', () => {
  it('parks that call once enough orders have failed, however often it is tried', async () => {
    await stage.close();
    stage = createCommandStage(far, { CROSSDOCK_CIRCUIT_PAUSE_MAX_MS: '1000' });
    const few = ORDERS.slice(0, 8);
    far.treat((asked) => (isPick(asked) ? { status: 503 } : undefined));
    const sent = Promise.all(few.map((id) => stage.send(requestPick(id), id)));
    await eventually(() => stage.lines.some(({ msg }) => msg === 'circuit.opened'), 20_000);
    const tries = far.asked.filter(isPick).length;
    await eventually(() => far.asked.filter(isPick).length > tries + 8 * few.length, 20_000);
    far.treat(() => undefined);
    expect(failures(await sent)).toEqual([]);
    expect(stage.lines.find(({ msg }) => msg === 'circuit.opened')).toMatchObject({
      scope: 'request_pick',
    });
  });
});

describe('a command that fails alone', () => {
  it('is a dead letter after five attempts, also when it is the only order there is', async () => {
    let left = 5;
    far.treat((asked) => (isPick(asked) && (left -= 1) >= 0 ? { status: 503 } : undefined));
    const outcome = await stage.send(requestPick('O-1'));
    expect(outcome).toMatchObject({ type: 'failed', attempts: 5, lastStatus: 503 });
    expect(far.asked.filter(isPick)).toHaveLength(5);
    expect(await stage.send(requestPick('O-1'))).toMatchObject({ type: 'pick_accepted' });
  });

  const alone = async (treatment: Treatment): Promise<void> => {
    far.treat((asked) => (asked.order === 'O-0' ? treatment : undefined));
    const outcomes = await Promise.all(ORDERS.map((id) => stage.send(requestPick(id), id)));
    expect(failures(outcomes)).toMatchObject([{ attempts: 5 }]);
    expect(stage.lines.filter(({ msg }) => msg === 'circuit.opened')).toEqual([]);
  };

  it.each([500, 503])('by %i is a dead letter while all others go through', async (status) => {
    expect.hasAssertions();
    await alone({ status });
  });

  it('by silence is one too', async () => {
    expect.hasAssertions();
    await stage.close();
    stage = createCommandStage(far, { ...IMPATIENT, CROSSDOCK_CIRCUIT_ORDERS_MIN: '20' });
    await alone('hang');
  });

  it('by 422 is one at once, and says nothing of the connection', async () => {
    far.treat((asked) => (isPick(asked) ? { status: 422 } : undefined));
    const outcomes = await Promise.all(ORDERS.map((id) => stage.send(requestPick(id), id)));
    expect(failures(outcomes)).toHaveLength(ORDERS.length);
    expect(far.asked.filter(isPick)).toHaveLength(ORDERS.length);
    expect(stage.lines.filter(({ msg }) => msg === 'circuit.opened')).toEqual([]);
  });
});
