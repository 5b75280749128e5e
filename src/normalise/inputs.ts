import { AppError } from '../errors.ts';
import type { OrderInput } from '../domain/inputs.ts';
import { intentOf } from '../vocabulary/intent.ts';
import type { StatedCancel, StatedIntent } from '../vocabulary/orders.ts';
import type { PickReportedWords, PickTouchedWords } from '../vocabulary/picks.ts';
import type { TaskReportedWords } from '../vocabulary/tasks.ts';
import type { EventMeaning } from '../wiring/spec.ts';
import type { Fact } from './definition.ts';

interface Around {
  fact: Fact;
  /** When the sender says that it happened, epoch ms. */
  sentAt: number;
}

/** The core's input of what a mapping wrote; its target schema has been checked. */
export function inputOf(
  meaning: EventMeaning,
  output: unknown,
  { fact, sentAt }: Around,
): OrderInput {
  switch (meaning) {
    case 'order.created':
      return { type: 'order_created', ...fact, ...intentOf(output as StatedIntent) };
    case 'order.updated':
      return { type: 'order_updated', ...fact, sentAt, ...intentOf(output as StatedIntent) };
    case 'order.cancelled':
      return { type: 'order_cancelled', ...fact, ...(output as StatedCancel) };
    case 'pick.reported':
      return reported(output as PickReportedWords, fact);
    case 'pick.touched': {
      const { pick_id: pickId, reference } = output as PickTouchedWords;
      return { type: 'pick_touched', ...fact, pickId, reference };
    }
    case 'task.reported': {
      const { task_id: taskId, status } = output as TaskReportedWords;
      return { type: 'task_reported', ...fact, taskId, status };
    }
    case 'stock.risen':
      throw new AppError('validation', 'A rise of stock is no input of an order.');
  }
}

function reported(words: PickReportedWords, fact: Fact): OrderInput {
  const { pick_id: pickId, reference, status, sequence, counts, lines } = words;
  return {
    type: 'pick_reported',
    ...fact,
    ...{ pickId, reference, status, sequence, counts },
    lines: lines.map(({ line_id, sku, delta, cumulative, short, cancelled }) => {
      return { lineId: line_id, sku, delta, cumulative, short, cancelled };
    }),
  };
}

export function skuOf(output: unknown): string {
  return (output as { sku: string }).sku;
}
