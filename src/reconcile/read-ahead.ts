import type { ListRequest, RemotePage, Unread } from './remote-side.ts';
import type { RemoteReader } from './read-remote.ts';

/** A page that was asked for ahead and waits longer than this is not what the remote shows now. */
const FRESH_MS = 30_000;

interface Ahead {
  key: string;
  at: number;
  page: Promise<RemotePage | { unread: Unread }>;
}

export interface AheadReader extends RemoteReader {
  /**
   * Asks for a page that is going to be wanted next; one per connection is kept. Resolves when the
   * request is on its way: it is made on this turn of the loop, and the client writes it on the next.
   */
  ahead(connection: string, request: ListRequest): Promise<void>;
}

/** The other system makes the next page of a listing while this one is held against the books. */
export function withReadAhead(reader: RemoteReader, now: () => number): AheadReader {
  const kept = new Map<string, Ahead>();
  return {
    ...reader,
    list(connection, request) {
      const ahead = kept.get(connection);
      if (ahead?.key !== keyOf(request) || now() - ahead.at > FRESH_MS) {
        return reader.list(connection, request);
      }
      kept.delete(connection);
      return ahead.page;
    },
    async ahead(connection, request) {
      const page = reader.list(connection, request);
      kept.set(connection, { key: keyOf(request), at: now(), page });
      await nextTurn();
      await nextTurn();
    },
  };
}

function keyOf({ sinceMs, status, orderId, cursor, limit }: ListRequest): string {
  return JSON.stringify([sinceMs, status, orderId, cursor, limit]);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
