import { pause } from './eventually.ts';
import { amendOrder, cancelAtCrm, placeOrder, type CrmWish } from './random-crm.ts';
import type { Dice } from './random-dice.ts';
import { workOnOrder } from './random-floor.ts';
import type { Trial } from './random-trial.ts';
import { badWeather } from './random-weather.ts';

/** Orders that are under way at once. */
const AT_ONCE = 24;

/** All orders live their lives while everything that can go wrong does. */
export async function liveAll(trial: Trial): Promise<void> {
  const over = new AbortController();
  const weather = badWeather(trial, over.signal);
  const numbers = Array.from({ length: trial.orders }, (_, index) => index + 1);
  const actor = async (): Promise<void> => {
    for (let n = numbers.shift(); n !== undefined; n = numbers.shift()) await live(trial, n);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, actor));
  over.abort();
  await weather;
}

async function live(trial: Trial, number: number): Promise<void> {
  const dice = trial.dice.fork(number);
  const wish = await placeOrder(trial, `RND-${String(number).padStart(3, '0')}`, dice);
  const deeds = dice.between(3, 10);
  for (let n = 0; n < deeds; n += 1) {
    await pause(dice.between(0, trial.silent ? 900 : 350));
    await deed(trial, wish, dice);
  }
}

async function deed(trial: Trial, wish: CrmWish, dice: Dice): Promise<void> {
  const throwOf = dice.upTo(20);
  if (throwOf < 5) await amendOrder(trial, wish, dice);
  else if (throwOf === 5) await cancelAtCrm(trial, wish, { dice, whole: false });
  else if (throwOf === 6) await cancelAtCrm(trial, wish, { dice, whole: true });
  else await workOnOrder(trial, wish.orderId, dice);
}
