import { orderOfPickKey, splitOfPickKey } from './ids.ts';
import type { PickReported } from './inputs.ts';
import { newPickRequest, type PickRequest } from './pick.ts';
import { fate, note, type Turn } from './turn.ts';

/**
 * A pick under our reference that this order does not know of was asked for by a step that was cut
 * off before it was recorded, or by a request that a person gave up although the WMS had taken it.
 * It is taken up empty, and the WMS is asked what it holds (D3).
 */
export function adoptOrphan(
  turn: Turn,
  { pickId, reference }: Pick<PickReported, 'pickId' | 'reference'>,
): PickRequest | null {
  const { state } = turn;
  if (!state.known || reference === null) return null;
  const owner = orderOfPickKey(reference);
  const split = splitOfPickKey(reference);
  const ours =
    owner?.orderId === state.address.orderId && owner.connection === state.address.connection;
  const known = state.requests.find((r) => r.reference === reference);
  const isGivenUp = known === undefined || known.status === 'out_of_stock';
  if (!ours || split === null || !isGivenUp) return null;
  state.requests = state.requests.filter((r) => r !== known);
  state.counters.split = Math.max(state.counters.split, split.split);
  const request: PickRequest = {
    ...newPickRequest({ ...split, reference, fills: null, lines: [] }),
    status: 'accepted',
    pickId,
    gapDueAt: turn.now,
  };
  state.requests.push(request);
  note(turn, 'drift', `${pickId} is under our reference and unknown here: asking what it is`);
  return request;
}

/** The WMS does not have it after all. */
export function dropOrphan(turn: Turn, request: PickRequest): void {
  turn.state.requests = turn.state.requests.filter((r) => r !== request);
  for (const event of request.buffered) fate(turn, event, 'ignored');
}
