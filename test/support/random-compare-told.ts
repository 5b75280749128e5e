import { eventually } from './eventually.ts';
import type { Json } from './product.ts';
import type { Books, Check } from './random-books.ts';
import type { CrmWish } from './random-crm.ts';
import { allItems, type Trial } from './random-trial.ts';

const BUCKETS = ['picked', 'shipped', 'backordered', 'cancelled'] as const;

/** Time in which reconciliation notices a change of an order that has ended. */
const DRIFT_WITHIN_MS = 30_000;

/** A version that was not taken came too late for its order, and that is shown (fulfilment 6, D20). */
export async function compareVersions(
  trial: Trial,
  { wish, order }: Books,
  check: Check,
): Promise<void> {
  const untaken = wish.statements.filter((said) => said.version > order.version);
  if (untaken.length === 0) return;
  const shown = trial.silent ? await driftsOf(trial, wish.orderId) : await lateOf(trial, wish);
  const afterMs = Date.parse(order.closed_at) - Math.min(...untaken.map((said) => said.at));
  for (const { version } of untaken) {
    check(shown(version), () => `version ${version}, ${afterMs} ms before the end, is lost`);
  }
}

async function lateOf(trial: Trial, { orderId }: CrmWish): Promise<(version: number) => boolean> {
  const path = `/events?order_id=${orderId}&status=late&limit=200`;
  const late = await allItems((at) => trial.product.api('GET', at), path);
  return (version) =>
    late.some((event) => event.event_id.startsWith(`evt_crm_${orderId}_${version}_`));
}

/** Reconciliation reads the last version only. */
async function driftsOf(trial: Trial, orderId: string): Promise<() => boolean> {
  const path = `/reconciliation/drifts?class=D20&order_id=${orderId}&limit=200`;
  const drifts = await eventually(async () => {
    const found = await allItems((at) => trial.product.api('GET', at), path);
    return found.length > 0 && found;
  }, DRIFT_WITHIN_MS).catch(() => []);
  return () => drifts.length > 0;
}

/** The CRM was told gapless ordered deltas that lead to what it shows. */
export function compareTold({ crm, told }: Books, check: Check): void {
  const sums = new Map<string, number>();
  told.forEach((event, index) => {
    const { sequence, lines } = event.payload;
    check(sequence === index + 1, () => `CRM event ${index + 1} has sequence ${sequence}`);
    for (const { line_id, bucket, delta, cumulative } of lines) {
      const total = (sums.get(`${line_id}/${bucket}`) ?? 0) + delta;
      sums.set(`${line_id}/${bucket}`, total);
      check(cumulative === total, () => `CRM event ${sequence}: ${bucket} ${cumulative}/${total}`);
    }
  });
  for (const line of crm.lines) {
    for (const bucket of BUCKETS) {
      const total = sums.get(`${line.line_id}/${bucket}`) ?? 0;
      check(line[bucket] === total, () => `CRM ${line.line_id} ${bucket} ${line[bucket]}/${total}`);
    }
  }
}

/** Each effect once: no key made two things, and the CRM took each sequence once, in order. */
export async function compareRequests(
  trial: Trial,
  checkFor: (name: string) => Check,
): Promise<void> {
  const { crm, wms, tasks } = trial.product;
  const log = async (call: typeof crm, path: string): Promise<Json[]> =>
    (
      await allItems(
        (at) => call('GET', at),
        `/_sandbox/requests?method=POST&path=${encodeURIComponent(path)}&limit=2000`,
      )
    ).filter((request) => request.effect === 'created');
  const made = [...(await log(wms, '/picks')), ...(await log(tasks, '/tasks'))];
  const keys = new Set<string>();
  for (const { idempotency_key: key } of made) {
    checkFor('request log')(!keys.has(key), () => `${key} made two things`);
    keys.add(key);
  }
  const next = new Map<string, number>();
  for (const { body } of await log(crm, '/orders/*/events')) {
    const { order_id: id, sequence } = body.payload;
    const due = next.get(id) ?? 1;
    checkFor(id)(sequence === due, () => `the CRM took ${sequence} where ${due} was next`);
    next.set(id, due + 1);
  }
}
