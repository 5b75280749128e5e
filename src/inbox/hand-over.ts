import type { OrderAddress } from '../domain/ids.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { OrderSignals } from '../temporal/order-signals.ts';
import { planLane, type LanePlan, type Normalise, type Reading } from './plan.ts';
import type { ClaimedLane, EventWithBody, InboxStore, SettledStatus } from './store.ts';

export interface HandOver {
  store: InboxStore;
  signals: OrderSignals;
  isClosed(order: OrderAddress): boolean;
  isEcho: Reading['isEcho'];
  settings: { callTimeoutMs: number };
  log: Logger;
  onHandedOver(outcome: string, events: number): void;
  onSettled(events: number): void;
  normalise: Normalise;
  now: () => number;
}

/** Makes the one call for a claimed lane and settles its events; rejects when the call failed. */
export function createHandOver(options: HandOver): (lane: ClaimedLane) => Promise<void> {
  const { store, settings, normalise, now } = options;

  return async ({ lane, events }) => {
    const plan = planLane(events, { normalise, isEcho: options.isEcho });
    if (plan.unprocessable.length > 0) await setAside(plan, options);
    const status = await withTimeout(tell(plan, options), settings.callTimeoutMs);
    if (plan.handedOver.length > 0) options.onHandedOver(status, plan.handedOver.length);
    options.log.debug({ lane, outcome: status, events: events.length }, 'event.dispatched');
    const echoes = status === 'late' ? plan.handedOver.filter((e) => plan.echoes.has(e)) : [];
    const told = plan.handedOver.filter((event) => !echoes.includes(event));
    await store.settle([
      ...settlementsOf(told, status, now()),
      ...settlementsOf([...plan.ignored, ...echoes], 'ignored', now()),
      ...settlementsOf(
        plan.unprocessable.map((one) => one.event),
        'quarantined',
        now(),
      ),
    ]);
    options.onSettled(events.length);
  };
}

async function tell(plan: LanePlan, options: HandOver): Promise<'dispatched' | 'late'> {
  const { signals, isClosed } = options;
  if (plan.stock !== null) await signals.stockRose(plan.stock.wms, plan.stock.skus);
  if (plan.order === null) return 'dispatched';
  if (isClosed(plan.order)) return 'late';
  const outcome = await signals.deliver({ order: plan.order, inputs: plan.inputs });
  return outcome === 'late' ? 'late' : 'dispatched';
}

/** Our normaliser threw: the event waits for a mended one, in sight of operators. */
async function setAside({ unprocessable }: LanePlan, { store, log }: HandOver): Promise<void> {
  for (const { event, detail } of unprocessable) {
    const { connection, eventId } = event;
    log.error({ connection, eventId, detail }, 'event.unprocessable');
  }
  await store.quarantine(
    unprocessable.map(({ event, detail }) => ({ ...event, cause: 'unprocessable', detail })),
  );
}

function settlementsOf(events: readonly EventWithBody[], status: SettledStatus, at: number) {
  return events.map(({ seq }) => ({ seq, status, at }));
}

/** A call that hangs is given up before its lease ends; what it still does is known by event id. */
async function withTimeout<R>(call: Promise<R>, timeoutMs: number): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new AppError('unavailable', `Temporal did not answer within ${timeoutMs} ms.`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([call, timeout]);
  } finally {
    clearTimeout(timer);
    call.catch(() => undefined);
  }
}
