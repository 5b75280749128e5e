import type { ActionChange, ActionReads } from '../../books/read-actions.ts';
import type { Sqlite } from '../../db/open.ts';
import type { Logger } from '../../logger.ts';
import { Poll } from '../poll.ts';
import type { Publisher } from '../subscriptions/publisher.ts';
import { markOf, newsOf, type ActionNews, type NewsOptions } from './news-payload.ts';
import type { NewsStore } from './news-store.ts';

export interface ActionWatcherOptions extends NewsOptions {
  sqlite: Sqlite;
  store: NewsStore;
  publisher: Publisher;
  actions: Pick<ActionReads, 'changes' | 'lastChange'>;
  everyMs: number;
  /** Changes taken in one transaction, between which webhooks are answered. */
  sliceRows: number;
  /** Actions that were closed before this long are no news any more. */
  keepMs: number;
  now: () => number;
  log: Logger;
}

/**
 * Changes that are read again after a start. A power cut may take the last changes of the books
 * back, and their numbers are then given anew.
 */
const READ_AGAIN = 1000;

/**
 * Tells subscribers of every action: that it is asked, whom it calls, and that it is over. What was
 * told and the events are one commit, so neither a restart nor a crash repeats or loses them.
 */
export class ActionWatcher {
  private readonly options: ActionWatcherOptions;
  private readonly tell: (changes: ActionChange[]) => ActionNews[];
  private readonly poll: Poll;
  private started = false;

  constructor(options: ActionWatcherOptions) {
    this.options = options;
    this.poll = new Poll(() => this.lookOnce(), { name: 'action', ...options });
    const tell = options.sqlite.transaction((changes: ActionChange[]) => this.tellAll(changes));
    this.tell = (changes) => tell.immediate(changes);
  }

  start(): void {
    this.poll.start();
  }

  stop(): Promise<void> {
    return this.poll.stop();
  }

  look(): Promise<void> {
    return this.poll.look();
  }

  private async lookOnce(): Promise<void> {
    const { actions, sliceRows, log } = this.options;
    let seq = this.from(actions.lastChange());
    for (;;) {
      const changes = actions.changes(seq, sliceRows);
      const last = changes.at(-1);
      if (last === undefined) break;
      for (const { eventType, eventId, payload } of this.tell(changes)) {
        const { order_id: orderId, reason, escalation } = payload;
        log.info({ eventType, eventId, orderId, reason, escalation }, 'action.told');
      }
      seq = last.seq;
      await new Promise(setImmediate);
    }
    this.started = true;
  }

  /** Where to go on. Books that end before the place that was reached are others than before. */
  private from(lastChange: number): number {
    const position = this.options.store.position();
    if (position > lastChange) return 0;
    return this.started ? position : Math.max(0, position - READ_AGAIN);
  }

  private tellAll(changes: ActionChange[]): ActionNews[] {
    const { store, publisher, keepMs, now } = this.options;
    const at = now();
    const told: ActionNews[] = [];
    for (const { view } of changes) {
      const mark = store.markOf(view.action_id);
      const after = markOf(view);
      if (after.closedAt !== null && after.closedAt < at - keepMs) continue;
      const news = newsOf(view, mark, this.options);
      for (const one of news) publisher.publish({ ...one, at });
      if (news.length > 0) store.setMark(view.action_id, after);
      told.push(...news);
    }
    const last = changes.at(-1);
    if (last !== undefined) store.setPosition(last.seq);
    return told;
  }
}
