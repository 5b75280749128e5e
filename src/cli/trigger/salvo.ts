import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { compose, type Composition } from './compose.ts';
import { send, type Door, type Sent } from './send.ts';

interface Salvo {
  composition: Composition;
  door: Door;
  count: number;
  /** Events a second; as fast as they are answered when absent. */
  perSecond: number | undefined;
  /** Sends each event a second time, byte for byte. */
  duplicate: boolean;
  concurrencyMax: number;
  onSent(sent: Sent): void;
}

/** Sends `count` events. When already the first one finds nobody, the others are not tried. */
export async function fire(salvo: Salvo): Promise<void> {
  const { door, count, perSecond, concurrencyMax } = salvo;
  const { signal } = door;
  const startedAt = performance.now();
  // Every event under way and every one that waits for its turn listens to the same signal.
  setMaxListeners(0, signal);
  if ((await fireOne(salvo, 1)) === 'unreachable') return;
  let last = 1;
  const lane = async (): Promise<void> => {
    while (last < count && !signal.aborted) {
      last += 1;
      const number = last;
      if (perSecond !== undefined) {
        const dueInMs = startedAt + ((number - 1) * 1000) / perSecond - performance.now();
        if (dueInMs > 0) await sleep(dueInMs, undefined, { signal });
      }
      await fireOne(salvo, number);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrencyMax, count) }, lane));
}

async function fireOne(salvo: Salvo, number: number): Promise<Sent['status']> {
  const event = compose(salvo.composition, number);
  const sent = await send(event, salvo.door);
  salvo.onSent(sent);
  if (salvo.duplicate && sent.status !== 'unreachable') salvo.onSent(await send(event, salvo.door));
  return sent.status;
}
