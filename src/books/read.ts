import { createActionReads, type ActionReads } from './read-actions.ts';
import { createAnswerRead, type AnswerRead } from './read-answers.ts';
import { createCountReads, type CountReads } from './read-counts.ts';
import { createDeadLetterReads, type DeadLetterReads } from './read-dead-letters.ts';
import { createEventReads, type EventReads } from './read-events.ts';
import { BooksFile } from './read-file.ts';
import { createOrderReads, type OrderReads } from './read-orders.ts';
import { createReconciliationReads, type ReconciliationReads } from './read-reconciliation.ts';
import { createTimelineRead, type TimelineRead } from './read-timeline.ts';

export interface BooksReaderOptions {
  /** `books.db` of the worker; it may not exist yet. */
  file: string;
  /** Rows that one page of a list may pass. */
  scanRowsMax: number;
  searchMatchesMax: number;
}

/** All that is read of the worker's books; no statement of it scans a table. */
export interface BooksReader {
  orders: OrderReads;
  timeline: TimelineRead;
  events: EventReads;
  deadLetters: DeadLetterReads;
  actions: ActionReads;
  answerOf: AnswerRead;
  counts: CountReads;
  reconciliation: ReconciliationReads;
  /** False until the worker has made its books. */
  present(): boolean;
  /** Every SQL text prepared so far. */
  statements(): string[];
  close(): void;
}

const PRESENT = `SELECT 1 FROM orders WHERE order_key = ''`;

export function createBooksReader(options: BooksReaderOptions): BooksReader {
  const books = new BooksFile(options.file);
  return {
    orders: createOrderReads(books, options),
    timeline: createTimelineRead(books),
    events: createEventReads(books),
    deadLetters: createDeadLetterReads(books, options.scanRowsMax),
    actions: createActionReads(books, options.scanRowsMax),
    answerOf: createAnswerRead(books),
    counts: createCountReads(books),
    reconciliation: createReconciliationReads(books),
    present: () =>
      books.query((prepare) => {
        prepare(PRESENT).get();
        return true;
      }, false),
    statements: () => books.statements(),
    close: () => books.close(),
  };
}
