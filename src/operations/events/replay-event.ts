import type { BooksReader } from '../../books/read.ts';
import type { OrderRecord } from '../../books/read-orders.ts';
import { AppError } from '../../errors.ts';
import type { Normalise } from '../../inbox/plan.ts';
import type { EventStatus, EventWithBody } from '../../inbox/store.ts';
import { orderOfLane } from '../../normalise/lane.ts';
import type { EventStore } from '../ports.ts';
import { readingName, readStored, type Reading } from './read-stored.ts';

type EventBooks = Pick<BooksReader, 'events' | 'orders'>;

export interface EventReplayDeps {
  books: EventBooks;
  events: EventStore;
  /** Reads stored bytes by the mapping of today. */
  normalise: Normalise;
  now: () => number;
}

/** What putting an event back would do. */
export interface EventReplayPreview {
  order: Pick<OrderRecord, 'stage' | 'headline' | 'version'> | null;
  /** As what the mapping of today reads it. */
  readsAs: string;
  /** `skipped`: the order has taken it and knows it by its id. `late`: the order is closed. */
  effect: 'applied' | 'skipped' | 'late' | 'dead' | 'nothing' | 'under_way';
  /** What is done for the order, and not done again. */
  done: string[];
  wouldRun: string[];
  /** In one sentence. */
  summary: string;
}

function previewEvent(
  event: EventWithBody,
  { books, normalise }: EventReplayDeps,
): EventReplayPreview {
  const reading = readStored(event, normalise);
  const address = orderOfLane(event.lane);
  const record = address === null ? undefined : books.orders.find(address);
  const outcome = books.events.outcome(event.connection, event.eventId);
  const closed = record !== undefined && record.closedAt !== null;
  const effect = effectOf({ status: event.status, reading, fate: outcome?.state, closed });
  return {
    order: record === undefined ? null : summaryOf(record),
    readsAs: readingName(reading),
    effect,
    done: record === undefined ? [] : doneFor(record.view),
    wouldRun: WOULD_RUN[effect],
    summary: SUMMARIES[effect],
  };
}

function summaryOf({ stage, headline, version }: OrderRecord): EventReplayPreview['order'] {
  return { stage, headline, version };
}

type Effect = EventReplayPreview['effect'];

interface EffectFacts {
  status: EventStatus;
  reading: Reading;
  /** What the books say became of it. */
  fate: string | undefined;
  closed: boolean;
}

function effectOf({ status, reading, fate, closed }: EffectFacts): Effect {
  if (status === 'accepted') return 'under_way';
  if (reading.as === 'nothing') return 'nothing';
  if (reading.as === 'unreadable') return 'dead';
  if (reading.as === 'stock') return 'applied';
  if (closed) return 'late';
  if (reading.input.type === 'event_unmapped') return 'dead';
  if (fate !== undefined && fate !== 'dead') return 'skipped';
  return fate === undefined && status === 'dispatched' ? 'under_way' : 'applied';
}

const SUMMARIES: Record<Effect, string> = {
  applied: 'The order takes it now, and sends only what is not done yet.',
  skipped: 'The order took it before and knows it by its id: nothing changes.',
  late: 'Its order is closed: it is recorded as late again and changes nothing.',
  dead: 'It still cannot be read: its dead letter or quarantine entry stays.',
  nothing: 'Nothing acts on an event of this type.',
  under_way: 'It is on its way to its order already.',
};

const WOULD_RUN: Record<Effect, string[]> = {
  applied: ['The event goes to its order', 'The order sends what follows from it'],
  skipped: ['The event goes to its order, which recognises it'],
  late: [],
  dead: ['The event is read again'],
  nothing: [],
  under_way: [],
};

type View = NonNullable<ReturnType<EventBooks['orders']['find']>>['view'];

function doneFor(view: View): string[] {
  const task = view.task === null ? [] : [`Task ${view.task.task_id} is ${view.task.status}`];
  const picks = view.picks
    .filter((pick) => pick.pick_id !== null)
    .map((pick) => `Pick ${pick.pick_id ?? ''} is ${pick.status}`);
  const backorders = view.backorders.map(
    (one) => `Backorder ${one.backorder_id} of ${one.qty} is ${one.status}`,
  );
  return [...task, ...picks, ...backorders];
}

export interface EventReplays {
  preview(event: EventWithBody): EventReplayPreview;
  /** Throws a conflict when it would do nothing, unless forced. */
  replay(event: EventWithBody, force: boolean): Promise<void>;
}

export function createEventReplays(deps: EventReplayDeps): EventReplays {
  return {
    preview: (event) => previewEvent(event, deps),
    replay: (event, force) => replayEvent(event, force, deps),
  };
}

/** Puts an event back into the inbox, from where it goes to its order anew. */
async function replayEvent(
  event: EventWithBody,
  force: boolean,
  deps: EventReplayDeps,
): Promise<void> {
  const { effect, summary } = previewEvent(event, deps);
  if (effect === 'under_way' && event.status === 'accepted') return;
  if (!force && (effect === 'late' || effect === 'nothing')) {
    throw new AppError(
      'conflict',
      `${summary} Nothing was done; {"force": true} puts it back all the same.`,
      { problem: 'event-without-effect', members: { effect } },
    );
  }
  if ((await deps.events.reaccept([event], deps.now())) > 0) return;
  throw new AppError(
    'conflict',
    `Event ${event.eventId} of ${event.connection} belongs to no order and no stock, so there is nobody to hand it to.`,
    { problem: 'event-without-effect', members: { effect } },
  );
}
