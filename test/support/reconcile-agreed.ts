import type { DriftRow } from '../../src/books/read-reconcile-rows.ts';
import { crmOrder, orderView, pickLine, remotePick, remoteTask } from './reconcile-records.ts';
import { MINUTE, type ReconcileStage } from './reconcile-stage.ts';

export const instant = (at: number): string => new Date(at).toISOString();
export const HOUR = 60 * MINUTE;

/** Orders that all four sides tell alike. */
export function agreed(stage: ReconcileStage, count: number): string[] {
  const ids = Array.from({ length: count }, (_, index) => `O${index + 1}`);
  for (const id of ids) {
    stage.shelve(orderView(id));
    stage.remote.orders.set(id, crmOrder(id));
    stage.remote.picks.set(`P-${id}`, remotePick(id));
    stage.remote.tasks.set(`T-${id}`, remoteTask(id));
  }
  return ids;
}

export const brief = (drifts: DriftRow[]): string[] =>
  drifts.map((drift) => `${drift.class} ${drift.orderId ?? '-'} ${drift.action} ${drift.result}`);

export function advance(stage: ReconcileStage, id: string, at: number): void {
  const lines = [pickLine(id, { allocated: 1, picked: 2 })];
  const change = { status: 'PARTIAL', sequence: 4, lines, updated_at: instant(at) } as const;
  stage.remote.picks.set(`P-${id}`, remotePick(id, change));
}
