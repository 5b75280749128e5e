import { describe, expect, it } from 'vitest';
import { createCircuit, type CircuitChange, type Pass } from '../../src/connections/circuit.ts';
import type { Attempt } from '../../src/connections/attempt.ts';
import { signOf, type Sign } from '../../src/connections/far-side.ts';

interface BuildOptions {
  ordersMin?: number;
  /** Whether the harmless read succeeds; without it there is no read. */
  serves?: boolean;
}

interface Far {
  serves: boolean | undefined | Promise<boolean>;
  reads: number;
}

function build({ ordersMin, serves }: BuildOptions = {}) {
  const clock = { now: 1000 };
  const changes: CircuitChange[] = [];
  const far: Far = { serves, reads: 0 };
  let calls = 0;
  const circuit = createCircuit({
    name: 'wms',
    settings: {
      pauseFirstMs: 100,
      pauseMaxMs: 400,
      inFlightMax: 8,
      fullPauseMs: 10,
      ...(ordersMin === undefined ? {} : { ordersMin }),
    },
    now: () => clock.now,
    random: () => 0,
    onChange: (change) => changes.push(change),
    ...(serves === undefined
      ? {}
      : {
          read: async () => {
            far.reads += 1;
            return (await far.serves) === true;
          },
        }),
  });
  const call = (order: string, kind = 'request_pick') => ({ key: `${kind}:${order}`, order, kind });
  const enter = (order = `O${(calls += 1)}`, kind?: string): Promise<Pass> =>
    circuit.enter(call(order, kind));
  const leave = (sign: Sign, order = `O${calls}`, kind?: string): Promise<number | null> =>
    circuit.leave(call(order, kind), { sign, startedAt: clock.now });
  /** One whole call; null when it was parked before it went out. */
  const attempt = async (sign: Sign, order?: string, kind?: string): Promise<Attempted> => {
    const pass = await enter(order, kind);
    if (!pass.go) return { sent: false, spent: false };
    return { sent: true, spent: (await leave(sign, order, kind)) === null };
  };
  const letGo = async (): Promise<number> => {
    let count = 0;
    while (count < 100 && (await enter()).go) count += 1;
    return count;
  };
  return { circuit, clock, changes, far, enter, leave, attempt, letGo };
}

interface Attempted {
  sent: boolean;
  spent: boolean;
}

const SENT_AND_SPENT = { sent: true, spent: true };
const SENT_AND_SPARED = { sent: true, spent: false };
const PARKED = { sent: false, spent: false };

describe('what the end of a call says of the far side', () => {
  const retry = (status: number | null): Attempt => ({
    kind: 'retry',
    ...{ status, retryAfter: undefined, error: '' },
  });
  it.each<[string, Attempt, Sign]>([
    ['an effect', { kind: 'done', outcome: { type: 'pick_out_of_stock' } }, 'well'],
    ['400', { kind: 'refused', status: 400, error: '' }, 'well'],
    ['422', { kind: 'refused', status: 422, error: '' }, 'well'],
    ['409', retry(409), 'well'],
    ['408', retry(408), 'well'],
    ['429', retry(429), 'limited'],
    ['500', retry(500), 'stumbled'],
    ['502', retry(502), 'away'],
    ['503', retry(503), 'away'],
    ['504', retry(504), 'away'],
    ['silence', retry(null), 'away'],
    ['no connection', { kind: 'unreachable', error: '' }, 'unreachable'],
  ])('%s', (_, attempt, sign) => {
    expect(signOf(attempt)).toBe(sign);
  });
});

describe('the circuit of a connection that cannot be reached', () => {
  it('parks what comes, for longer each time', async () => {
    const { clock, changes, enter, leave } = build();
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      expect((await enter()).go).toBe(true);
      await leave('unreachable');
      const parked = await enter();
      if (!parked.go) waits.push(parked.waitMs);
      clock.now += 1000;
    }
    expect(waits).toEqual([100, 200, 400, 400]);
    expect(changes.map(({ open, scope }) => [open, scope])).toEqual([[true, 'all']]);
  });

  it('pauses once for calls that fail together', async () => {
    const { enter, leave, letGo } = build();
    expect(await letGo()).toBe(8);
    for (let i = 0; i < 8; i += 1) await leave('unreachable');
    expect(await enter()).toMatchObject({ go: false, waitMs: 100 });
  });

  it('lets one through to see, then two, then four', async () => {
    const { clock, changes, attempt, leave, letGo } = build();
    await attempt('unreachable');
    clock.now += 1000;
    expect(await letGo()).toBe(1);
    await leave('well');
    expect(changes.map(({ open }) => open)).toEqual([true, false]);
    expect(await letGo()).toBe(2);
    await leave('well');
    await leave('well');
    expect(await letGo()).toBe(8);
  });

  it('counts the commands that it has parked', async () => {
    const { circuit, clock, attempt, enter } = build();
    await attempt('unreachable', 'A');
    await enter('B');
    await enter('B');
    await enter('C');
    expect(circuit.parked()).toBe(3);
    clock.now += 1000;
    expect((await enter('A')).go).toBe(true);
    expect(circuit.parked()).toBe(2);
  });
});

describe('the circuit of a connection that answers 503 or not at all', () => {
  it('opens at the first command when a harmless read fails too, and spares its attempt', async () => {
    const { clock, changes, far, attempt } = build({ serves: false });
    expect(await attempt('away', 'A')).toEqual(SENT_AND_SPARED);
    expect(await attempt('away', 'B')).toEqual(PARKED);
    expect(changes).toMatchObject([{ open: true, scope: 'all' }]);
    for (let round = 0; round < 50; round += 1) {
      clock.now += 500;
      expect(await attempt('away', `R${round}`)).toEqual(PARKED);
    }
    expect(far.reads).toBe(51);
  });

  it('sends no command while it is open: the read finds out, and then one goes first', async () => {
    const { clock, changes, far, attempt, letGo } = build({ serves: false });
    await attempt('away', 'A');
    clock.now += 1000;
    far.serves = true;
    expect(await letGo()).toBe(1);
    expect(changes.map(({ open }) => open)).toEqual([true, false]);
  });

  it('parks at once what comes while the read is under way', async () => {
    const { clock, far, attempt, enter } = build({ serves: false });
    await attempt('away', 'A');
    clock.now += 1000;
    far.serves = new Promise<boolean>(() => undefined);
    void enter('A');
    expect(await enter('B')).toMatchObject({ go: false });
  });

  it('makes one read at a time, however many commands come back', async () => {
    const { clock, far, attempt, enter } = build({ serves: false });
    await attempt('away', 'A');
    clock.now += 1000;
    const reads = far.reads;
    await Promise.all(Array.from({ length: 20 }, () => enter()));
    expect(far.reads).toBe(reads + 1);
  });

  it('spares every call that was under way when it opened', async () => {
    const { enter, leave } = build({ serves: false });
    for (const order of ['A', 'B', 'C']) await enter(order);
    const parked = await Promise.all(['A', 'B', 'C'].map((order) => leave('away', order)));
    expect(parked.every((waitMs) => waitMs !== null)).toBe(true);
  });

  it('opens on 500 too when nothing else is answered, but not when the read is', async () => {
    expect(await build({ serves: false }).attempt('stumbled', 'A')).toEqual(SENT_AND_SPARED);
    expect(await build({ serves: true }).attempt('stumbled', 'A')).toEqual(SENT_AND_SPENT);
  });
});

describe('a command that fails alone', () => {
  it('spends its attempts while the read is answered, as a lone order with a dead letter does', async () => {
    const { circuit, attempt } = build({ ordersMin: 5, serves: true });
    for (let n = 0; n < 5; n += 1) expect(await attempt('away', 'A')).toEqual(SENT_AND_SPENT);
    expect(circuit.isOpen()).toBe(false);
  });

  it('spends its attempts while others succeed, and does not stop them', async () => {
    const { circuit, far, attempt } = build({ ordersMin: 2, serves: true });
    for (let n = 0; n < 20; n += 1) {
      expect(await attempt('away', 'poison')).toEqual(SENT_AND_SPENT);
      expect(await attempt('well', `good-${n}`)).toEqual(SENT_AND_SPENT);
    }
    expect(circuit.isOpen()).toBe(false);
    expect(far.reads).toBeLessThanOrEqual(20);
  });

  it('is not added to others that failed before a success', async () => {
    const { circuit, attempt } = build({ ordersMin: 3, serves: true });
    for (let n = 0; n < 20; n += 1) {
      await attempt('away', `bad-${n}`);
      await attempt('well', `good-${n}`);
    }
    expect(circuit.isOpen()).toBe(false);
  });

  it('is not looked into when another call was answered meanwhile', async () => {
    const { clock, far, circuit } = build({ serves: false });
    const [slow, quick] = ['slow', 'quick'].map((order) => ({ key: order, order, kind: 'x' }));
    if (slow === undefined || quick === undefined) throw new Error('no calls');
    const startedAt = clock.now;
    await circuit.enter(slow);
    clock.now += 50;
    await circuit.enter(quick);
    await circuit.leave(quick, { sign: 'well', startedAt: clock.now });
    clock.now += 50;
    expect(await circuit.leave(slow, { sign: 'away', startedAt })).toBeNull();
    expect(far.reads).toBe(0);
  });
});

describe('an outage that begins under many calls', () => {
  it('is one of the system, not of the kind of command that met it', async () => {
    const { changes, enter, leave } = build({ ordersMin: 3, serves: false });
    const orders = ['A', 'B', 'C', 'D', 'E', 'F'];
    for (const order of orders) await enter(order);
    await Promise.all(orders.map((order) => leave('away', order)));
    expect(changes).toMatchObject([{ open: true, scope: 'all' }]);
  });
});

describe('one kind of command that fails for order after order', () => {
  it('is parked alone, from the order that settles it, with that attempt spared', async () => {
    const { changes, attempt } = build({ ordersMin: 3, serves: true });
    expect(await attempt('away', 'A')).toEqual(SENT_AND_SPENT);
    expect(await attempt('away', 'A')).toEqual(SENT_AND_SPENT);
    expect(await attempt('away', 'B')).toEqual(SENT_AND_SPENT);
    expect(await attempt('away', 'C')).toEqual(SENT_AND_SPARED);
    expect(await attempt('away', 'D')).toEqual(PARKED);
    expect(await attempt('well', 'E', 'look_at_pick')).toEqual(SENT_AND_SPENT);
    expect(await attempt('away', 'F')).toEqual(PARKED);
    expect(changes).toMatchObject([{ open: true, scope: 'request_pick' }]);
  });

  it('is tried one order at a time without spending, and goes on with a ramp', async () => {
    const { clock, changes, attempt, leave, letGo } = build({ ordersMin: 2, serves: true });
    await attempt('away', 'A');
    await attempt('away', 'B');
    for (let round = 0; round < 10; round += 1) {
      clock.now += 500;
      expect(await attempt('away', 'A')).toEqual(SENT_AND_SPARED);
      expect(await attempt('away', 'B')).toEqual(PARKED);
    }
    clock.now += 500;
    expect(await letGo()).toBe(1);
    await leave('well');
    expect(changes.map(({ open }) => open)).toEqual([true, false]);
    expect(await letGo()).toBe(2);
  });

  it('never counts 500 or 4xx, whoever they come to', async () => {
    const { circuit, attempt } = build({ ordersMin: 2, serves: true });
    for (let n = 0; n < 10; n += 1) await attempt('stumbled', `O${n}`);
    for (let n = 0; n < 10; n += 1) await attempt('well', `P${n}`);
    expect(circuit.isOpen()).toBe(false);
  });
});

describe('the limits of a connection', () => {
  it('hold calls in flight to the most that there may be', async () => {
    expect(await build().letGo()).toBe(8);
  });

  it('hold everybody back for as long as one was asked to wait, and begin again with one', async () => {
    const { circuit, clock, enter, letGo } = build({ serves: true });
    const call = { key: 'A', order: 'A', kind: 'request_pick' };
    await circuit.enter(call);
    const end = { sign: 'limited', startedAt: clock.now, holdMs: 7000 } as const;
    expect(await circuit.leave(call, end)).toBeNull();
    expect(await enter('B', 'look_at_pick')).toMatchObject({ go: false, waitMs: 7000 });
    expect(circuit.enterBehind(false)).toMatchObject({ go: false, closed: true });
    clock.now += 7000;
    expect(await letGo()).toBe(1);
    expect(circuit.isOpen()).toBe(false);
  });

  it('let reconciliation out only behind the commands that wait', async () => {
    const { circuit, clock, enter, attempt } = build();
    expect(circuit.enterBehind(true).go).toBe(true);
    circuit.leaveBehind(true);
    await attempt('unreachable', 'A');
    expect(circuit.enterBehind(false).go).toBe(false);
    clock.now += 1000;
    await enter('A');
    await circuit.leave(
      { key: 'A', order: 'A', kind: 'request_pick' },
      { sign: 'well', startedAt: clock.now },
    );
    await Promise.all(['B', 'C', 'D', 'E'].map((order) => enter(order)));
    expect(circuit.parked()).toBeGreaterThan(0);
    expect(circuit.enterBehind(true).go).toBe(false);
  });

  it('let what reconciliation finds open the way again when no command waits', async () => {
    const { circuit, clock, attempt } = build({ serves: false });
    await attempt('away', 'A');
    clock.now += 1000;
    expect(circuit.enterBehind(true).go).toBe(true);
    circuit.leaveBehind(true);
    expect(circuit.isOpen()).toBe(false);
  });
});
