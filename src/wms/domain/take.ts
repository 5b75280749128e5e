import type { Place } from './allocation.ts';
import type { Draw } from './pick-line.ts';

type DrawCounter = 'reserved' | 'picked' | 'counting';

export interface TakeRequest {
  draws: readonly Draw[];
  counter: DrawCounter;
  qty: number;
  location?: string | undefined;
  lot?: string | undefined;
}

/** Which draws of a line give how many units of one counter; may give fewer than asked. */
export function takeFrom(request: TakeRequest): (Place & { qty: number })[] {
  const taken: (Place & { qty: number })[] = [];
  let left = request.qty;
  for (const draw of request.draws) {
    if (left <= 0) break;
    if (request.location !== undefined && draw.location !== request.location) continue;
    if (request.lot !== undefined && draw.lot !== request.lot) continue;
    const qty = Math.min(left, draw[request.counter]);
    if (qty <= 0) continue;
    taken.push({ location: draw.location, lot: draw.lot, qty });
    left -= qty;
  }
  return taken;
}

export function sumOf(parts: readonly { qty: number }[]): number {
  return parts.reduce((total, part) => total + part.qty, 0);
}
