import { Gauge, type Registry } from 'prom-client';
import type { ReconciliationFigures } from '../books/read-reconciliation.ts';

export interface ReconciliationSource {
  figures(): ReconciliationFigures;
  now: () => number;
}

/** How well the books agree with the other systems, over the last 24 hours. */
export function addReconciliationGauges(registry: Registry, source: ReconciliationSource): void {
  const registers = [registry];
  new Gauge({
    name: 'crossdock_reconciliation_drifts',
    help: 'Drifts that runs found in the last 24 hours, by class.',
    labelNames: ['class'],
    registers,
    collect() {
      this.reset();
      for (const { class: name, count } of source.figures().drifts)
        this.set({ class: name }, count);
    },
  });
  new Gauge({
    name: 'crossdock_reconciliation_watermark_lag_seconds',
    help: 'Seconds since a changed-since listing was last followed to its end.',
    labelNames: ['stream'],
    registers,
    collect() {
      this.reset();
      for (const { stream, completeAt } of source.figures().streams) {
        if (completeAt > 0) this.set({ stream }, Math.max(0, source.now() - completeAt) / 1000);
      }
    },
  });
  new Gauge({
    name: 'crossdock_reconciliation_coverage_ratio',
    help: 'Part of the open orders that was verified in the last 24 hours.',
    registers,
    collect() {
      const { openOrders, openVerified } = source.figures();
      this.set(openOrders === 0 ? 1 : openVerified / openOrders);
    },
  });
  new Gauge({
    name: 'crossdock_reconciliation_miss_ratio',
    help: 'Part of the changes of picks in the last 24 hours that no webhook had told (D5).',
    registers,
    collect() {
      const { changes, missed } = source.figures();
      this.set(changes === 0 ? 0 : missed / changes);
    },
  });
}
