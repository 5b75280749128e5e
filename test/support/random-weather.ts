import { pause } from './eventually.ts';
import type { Answer, Json } from './product.ts';
import type { Dice } from './random-dice.ts';
import { moveStock, mustAnswer, tryCall, type StockMove, type Trial } from './random-trial.ts';

type Call = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** The calls that Crossdock makes, by the system that answers them. */
const TARGETS = {
  wms: [
    ['POST', '/picks'],
    ['POST', '/picks'],
    ['POST', '/picks/*/cancel'],
    ['GET', '/picks/*'],
    ['GET', '/picks'],
    ['GET', '/inventory'],
  ],
  crm: [
    ['POST', '/orders/*/events'],
    ['GET', '/orders'],
    ['GET', '/orders/*'],
  ],
  tasks: [
    ['POST', '/tasks'],
    ['PATCH', '/tasks/*'],
    ['GET', '/tasks'],
  ],
} as const;

const SYSTEMS = ['wms', 'crm', 'tasks'] as const;
type System = (typeof SYSTEMS)[number];

export function systemOf(trial: Trial, name: System): Call {
  return trial.product[name];
}

/** Trouble of every kind on every system, and stock that comes and goes, until it is over. */
export async function badWeather(trial: Trial, over: AbortSignal): Promise<void> {
  const dice = trial.dice.fork('weather');
  while (!over.aborted) {
    if (trial.faults && dice.happens(2)) await newFault(trial, dice);
    if (!trial.silent && dice.happens(4)) await newMode(trial, dice);
    if (dice.happens(2)) await newStock(trial, dice);
    await pause(dice.between(20, 250));
  }
}

async function newFault(trial: Trial, dice: Dice): Promise<void> {
  const system = dice.choose(SYSTEMS);
  const [method, path] = dice.pick<readonly [string, string]>(TARGETS[system]) ?? ['GET', '*'];
  const fault = { method, path, ...trouble(dice), times: dice.between(1, 6) };
  await tryCall(() => systemOf(trial, system)('POST', '/_sandbox/faults', fault));
}

function trouble(dice: Dice): Json {
  switch (dice.upTo(8)) {
    case 0:
    case 1:
      return { kind: 'drop_after' };
    case 2:
      return { kind: 'drop_before' };
    case 3:
      return { kind: 'delay', delay_ms: dice.between(50, 900) };
    case 4:
      return { kind: 'hang' };
    case 5:
      return { kind: 'status', status: 429, retry_after: dice.upTo(2) };
    case 6:
      return { kind: 'status', status: dice.choose([400, 500, 502, 408]) };
    default:
      return { kind: 'status', status: 503 };
  }
}

async function newMode(trial: Trial, dice: Dice): Promise<void> {
  const mode = {
    mode: dice.choose(['on', 'duplicate', 'reverse'] as const),
    delay_ms: dice.between(0, 800),
  };
  await setMode(trial, dice.choose(SYSTEMS), mode);
}

async function setMode(trial: Trial, name: System, mode: Json): Promise<void> {
  await mustAnswer(() => systemOf(trial, name)('PUT', '/_sandbox/webhooks', mode), 200);
}

async function newStock(trial: Trial, dice: Dice): Promise<void> {
  const sku = dice.choose(trial.skus as [string, ...string[]]);
  const location = dice.choose(['zone-A', 'zone-B'] as const);
  const qty = dice.between(1, 12);
  const moves: StockMove[] = [
    { kind: 'receive', sku, location, qty },
    { kind: 'receive', sku, location, qty },
    { kind: 'receive', sku, location, qty: 3 * qty },
    { kind: 'count', sku, location, qty: dice.happens(2) ? -qty : 1 },
    { kind: 'hold', sku, location, qty },
    { kind: 'unhold', sku, location, qty },
    { kind: 'transfer', sku, location, qty, to_location: 'zone-C' },
  ];
  const move = dice.pick(moves);
  if (move !== undefined) await moveStock(trial, move);
}

/** No webhook at all from any system, from the beginning. */
export async function silence(trial: Trial): Promise<void> {
  for (const name of SYSTEMS) await setMode(trial, name, { mode: 'off' });
}

export async function clearSky(trial: Trial): Promise<void> {
  for (const name of SYSTEMS) {
    await mustAnswer(() => systemOf(trial, name)('DELETE', '/_sandbox/faults'), 204);
    if (!trial.silent) await setMode(trial, name, { mode: 'on', delay_ms: 0 });
  }
}
