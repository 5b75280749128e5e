import type { Command, CommandOutcome, PickSnapshot } from '../../domain/commands.ts';
import { done, isOk, type Attempt, type CommandContext } from '../attempt.ts';
import { ask, meaningless, type Asked, type Vendor } from './ask.ts';
import { lookAtPick, namesOfPick, pickIn } from './look-at-pick.ts';
import { readAs, unreadAttempt } from './read-answer.ts';
import { cancelPickWords, snapshotOf } from './words.ts';

type CancelPickCommand = Extract<Command, { kind: 'cancel_pick' }>;
type Result = Extract<CommandOutcome, { type: 'cancel_answered' }>['result'];

/** Asks for a cancel where the warehouse takes one, and else says that a person has to. */
export async function cancelPick(
  vendor: Vendor,
  command: CancelPickCommand,
  context: CommandContext,
): Promise<Attempt> {
  const detail = impossible(vendor, command);
  if (detail !== null) return done({ type: 'cancel_impossible', detail });
  const call = 'cancel_pick';
  const { order, timeoutMs } = context;
  const asked = await ask(vendor, {
    ...{ call, timeoutMs, key: command.key, words: cancelPickWords(command, order) },
    names: namesOfPick(command, context),
  });
  if (!asked.ok) return asked.attempt;
  const { meaning, answer } = asked;
  switch (meaning) {
    case 'ok':
      return answered(vendor, { command, asked }, context);
    case 'rejected':
      return look(vendor, { command, result: () => 'REJECTED' }, context);
    case 'missing':
      return done({ type: 'pick_missing' });
    default:
      return meaningless(vendor, { call, meaning, answer });
  }
}

/** Null when the warehouse takes such a cancel. */
function impossible({ spec }: Vendor, { pickId, lines }: CancelPickCommand): string | null {
  if (spec.can.cancel === 'none') {
    return `${spec.title} takes no cancels: have pick ${pickId} stopped there.`;
  }
  if (spec.can.cancel === 'whole' && lines !== null) {
    return `${spec.title} cancels whole picks only: have lines ${lines.join(', ')} of pick ${pickId} stopped there.`;
  }
  return null;
}

interface Answered {
  command: CancelPickCommand;
  asked: Extract<Asked, { ok: true }>;
}

async function answered(
  vendor: Vendor,
  { command, asked }: Answered,
  context: CommandContext,
): Promise<Attempt> {
  const { call, answer } = asked;
  const { receive } = call;
  const byPick = (pick: PickSnapshot): Result => resultOf(pick, command.lines);
  if (receive === null) return look(vendor, { command, result: byPick }, context);
  if (vendor.maps.mapping(receive).to !== 'pick.cancel_answered') {
    const read = pickIn(vendor, receive, answer);
    if (read.ok) return outcome(command, { pick: snapshotOf(read.value), result: byPick });
    return isOk(answer)
      ? unreadAttempt(read, answer.status)
      : look(vendor, { command, result: byPick }, context);
  }
  const read = readAs(vendor.maps, { mapping: receive, to: 'pick.cancel_answered' }, answer.body);
  if (!read.ok) {
    return isOk(answer)
      ? unreadAttempt(read, answer.status)
      : look(vendor, { command, result: byPick }, context);
  }
  const { result, pick } = read.value;
  if (pick === undefined) return look(vendor, { command, result: () => result }, context);
  return outcome(command, { pick: snapshotOf(pick), result: () => result });
}

interface Looking {
  command: CancelPickCommand;
  result(pick: PickSnapshot): Result;
}

async function look(
  vendor: Vendor,
  { command, result }: Looking,
  context: CommandContext,
): Promise<Attempt> {
  const seen = await lookAtPick(vendor, command, context);
  if (seen.kind !== 'done' || seen.outcome.type !== 'pick_seen') return seen;
  return outcome(command, { pick: seen.outcome.pick, result });
}

function outcome(
  { lines }: CancelPickCommand,
  { pick, result }: Pick<Looking, 'result'> & { pick: PickSnapshot },
): Attempt {
  return done({
    type: 'cancel_answered',
    result: result(pick),
    answered: lines ?? pick.lines.flatMap(({ lineId }) => (lineId === null ? [] : [lineId])),
    pick,
  });
}

/** What a pick says of a cancel of these lines; one that is under way counts as accepted. */
function resultOf({ lines }: PickSnapshot, asked: readonly string[] | null): Result {
  const ours = lines.filter(({ lineId }) => asked === null || asked.includes(lineId ?? ''));
  const of = ours.length === 0 ? lines : ours;
  if (of.every(({ picked }) => picked === 0)) return 'ACCEPTED';
  return of.some(({ cancelled }) => cancelled > 0) ? 'PARTIALLY_ACCEPTED' : 'REJECTED';
}
