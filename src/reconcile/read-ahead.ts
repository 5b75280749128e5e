import type { System } from './phases.ts';
import type { ListRequest, RemoteReader } from './read-remote.ts';

/** A page that was asked for ahead and waits longer than this is not what the remote shows now. */
const FRESH_MS = 30_000;

interface Ahead {
  key: string;
  at: number;
  page: Promise<unknown>;
}

export interface AheadReader extends RemoteReader {
  /**
   * Asks for a page that is going to be wanted next; one per system is kept. Resolves when the
   * request is on its way, for the client writes it no earlier than on the next turn of the loop.
   */
  ahead(system: System, request: ListRequest): Promise<void>;
}

/** The other system makes the next page of a listing while this one is held against the books. */
export function withReadAhead(reader: RemoteReader, now: () => number): AheadReader {
  const kept = new Map<System, Ahead>();
  const read = {
    crm: (request: ListRequest) => reader.orders(request),
    wms: (request: ListRequest) => reader.picks(request),
    tasks: (request: ListRequest) => reader.tasks(request),
  };
  const take = <Page>(
    system: System,
    request: ListRequest,
    readNow: (request: ListRequest) => Promise<Page>,
  ): Promise<Page> => {
    const ahead = kept.get(system);
    if (ahead?.key !== keyOf(request) || now() - ahead.at > FRESH_MS) return readNow(request);
    kept.delete(system);
    // The key holds the request of this system's own list, so the page is of its type.
    return ahead.page as Promise<Page>;
  };
  return {
    ...reader,
    orders: (request) => take('crm', request, read.crm),
    picks: (request) => take('wms', request, read.wms),
    tasks: (request) => take('tasks', request, read.tasks),
    async ahead(system, request) {
      kept.set(system, { key: keyOf(request), at: now(), page: read[system](request) });
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

function keyOf({ sinceMs, status, orderId, cursor, limit }: ListRequest): string {
  return JSON.stringify([sinceMs, status, orderId, cursor, limit]);
}
