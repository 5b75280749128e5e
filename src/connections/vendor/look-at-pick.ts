import type { PickRecord } from '../../vocabulary/picks.ts';
import { done, type Attempt, type CommandContext } from '../attempt.ts';
import type { HttpAnswer } from '../http.ts';
import { ask, meaningless, type Vendor } from './ask.ts';
import { readAll } from './page.ts';
import { readAs, unreadAttempt, type Read } from './read-answer.ts';
import type { Names } from './template.ts';
import { snapshotOf } from './words.ts';

export interface PickAddress {
  pickId: string;
  reference: string;
}

export function namesOfPick({ pickId, reference }: PickAddress, { order }: CommandContext): Names {
  return { pick_id: pickId, reference, order_id: order.orderId };
}

export function pickIn(
  { maps }: Vendor,
  mapping: string | null,
  { body }: Pick<HttpAnswer, 'body'>,
): Read<PickRecord> {
  return readAs(maps, { mapping, to: 'pick.record' }, body);
}

export async function lookAtPick(
  vendor: Vendor,
  pick: PickAddress,
  context: CommandContext,
): Promise<Attempt> {
  const call = 'look_at_pick';
  const names = namesOfPick(pick, context);
  const asked = await ask(vendor, { call, names, timeoutMs: context.timeoutMs });
  if (!asked.ok) return asked.attempt;
  const { meaning, answer } = asked;
  if (meaning === 'missing') return done({ type: 'pick_missing' });
  if (meaning !== 'ok') return meaningless(vendor, { call, meaning, answer });
  const read = pickIn(vendor, asked.call.receive, answer);
  if (!read.ok) return unreadAttempt(read, answer.status);
  return done({ type: 'pick_seen', pick: snapshotOf(read.value) });
}

/** Pages of a search for one pick; one that is not among them was searched for by too little. */
const FIND_PAGES_MAX = 20;
const FIND_LIMIT = 100;

/** Null when the warehouse shows no pick under our reference. */
export async function findPick(
  vendor: Vendor,
  reference: string,
  context: CommandContext,
): Promise<Attempt | null> {
  const names = { reference, order_id: context.order.orderId };
  const { timeoutMs } = context;
  if (vendor.spec.calls.get('find_pick')?.items == null) {
    return findOne(vendor, { names, reference, timeoutMs });
  }
  const found = await readAll(vendor, {
    ...{ call: 'find_pick', names, timeoutMs },
    ...{ limit: FIND_LIMIT, pagesMax: FIND_PAGES_MAX },
  });
  if (!found.ok) return found.attempt;
  const { call, answer, items } = found;
  const reads = items.map((body) => pickIn(vendor, call.receive, { body }));
  const ours = reads.flatMap((read) =>
    read.ok && isOurs(vendor, read.value, reference) ? [read.value] : [],
  );
  const pick = ours.find(({ status }) => status !== 'CANCELLED') ?? ours[0];
  if (pick !== undefined) return done({ type: 'pick_accepted', pick: snapshotOf(pick) });
  // One of those that cannot be read may be ours.
  const unread = reads.find((read) => !read.ok);
  return unread?.ok === false ? unreadAttempt(unread, answer.status) : null;
}

interface FindOne {
  names: Names;
  reference: string;
  timeoutMs: number;
}

async function findOne(
  vendor: Vendor,
  { names, reference, timeoutMs }: FindOne,
): Promise<Attempt | null> {
  const call = 'find_pick';
  const asked = await ask(vendor, { call, names, timeoutMs });
  if (!asked.ok) return asked.attempt;
  const { meaning, answer } = asked;
  if (meaning === 'missing') return null;
  if (meaning !== 'ok') return meaningless(vendor, { call, meaning, answer });
  const read = pickIn(vendor, asked.call.receive, answer);
  if (!read.ok) return unreadAttempt(read, answer.status);
  if (!isOurs(vendor, read.value, reference)) return null;
  return done({ type: 'pick_accepted', pick: snapshotOf(read.value) });
}

/**
 * A search also shows what is like our reference, and a vendor that does not know its parameter
 * shows everything: another's pick is never taken for ours.
 */
function isOurs({ spec }: Vendor, pick: PickRecord, reference: string): boolean {
  if (pick.reference === null) return spec.can.find === 'reference';
  return pick.reference === reference;
}
