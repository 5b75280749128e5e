import type {
  ActionDecided,
  AskedLine,
  DeadLetterDiscarded,
  DeadLetterReplayed,
  EventUnmapped,
  OrderCancelled,
  OrderCommanded,
  OrderCreated,
  OrderUpdated,
  PickTouched,
  ReconcileAsked,
  StockOffered,
  TaskReported,
} from '../../src/domain/inputs.ts';

type LineCommand = Exclude<OrderCommanded, { command: 'remap' }>;

/** `{ 'L1 SKU-1': 4 }`: four units of a SKU on a line. */
export type Units = Readonly<Record<string, number>>;

export function askedLines(units: Units): AskedLine[] {
  return Object.entries(units).map(([name, qty]) => {
    const [lineId = '', sku = ''] = name.split(' ');
    return { lineId, sku, qty };
  });
}

/** Makes facts, each with an id and a time of its own. */
export class Facts {
  private count = 0;

  created(units: Units, more: Partial<OrderCreated> = {}): OrderCreated {
    return { type: 'order_created', ...this.fact('crm'), version: 1, ...intentOf(units), ...more };
  }

  updated(version: number | null, units: Units, more: Partial<OrderUpdated> = {}): OrderUpdated {
    const fact = this.fact('crm');
    const sentAt = fact.receivedAt;
    return { type: 'order_updated', ...fact, version, sentAt, ...intentOf(units), ...more };
  }

  cancelled(version: number | null, lines: string[] | null = null): OrderCancelled {
    return { type: 'order_cancelled', ...this.fact('crm'), version, reason: null, lines };
  }

  offered(backorderId: string, qty: number): StockOffered {
    return { type: 'stock_offered', ...this.fact('allocator'), backorderId, qty };
  }

  replayed(deadLetterId: string): DeadLetterReplayed {
    return { type: 'dead_letter_replayed', ...this.fact('api'), deadLetterId };
  }

  discarded(deadLetterId: string): DeadLetterDiscarded {
    const reason = 'nobody can mend it';
    return { type: 'dead_letter_discarded', ...this.fact('api'), deadLetterId, reason };
  }

  unmapped(connection: string, eventId: string): EventUnmapped {
    const mapping = { eventType: 'ORDER.CREATED', code: 'MAP_ENUM', detail: 'no such priority' };
    return { type: 'event_unmapped', ...this.fact(connection), eventId, ...mapping };
  }

  decided(actionId: string, expectedVersion: number, more: Partial<ActionDecided>): ActionDecided {
    return {
      type: 'action_decided',
      ...this.fact('api'),
      ...{ actionId, expectedVersion, decision: 'wait', lines: null, substitutes: [] },
      ...{ note: null, by: 'olga' },
      ...more,
    };
  }

  commanded(command: LineCommand['command'], lines: string[] | null = null): OrderCommanded {
    const why = { reason: 'the customer called', by: 'olga' };
    return { type: 'order_commanded', ...this.fact('api'), ...why, command, lines };
  }

  remapped(bundle: string): OrderCommanded {
    const why = { reason: 'the mapping is mended', by: 'olga' };
    return { type: 'order_commanded', ...this.fact('api'), ...why, command: 'remap', bundle };
  }

  touched(pickId: string | null, reference: string | null = null): PickTouched {
    return { type: 'pick_touched', ...this.fact('wms'), pickId, reference };
  }

  reconcile(reason: string): ReconcileAsked {
    return { type: 'reconcile_asked', ...this.fact('recon'), reason };
  }

  task(status: TaskReported['status']): TaskReported {
    return { type: 'task_reported', ...this.fact('tasks'), taskId: 'T-1', status };
  }

  private fact(connection: string): { connection: string; eventId: string; receivedAt: number } {
    this.count += 1;
    const eventId = `evt-${this.count}`;
    return { connection, eventId, receivedAt: 1_000_000 + this.count };
  }
}

function intentOf(units: Units): Pick<OrderCreated, 'priority' | 'promisedAt' | 'lines'> {
  return { priority: 'normal', promisedAt: null, lines: askedLines(units) };
}
