import type { OrderIntent } from '../domain/inputs.ts';
import type { StatedIntent } from './orders.ts';

/** What the CRM wants, in the core's words. */
export function intentOf({ version, priority, promised_at, lines }: StatedIntent): OrderIntent {
  return {
    version,
    priority,
    promisedAt: promised_at === null ? null : Date.parse(promised_at),
    lines: lines.map(({ line_id, sku, qty }) => ({ lineId: line_id, sku, qty })),
  };
}
