import { setImmediate as breathe } from 'node:timers/promises';
import { auditLine } from './audit-sku.ts';
import type { AuditRun } from './run.ts';

const OPEN = ['CREATED', 'ASSIGNED', 'IN_PROGRESS', 'PARTIAL'] as const;

/** Each line of each open pick against the ledger; picks that change meanwhile had their turn. */
export async function auditOpenPicks(run: AuditRun): Promise<void> {
  const { deps, report } = run;
  const upTo = deps.now();
  for (const status of OPEN) {
    let after = { updatedAt: -1, pickId: '' };
    while (!report.isFull()) {
      const limit = deps.settings.chunkRows;
      const page = deps.stores.audits.openPicks({ status, ...after, upTo, limit });
      for (const { pickId } of page) await auditPick(run, pickId);
      const last = page.at(-1);
      if (last === undefined || page.length < limit) break;
      after = last;
    }
  }
}

/** Lines that still wait for units though their pick has ended. */
export async function auditEndedPicks(run: AuditRun): Promise<void> {
  const { deps, report } = run;
  const limit = deps.settings.chunkRows;
  let after = '';
  while (!report.isFull()) {
    const lines = deps.stores.audits.openLinesOfEnded(after, limit);
    for (const pickLine of lines) await auditLine(run, pickLine);
    const last = lines.at(-1);
    if (last === undefined || lines.length < limit) return;
    after = last;
    await breathe();
  }
}

async function auditPick(run: AuditRun, pickId: string): Promise<void> {
  const { deps, report } = run;
  const lines = deps.stores.picks.find(pickId)?.lines ?? [];
  report.looked(lines.length);
  for (const { pickLine } of lines) {
    if (report.isFull()) return;
    await auditLine(run, pickLine);
  }
  await breathe();
}
