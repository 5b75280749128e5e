import { z } from 'zod';
import type { Api } from '../api.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { readAs } from '../rows.ts';

const EntrySchema = z.looseObject({
  at: z.string(),
  kind: z.string(),
  summary: z.string(),
  cause: z.string(),
});
export type TimelineEntry = z.infer<typeof EntrySchema>;

const OrderSchema = z.looseObject({ timeline: z.array(EntrySchema) });

interface FeedOptions {
  orderId: string;
  connection: string | undefined;
  last: number;
  since: number | undefined;
}

/** New entries of one order's timeline; an order that is not there yet has none. */
export class TimelineFeed {
  private readonly options: FeedOptions;
  /** Entries have no id of their own, so equal ones are counted. */
  private told = new Map<string, number>();
  private begun = false;

  constructor(options: FeedOptions) {
    this.options = options;
  }

  async look(api: Api): Promise<TimelineEntry[]> {
    const timeline = await this.read(api);
    const seen = new Map<string, number>();
    const fresh = timeline.filter((entry) => {
      const key = JSON.stringify([entry.at, entry.kind, entry.summary, entry.cause]);
      const times = (seen.get(key) ?? 0) + 1;
      seen.set(key, times);
      return times > (this.told.get(key) ?? 0);
    });
    this.told = seen;
    const { since, last } = this.options;
    const begun = this.begun;
    this.begun = true;
    if (since !== undefined) return fresh.filter((entry) => Date.parse(entry.at) >= since);
    return begun ? fresh : fresh.slice(Math.max(0, fresh.length - last));
  }

  private async read(api: Api): Promise<TimelineEntry[]> {
    const { orderId, connection } = this.options;
    const path = `/api/v1/orders/${encodeURIComponent(orderId)}`;
    try {
      const answer = await api.ask({ method: 'GET', path, query: { connection } });
      // The summary of what is left out changes with each entry: it is no news.
      return readAs(OrderSchema, answer, path).timeline.filter(({ kind }) => kind !== 'omitted');
    } catch (error) {
      if (
        error instanceof CliError &&
        error.code !== 'not-supported' &&
        error.exit === EXIT.notFound
      ) {
        return [];
      }
      throw error;
    }
  }
}
