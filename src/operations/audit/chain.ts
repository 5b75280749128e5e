import { createHash } from 'node:crypto';

/** What an audit row says; its hash covers every field and the hash of the row before. */
export interface AuditRow {
  seq: number;
  at: number;
  actor: string;
  action: string;
  target: string;
  reason: string | null;
  request: string | null;
  outcome: string;
  requestId: string;
  previousHash: string;
}

export interface ChainedRow extends AuditRow {
  hash: string;
}

/** The hash before the first row. */
export const GENESIS = '0'.repeat(64);

/** The fields in a fixed order, so that the same row always gives the same text. */
export function hashOf(row: AuditRow): string {
  const canonical = JSON.stringify([
    row.seq,
    row.at,
    row.actor,
    row.action,
    row.target,
    row.reason,
    row.request,
    row.outcome,
    row.requestId,
  ]);
  return createHash('sha256').update(row.previousHash).update(canonical).digest('hex');
}

/** What is wrong with a row that should follow `previous`; null when nothing is. */
export function faultOf(row: ChainedRow, previous: { seq: number; hash: string }): string | null {
  if (row.seq !== previous.seq + 1) return `row ${previous.seq + 1} is missing`;
  if (row.previousHash !== previous.hash) return `row ${row.seq} does not follow the row before it`;
  return hashOf(row) === row.hash ? null : `row ${row.seq} was changed`;
}
