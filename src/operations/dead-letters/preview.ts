import type { DeadLetterDetail, DeadLetterReads } from '../../books/read-dead-letters.ts';
import { orderOfKey } from '../../books/read-orders.ts';
import type { Normalise } from '../../inbox/plan.ts';
import { readStored } from '../events/read-stored.ts';
import type { EventStore } from '../ports.ts';
import { callOf } from './describe-call.ts';
import { findOpenLetter } from './find-letter.ts';
import { groupByCause, type CauseGroup, type GroupOptions } from './groups.ts';
import type { LetterFilter } from './open-letters.ts';

export interface LetterPreview {
  id: string;
  orderId: string;
  whatWouldHappen: string;
}

export interface ReplayPreview {
  wouldReplay: number;
  /** Distinct open orders. */
  orders: number;
  groups: CauseGroup[];
  samples: LetterPreview[];
  truncated: boolean;
}

interface OutlookOptions {
  letters: Pick<DeadLetterReads, 'find'>;
  events: EventStore;
  /** Reads stored bytes by the mapping of today. */
  normalise: Normalise;
}

export interface PreviewOptions extends GroupOptions, OutlookOptions {
  letters: DeadLetterReads;
}

/** What a replay would do now; nothing is sent. */
export async function previewReplay(
  filter: LetterFilter,
  options: PreviewOptions,
): Promise<ReplayPreview> {
  const { groups, count, ordersBlocked, truncated } = await groupByCause(filter, options);
  const samples: ReplayPreview['samples'] = [];
  for (const id of sampleIds(groups, options.samplesMax)) {
    const letter = options.letters.find(id);
    if (letter !== undefined) samples.push(await preview(letter, options));
  }
  return { wouldReplay: count, orders: ordersBlocked, groups, samples, truncated };
}

/** What a replay of this one would do now; one that is resolved is refused as its replay is. */
export async function previewLetter(id: string, options: OutlookOptions): Promise<LetterPreview> {
  return preview(findOpenLetter(options.letters, id), options);
}

/** One of every group before a second one of any. */
function sampleIds(groups: readonly CauseGroup[], max: number): string[] {
  const rounds = Array.from({ length: max }, (_, round) =>
    groups.flatMap((group) => group.sampleIds[round] ?? []),
  );
  return rounds.flat().slice(0, max);
}

async function preview(letter: DeadLetterDetail, options: OutlookOptions): Promise<LetterPreview> {
  const { orderId } = orderOfKey(letter.orderKey);
  return { id: letter.id, orderId, whatWouldHappen: await outlook(letter, options) };
}

async function outlook(letter: DeadLetterDetail, options: OutlookOptions): Promise<string> {
  if (letter.blocks === 0) return 'Nothing: the order is closed';
  return letter.kind === 'command' ? commandOutlook(letter) : eventOutlook(letter, options);
}

function commandOutlook({ subject, connection }: DeadLetterDetail): string {
  const call = callOf(subject);
  const what = call === undefined ? subject : `${call.method} ${call.path}`;
  return `${what} goes to ${connection} again under its old key ${subject}, so what was done already is not done twice`;
}

async function eventOutlook(
  { subject, connection, cause }: DeadLetterDetail,
  { events, normalise }: OutlookOptions,
): Promise<string> {
  const stored = await events.get(connection, subject);
  if (stored === undefined) return `Nothing: the inbox no longer holds event ${subject}`;
  const reading = readStored(stored, normalise);
  if (reading.as === 'input' && reading.input.type !== 'event_unmapped') {
    return `Event ${subject} is read again, now as ${reading.input.type}: the order takes it and this dead letter is resolved`;
  }
  return `Event ${subject} is read again and still cannot be taken (${cause}): this dead letter stays`;
}
