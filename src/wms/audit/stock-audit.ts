import { setImmediate as breathe } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import { auditEndedPicks, auditOpenPicks } from './audit-picks.ts';
import { auditSku } from './audit-sku.ts';
import { createReport, type Finding } from './report.ts';
import type { AuditDeps, AuditRun } from './run.ts';

export interface StockAudit {
  checked: number;
  findings: Finding[];
}

/**
 * Compares the counters with the ledger, and the reservations with the picks that hold them. It
 * reads in small parts and mends each key in a transaction of its own, so that calls are served in
 * between; what changes meanwhile is read again before it is mended. One audit runs at a time.
 */
export function createStockAudit(deps: AuditDeps) {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function audit(request: { repair: boolean; requestId: string }): Promise<StockAudit> {
    const report = createReport(deps.settings.findingsMax);
    const run: AuditRun = { deps, report, ...request };
    let sku = deps.stores.audits.nextSku('');
    while (sku !== undefined && !report.isFull()) {
      await auditSku(run, sku);
      await breathe();
      sku = deps.stores.audits.nextSku(sku);
    }
    await auditOpenPicks(run);
    await auditEndedPicks(run);
    return report.result();
  }

  return {
    async run(request: { repair: boolean; requestId: string }): Promise<StockAudit> {
      if (waiting > deps.settings.queueMax) throw tooMany();
      waiting += 1;
      const turn = last.then(() => audit(request));
      last = turn.catch(() => undefined);
      return turn.finally(() => {
        waiting -= 1;
      });
    },
  };
}

export type StockAuditor = ReturnType<typeof createStockAudit>;

function tooMany(): AppError {
  return new AppError('unavailable', 'Other audits are waiting already. Ask again later.', {
    retryAfterMs: 5000,
  });
}
