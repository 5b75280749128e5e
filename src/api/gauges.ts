import type { BooksReader } from '../books/read.ts';
import { OrderStageSchema } from '../contracts/operators.ts';
import type { GaugeSources } from './metrics.ts';
import type { Readings } from './ports.ts';

/** Figures of reconciliation are of the last day. */
const RECONCILIATION_WINDOW_MS = 86_400_000;

interface GaugeOptions {
  readings: Readings;
  books: BooksReader;
  /** Rows counted per stage, and how long a count holds. */
  counts: { rowsMax: number; ttlMs: number };
  now: () => number;
}

/** Counting costs reads of an index, so however often `/metrics` is asked, a count is kept a while. */
export function gaugeSources({ readings, books, counts, now }: GaugeOptions): GaugeSources {
  const kept = <Value>(read: () => Value): (() => Value) => {
    let last: { value: Value; at: number } | undefined;
    return () => {
      if (last === undefined || now() - last.at >= counts.ttlMs)
        last = { value: read(), at: now() };
      return last.value;
    };
  };
  return {
    inbox: () => readings.inbox.read(),
    temporalAway: () => readings.temporal.awaySince() !== null,
    ordersByStage: kept(() =>
      OrderStageSchema.options.map(
        (stage) => [stage, books.counts.orders(stage, counts.rowsMax)] as const,
      ),
    ),
    reconciliation: {
      figures: kept(() => books.reconciliation.figures(now() - RECONCILIATION_WINDOW_MS)),
      now,
    },
    actions: {
      byReason: kept(() => books.actions.countByReason(counts.rowsMax)),
      overdueMs: kept(() => {
        const dueAt = books.actions.oldestOverdue(now());
        return dueAt === null ? 0 : now() - dueAt;
      }),
    },
    deadLettersOpen: kept(() => books.counts.openDeadLetters(counts.rowsMax)),
  };
}
