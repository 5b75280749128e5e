import { describe, expect, it } from 'vitest';
import { eventually, pause } from '../support/eventually.ts';
import type { Json } from '../support/product.ts';
import { expectBooksAgree } from '../support/scenario-books.ts';
import { scenarioStage } from '../support/scenario-stage.ts';

/** Two hours of waiting pass in seven seconds. */
const TIME_SCALE = 0.001;
const TWO_HOURS_MS = 2 * 3_600_000 * TIME_SCALE;
const KILL_EVERY_MS = 20;

const stage = scenarioStage({ CROSSDOCK_TIME_SCALE: String(TIME_SCALE) });

/** Kills the warehouse whenever it is there. */
async function keepDown(downMs: number): Promise<number> {
  const until = Date.now() + downMs;
  const killed = new Set<number>();
  while (Date.now() < until) {
    const pid = stage.product().now().pids['wms'];
    if (pid !== undefined && !killed.has(pid)) {
      stage.product().kill('wms');
      killed.add(pid);
    }
    await pause(KILL_EVERY_MS);
  }
  return killed.size;
}

/** The warehouse cuts every call. */
async function cutCalls(downMs: number): Promise<number> {
  const { wms } = stage.product();
  const fault = { method: '*', path: '*', kind: 'drop_before', times: 1_000_000 };
  expect((await wms('POST', '/_sandbox/faults', fault)).status).toBe(201);
  await pause(downMs);
  const cut = (await wms('GET', '/_sandbox/requests?limit=500')).body.items.length;
  expect((await wms('DELETE', '/_sandbox/faults')).status).toBe(204);
  return cut;
}

describe('a warehouse that is away for two hours', () => {
  it.each([
    ['refuses connections', keepDown],
    ['cuts every call', cutCalls],
  ])(
    'and %s costs no order an attempt, loses and doubles nothing, and all orders end right',
    async (_, takeAway) => {
      const sku = await stage.newSku(100);
      const allocate = async (qty: number): Promise<string> => {
        const id = await stage.place([{ sku, qty }]);
        await stage.until(id, (order) => order.headline === 'ALLOCATED');
        return id;
      };
      const [begun, cancelled, amended] = [await allocate(5), await allocate(3), await allocate(2)];
      const away = takeAway(TWO_HOURS_MS);
      await stage.cancel(cancelled);
      await stage.amend(amended, { items: [{ sku, qty: 6 }] });
      const placed = await Promise.all(
        Array.from({ length: 5 }, () => stage.place([{ sku, qty: 4 }])),
      );
      expect(await away).toBeGreaterThan(0);
      for (const id of [...placed, amended]) {
        await stage.until(id, (order) => order.headline === 'ALLOCATED', 60_000);
      }
      const { body } = await stage.product().api('GET', '/dead-letters?limit=200');
      expect(body.items).toEqual([]);
      await stage.untilStage(cancelled, 'CANCELLED', 60_000);
      for (const id of [begun, amended, ...placed]) await stage.workUntilEnd(id);
      for (const id of [begun, cancelled, amended, ...placed]) await expectBooksAgree(stage, id);
      for (const id of placed) expect(await stage.picks(id)).toHaveLength(1);
      expect(await stage.totals(sku)).toMatchObject({ on_hand: 69, reserved: 0, picked: 0 });
    },
  );
});

describe('a system that asks for patience', () => {
  it.each([
    ['in seconds', () => '2'],
    ['as a date', () => new Date(Date.now() + 3000).toUTCString()],
  ])('with Retry-After %s is asked again only then', async (_, retryAfter) => {
    const sku = await stage.newSku(5);
    const { tasks } = stage.product();
    const fault = { method: 'POST', path: '/tasks', kind: 'status', status: 429, times: 1 };
    const set = await tasks('POST', '/_sandbox/faults', { ...fault, retry_after: retryAfter() });
    expect(set.status).toBe(201);
    const id = await stage.place([{ sku, qty: 1 }]);
    await stage.until(id, (order) => order.task !== null);
    const calls = await eventually(async () => {
      const path = '/_sandbox/requests?method=POST&path=/tasks&limit=500';
      const all: Json[] = (await tasks('GET', path)).body.items;
      const own = all.filter((call) => call.body.external_ref.id === id);
      return own.length === 2 ? own : undefined;
    });
    expect(calls.map((call) => call.status)).toEqual([429, 201]);
    expect(Date.parse(calls[1].at) - Date.parse(calls[0].at)).toBeGreaterThanOrEqual(1000);
    await stage.workUntilEnd(id);
    await expectBooksAgree(stage, id);
  });
});
