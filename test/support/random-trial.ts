import { randomUUID } from 'node:crypto';
import { processEnv } from '../../src/config/env.ts';
import { pause } from './eventually.ts';
import type { Answer, Json, Product } from './product.ts';
import { diceOf, type Dice } from './random-dice.ts';
import type { CrmWish } from './random-crm.ts';

/** What one trial is made of; `silent` leaves reconciliation alone with the truth. */
export interface TrialPlan {
  seed: string;
  orders: number;
  silent: boolean;
  faults: boolean;
}

export interface Trial extends TrialPlan {
  product: Product;
  dice: Dice;
  skus: readonly string[];
  /** Units that came into, or were counted in or out of, the warehouse, per SKU. */
  received: Map<string, number>;
  wishes: Map<string, CrmWish>;
  orderIds: string[];
}

/**
 * Other runs are asked for by environment: `CROSSDOCK_TEST_SEED` (any text), `CROSSDOCK_TEST_ORDERS`,
 * `CROSSDOCK_TEST_FAULTS=off`.
 */
export function planOf({ silent }: { silent: boolean }): TrialPlan {
  const env = processEnv();
  return {
    seed: env['CROSSDOCK_TEST_SEED'] ?? 'seed-4',
    orders: Number(env['CROSSDOCK_TEST_ORDERS'] ?? 200),
    faults: env['CROSSDOCK_TEST_FAULTS'] !== 'off',
    silent,
  };
}

const SCARCE_SKUS = ['RND-A', 'RND-B', 'RND-C', 'RND-D', 'RND-E'] as const;

export async function beginTrial(product: Product, plan: TrialPlan): Promise<Trial> {
  const trial: Trial = {
    ...plan,
    product,
    dice: diceOf(plan.seed),
    skus: SCARCE_SKUS,
    received: new Map(),
    wishes: new Map(),
    orderIds: [],
  };
  const dice = trial.dice.fork('catalogue');
  for (const sku of SCARCE_SKUS) {
    await mustAnswer(() => product.wms('POST', '/products', { sku, name: sku }), 201);
    const perOrder = dice.between(0, 3) / 4;
    await moveStock(trial, {
      kind: 'receive',
      sku,
      location: 'zone-A',
      qty: 1 + Math.round(plan.orders * perOrder),
    });
  }
  return trial;
}

export interface StockMove {
  kind: 'receive' | 'count' | 'hold' | 'unhold' | 'transfer';
  sku: string;
  location: string;
  qty: number;
  to_location?: string;
}

/** Books a movement, whatever it takes to learn its answer; returns whether it was booked. */
export async function moveStock(trial: Trial, move: StockMove): Promise<boolean> {
  const key = { 'idempotency-key': randomUUID() };
  const answer = await mustAnswer(() =>
    trial.product.wms('POST', '/inventory/movements', move, key),
  );
  if (answer.status !== 201) return false;
  if (move.kind === 'receive' || move.kind === 'count') {
    trial.received.set(move.sku, (trial.received.get(move.sku) ?? 0) + move.qty);
  }
  return true;
}

/** A call that may be cut, delayed or refused: no answer is no answer. */
export async function tryCall(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch {
    return undefined;
  }
}

const TRIES_MAX = 100;

/** Repeats a call, which must be safe to repeat, until it is answered by more than a stumble. */
export async function mustAnswer(call: () => Promise<Answer>, status?: number): Promise<Answer> {
  let last: Answer | undefined;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    last = await tryCall(call);
    const isFinal = last !== undefined && last.status < 500 && last.status !== 429;
    if (last !== undefined && isFinal && (status === undefined || last.status === status)) {
      return last;
    }
    await pause(50);
  }
  throw new Error(`No answer ${status ?? ''}: ${JSON.stringify(last?.body)}`);
}

/** Every item of a list, page after page. */
export async function allItems(
  get: (path: string) => Promise<Answer>,
  path: string,
): Promise<Json[]> {
  const items: Json[] = [];
  let cursor: string | null = null;
  do {
    const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await mustAnswer(() => get(`${path}${at}`), 200);
    items.push(...body.items);
    cursor = body.next ?? null;
  } while (cursor !== null);
  return items;
}
