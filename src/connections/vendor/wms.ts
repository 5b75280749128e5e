import type { Command } from '../../domain/commands.ts';
import type { ConnectionSpec } from '../../wiring/spec.ts';
import { done, isOk, unreadable } from '../attempt.ts';
import type { Attempt, CommandContext, Connector } from '../attempt.ts';
import type { Capability } from '../capability.ts';
import { ask, meaningless, type Asked, type Vendor } from './ask.ts';
import { cancelPick } from './cancel-pick.ts';
import { findPick, lookAtPick, namesOfPick, pickIn } from './look-at-pick.ts';
import { readAs, unreadAttempt } from './read-answer.ts';
import { requestPickWords, snapshotOf, updatePickWords } from './words.ts';

/** A warehouse, as its file describes it. */
export function createVendorWms(vendor: Vendor): Connector {
  return {
    close: () => vendor.http.close(),
    capability: capabilityOf(vendor.spec),
    find: (command, context) =>
      command.kind === 'request_pick'
        ? findPick(vendor, command.key, context)
        : Promise.resolve(null),
    async send(command, context) {
      switch (command.kind) {
        case 'request_pick':
          return requestPick(vendor, command, context);
        case 'look_at_pick':
          return lookAtPick(vendor, command, context);
        case 'update_pick':
          return updatePick(vendor, command, context);
        case 'cancel_pick':
          return cancelPick(vendor, command, context);
        default:
          return { kind: 'refused', status: 0, error: `A warehouse does not take ${command.kind}` };
      }
    },
  };
}

function capabilityOf({ can, calls }: ConnectionSpec): Capability {
  const find = calls.has('find_pick') ? can.find : 'none';
  return {
    idempotentCreate: can.idempotentCreate,
    getByReference: find === 'reference',
    search: find === 'search' ? { lagMs: can.searchLagMs } : null,
  };
}

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

async function requestPick(
  vendor: Vendor,
  command: Of<'request_pick'>,
  context: CommandContext,
): Promise<Attempt> {
  const call = 'request_pick';
  const { order, timeoutMs } = context;
  const { key } = command;
  const asked = await ask(vendor, {
    ...{ call, key, timeoutMs, words: requestPickWords(command, order) },
    names: { reference: key, order_id: order.orderId, connection: order.connection },
  });
  if (!asked.ok) return asked.attempt;
  const { meaning, answer } = asked;
  switch (meaning) {
    case 'ok':
      return accepted(vendor, { asked, reference: key }, context);
    case 'exists':
      return adopt(vendor, key, context);
    case 'out_of_stock':
      return done({ type: 'pick_out_of_stock' });
    default:
      return meaningless(vendor, { call, meaning, answer });
  }
}

interface Accepted {
  asked: Extract<Asked, { ok: true }>;
  reference: string;
}

async function accepted(
  vendor: Vendor,
  { asked, reference }: Accepted,
  context: CommandContext,
): Promise<Attempt> {
  const { call, answer } = asked;
  const { receive } = call;
  if (receive === null) return adoptMade(vendor, reference, context);
  if (vendor.maps.mapping(receive).to !== 'pick.named') {
    const read = pickIn(vendor, receive, answer);
    if (read.ok) return done({ type: 'pick_accepted', pick: snapshotOf(read.value) });
    return isOk(answer) ? unreadAttempt(read, answer.status) : adopt(vendor, reference, context);
  }
  const named = readAs(vendor.maps, { mapping: receive, to: 'pick.named' }, answer.body);
  if (!named.ok) {
    return isOk(answer) ? unreadAttempt(named, answer.status) : adopt(vendor, reference, context);
  }
  const pickId = named.value.pick_id;
  const seen = await lookAtPick(vendor, { pickId, reference }, context);
  if (seen.kind === 'done' && seen.outcome.type === 'pick_seen') {
    return done({ type: 'pick_accepted', pick: seen.outcome.pick });
  }
  return made(pickId, seen);
}

/** The pick is there, whatever became of the look at it: the request may not simply be repeated. */
function made(pickId: string, seen: Attempt): Attempt {
  if (seen.kind === 'refused') return seen;
  const why = seen.kind === 'done' ? 'it is not shown yet' : seen.error;
  return {
    kind: 'retry',
    status: null,
    retryAfter: seen.kind === 'retry' ? seen.retryAfter : undefined,
    error: `Pick ${pickId} was made, and could not be looked at: ${why}`,
  };
}

/** The pick stands at the warehouse under our reference: it is ours, whatever became of the answer. */
async function adopt(vendor: Vendor, reference: string, context: CommandContext): Promise<Attempt> {
  const found = await findPick(vendor, reference, context);
  if (found !== null) return found;
  if (vendor.spec.can.find !== 'search') return unreadable(200, 'a list with that pick');
  return made(`under ${reference}`, done({ type: 'pick_missing' }));
}

/** A request was accepted by an answer that does not say as what. */
async function adoptMade(
  vendor: Vendor,
  reference: string,
  context: CommandContext,
): Promise<Attempt> {
  const found = await findPick(vendor, reference, context);
  if (found?.kind === 'done') return found;
  return made(`under ${reference}`, found ?? done({ type: 'pick_missing' }));
}

/** A priority is only a wish, so a warehouse without such a call does not hear of it. */
async function updatePick(
  vendor: Vendor,
  command: Of<'update_pick'>,
  context: CommandContext,
): Promise<Attempt> {
  const call = 'update_pick';
  if (!vendor.spec.calls.has(call)) {
    return { kind: 'refused', status: 0, error: `${vendor.spec.name} changes no picks` };
  }
  const { key } = command;
  const { order, timeoutMs } = context;
  const names = namesOfPick(command, context);
  const words = updatePickWords(command, order);
  const asked = await ask(vendor, { call, key, names, words, timeoutMs });
  if (!asked.ok) return asked.attempt;
  const { meaning, answer } = asked;
  if (meaning === 'missing') return done({ type: 'pick_missing' });
  if (meaning !== 'ok') return meaningless(vendor, { call, meaning, answer });
  if (asked.call.receive === null) return lookAtPick(vendor, command, context);
  const read = pickIn(vendor, asked.call.receive, answer);
  if (!read.ok) return unreadAttempt(read, answer.status);
  return done({ type: 'pick_seen', pick: snapshotOf(read.value) });
}
