import type { CrmNotice } from '../domain/order.ts';
import {
  actOurselves,
  forPerson,
  type CompareContext,
  type Drift,
  type DriftInput,
  type LocalOrder,
} from './drift.ts';
import type { RemoteOrder } from './remote.ts';

const BUCKETS = ['picked', 'shipped', 'backordered', 'cancelled'] as const;

/** Bucket changes in one event; the next run tells the rest. */
const DELTAS_MAX = 500;

/**
 * The CRM has lost what it was told of an order that has ended: what is missing is told under the
 * sequence that the CRM waits for, as the order would tell it. Long after the end a person judges.
 */
export function retellClosed(
  input: DriftInput,
  { we, crm }: { we: LocalOrder; crm: RemoteOrder },
  context: CompareContext,
): Drift {
  const { closedAt } = we;
  if (closedAt === null || closedAt < context.now - context.retellMs) return forPerson(input);
  const shown = new Map(crm.lines.map((line) => [line.line_id, line]));
  const lines = we.view.lines.flatMap((line) =>
    BUCKETS.flatMap((bucket) => {
      const cumulative = line[bucket];
      const delta = cumulative - (shown.get(line.line_id)?.[bucket] ?? 0);
      const { line_id: lineId, sku } = line;
      return delta === 0 ? [] : [{ lineId, sku, bucket, delta, cumulative }];
    }),
  );
  const notice: CrmNotice = {
    sequence: crm.sequence + 1,
    type: 'ORDER.UPDATED',
    at: closedAt,
    status: we.view.headline,
    lines: lines.slice(0, DELTAS_MAX),
    backorderId: null,
    pickId: null,
  };
  const act = { kind: 'tell_crm', notice } as const;
  return actOurselves(input, { act, changedAt: crm.updated_at }, context);
}
