import { askOrder, type CompareContext, type Drift, type LocalOrder } from './drift.ts';

const BUCKETS = [
  'open',
  'requested',
  'allocated',
  'picked',
  'shipped',
  'backordered',
  'cancelled',
  'substituted_out',
] as const;

/** Our own books of one order, without asking anybody: D8, D19. */
export function auditOrder(
  we: LocalOrder,
  { stuckMs }: { stuckMs: number },
  context: CompareContext,
): Drift[] {
  return [...brokenLines(we, context), ...stuck(we, stuckMs, context)];
}

/** L1: the units of a line sum to what was ordered. The order's next step writes its books anew. */
function brokenLines(we: LocalOrder, context: CompareContext): Drift[] {
  const moving = we.closedAt === null ? 0 : unitsMoving(we);
  const broken = we.view.lines.flatMap((line) => {
    const sum = BUCKETS.reduce((total, bucket) => total + line[bucket], 0);
    const negative = BUCKETS.some((bucket) => line[bucket] < 0);
    return sum === line.ordered && !negative
      ? []
      : [
          {
            say: `${line.line_id}: ordered ${line.ordered}`,
            sum: `${line.line_id}: buckets ${sum}`,
          },
        ];
  });
  if (moving > 0) {
    broken.push({ say: 'the order is closed', sum: `${moving} units are still moving` });
  }
  if (broken.length === 0) return [];
  const input = {
    class: 'D8' as const,
    we,
    subject: broken.map((one) => one.sum).join(', '),
    connection: we.address.connection,
    weSay: broken.map((one) => one.say).join(', '),
    theySay: broken.map((one) => one.sum).join(', '),
  };
  return [askOrder(input, context)];
}

function unitsMoving({ view }: LocalOrder): number {
  return view.lines.reduce(
    (sum, line) => sum + line.open + line.requested + line.allocated + line.backordered,
    0,
  );
}

/** Silent for too long, and waiting neither for stock nor for a person. */
function stuck(we: LocalOrder, stuckMs: number, context: CompareContext): Drift[] {
  const silentMs = context.now - we.updatedAt;
  const { stage } = we.view;
  if (we.closedAt !== null || stage === 'WAITING' || stage === 'NEEDS_ACTION') return [];
  if (silentMs < stuckMs) return [];
  const input = {
    class: 'D19' as const,
    we,
    subject: stage,
    connection: we.address.connection,
    weSay: `${stage} since ${new Date(we.updatedAt).toISOString()}`,
    theySay: we.view.waits_for.join('; ') || 'nothing that it waits for',
  };
  return [askOrder(input, context)];
}
