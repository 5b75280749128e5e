import type {
  AskedLine,
  DeadLetterReplayed,
  OrderCancelled,
  OrderCreated,
  OrderUpdated,
  StockOffered,
} from '../../src/domain/inputs.ts';

let count = 0;

function fact(connection: string): { connection: string; eventId: string; receivedAt: number } {
  count += 1;
  return { connection, eventId: `evt-${count}`, receivedAt: 1_000_000 + count };
}

/** `{ 'L1 SKU-1': 4 }`: four units of a SKU on a line. */
export function lines(units: Record<string, number>): AskedLine[] {
  return Object.entries(units).map(([name, qty]) => {
    const [lineId = '', sku = ''] = name.split(' ');
    return { lineId, sku, qty };
  });
}

export function created(
  units: Record<string, number>,
  more: Partial<OrderCreated> = {},
): OrderCreated {
  return {
    type: 'order_created',
    ...fact('crm'),
    version: 1,
    priority: 'normal',
    promisedAt: null,
    lines: lines(units),
    ...more,
  };
}

export function updated(
  version: number | null,
  units: Record<string, number>,
  more: Partial<OrderUpdated> = {},
): OrderUpdated {
  return {
    type: 'order_updated',
    ...fact('crm'),
    version,
    sentAt: 1_000_000 + count,
    priority: 'normal',
    promisedAt: null,
    lines: lines(units),
    ...more,
  };
}

export function cancelled(
  version: number | null,
  lineIds: string[] | null = null,
): OrderCancelled {
  return { type: 'order_cancelled', ...fact('crm'), version, reason: null, lines: lineIds };
}

export function offered(backorderId: string, qty: number): StockOffered {
  return { type: 'stock_offered', ...fact('allocator'), backorderId, qty };
}

export function replayed(deadLetterId: string): DeadLetterReplayed {
  return { type: 'dead_letter_replayed', ...fact('api'), deadLetterId };
}
