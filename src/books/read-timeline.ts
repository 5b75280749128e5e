import type { OrderAddress } from '../domain/ids.ts';
import type { BooksFile } from './read-file.ts';
import { orderKeyOf } from './read-orders.ts';

export interface TimelineRow {
  at: number;
  kind: string;
  summary: string;
  cause: string;
}

export interface Timeline {
  /** Oldest first; when there are more than the limit, the newest of them. */
  entries: TimelineRow[];
  omitted: number;
}

export type TimelineRead = (order: OrderAddress, limit: number) => Timeline;

const NEWEST_FIRST = `SELECT at, kind, summary, cause FROM timeline
  WHERE order_key = ? ORDER BY seq DESC LIMIT ?`;
const COUNT = `SELECT count(*) AS count FROM timeline WHERE order_key = ?`;

export function createTimelineRead(books: BooksFile): TimelineRead {
  return (order, limit) =>
    books.query(
      (prepare) => {
        const orderKey = orderKeyOf(order);
        const rows = prepare<TimelineRow>(NEWEST_FIRST).all(orderKey, limit);
        const count = prepare<{ count: number }>(COUNT).get(orderKey)?.count ?? 0;
        return { entries: rows.reverse(), omitted: Math.max(0, count - rows.length) };
      },
      { entries: [], omitted: 0 },
    );
}
