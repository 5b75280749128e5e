/** Units of a line are totals; `reserved` is still to be picked, `missing` was not in its bin. */
export interface OrderLine {
  line: number;
  externalLine: string | null;
  sku: string;
  ordered: number;
  reserved: number;
  missing: number;
  picked: number;
  shipped: number;
  short: number;
  voided: number;
}

export interface Order {
  id: string;
  number: string;
  reference: string | null;
  externalOrder: string | null;
  level: string;
  tour: 'none' | 'under way' | 'finished';
  isDelivered: boolean;
  lines: OrderLine[];
  createdAt: number;
  changedAt: number;
}

export function sumOf(order: Order, units: (line: OrderLine) => number): number {
  return order.lines.reduce((sum, line) => sum + units(line), 0);
}

/** Units that the tour still has to see to. */
export function openUnits(order: Order): number {
  return sumOf(order, (line) => line.reserved + line.missing);
}

export function stageOf(order: Order): string {
  const picked = sumOf(order, (line) => line.picked);
  if (order.tour === 'finished') {
    if (picked === 0) return 'voided';
    if (sumOf(order, (line) => line.shipped) < picked) return 'picked';
    return order.isDelivered ? 'delivered' : 'dispatched';
  }
  if (order.tour === 'none') return 'released';
  return picked + sumOf(order, (line) => line.missing) > 0 ? 'tour_partial' : 'on_tour';
}

/** The order as the API shows it. */
export function orderView(order: Order) {
  return {
    ...{ id: order.id, number: order.number },
    external: { reference: order.reference, order: order.externalOrder },
    service: { level: order.level },
    state: { stage: stageOf(order), on_hold: false },
    lines: order.lines.map(({ line, externalLine, sku, ...units }) => ({
      ...{ line, external_line: externalLine, item: { sku } },
      units: {
        ...{ ordered: units.ordered, reserved: units.reserved, picked: units.picked },
        ...{ shipped: units.shipped, short: units.short, voided: units.voided },
      },
    })),
    times: {
      created: new Date(order.createdAt).toISOString(),
      changed: new Date(order.changedAt).toISOString(),
    },
  };
}
