import type { Sqlite } from '../db/open.ts';
import { AppError } from '../errors.ts';
import type { Activation, ActivationKind, Page, PageAsk } from './records.ts';

export const LAST_ACTIVE_SQL = 'SELECT hash FROM activations ORDER BY seq DESC LIMIT 1';

export interface NewActivation {
  hash: string;
  at: number;
  by: string;
  note: string | null;
  kind: ActivationKind;
}

export interface History {
  active(): Activation | undefined;
  /** The activation that a rollback returns to now. */
  backTo(): Activation | undefined;
  /** Newest first. */
  page(ask: PageAsk): Page<Activation>;
  /** Runs in the caller's transaction. */
  append(change: NewActivation): Activation;
}

interface Row extends Activation {
  backTo: number | null;
}

const COLUMNS = 'seq, hash, previous, back_to AS backTo, at, actor AS "by", note, kind';

export function historyOf(sqlite: Sqlite): History {
  const select = <Params extends unknown[]>(rest: string) =>
    sqlite.prepare<Params, Row>(`SELECT ${COLUMNS} FROM activations ${rest}`);
  const last = select<[]>('ORDER BY seq DESC LIMIT 1');
  const bySeq = select<[number]>('WHERE seq = ?');
  const older = select<[number, number]>('WHERE seq < ? ORDER BY seq DESC LIMIT ?');
  const insert = sqlite.prepare(`INSERT INTO activations
    (hash, previous, back_to, at, actor, note, kind)
    VALUES (@hash, @previous, @backTo, @at, @by, @note, @kind)`);
  const baseOf = (row: Row | undefined): Row | undefined =>
    row === undefined || row.backTo === null ? undefined : bySeq.get(row.backTo);
  return {
    active: () => faceOf(last.get()),
    backTo: () => faceOf(baseOf(last.get())),
    page({ cursor, limit }) {
      const rows = older.all(seqOf(cursor), limit + 1);
      const items = rows.slice(0, limit).map(faceOfRow);
      const end = items.at(-1);
      return { items, next: rows.length > limit && end !== undefined ? String(end.seq) : null };
    },
    append(change) {
      const current = last.get();
      // Rolling back twice goes back two steps, never forth again: a rollback inherits the base of
      // the activation that it restores.
      const backTo = change.kind === 'rollback' ? baseOf(current)?.backTo : current?.seq;
      const row = { ...change, previous: current?.hash ?? null };
      const { lastInsertRowid } = insert.run({ ...row, backTo: backTo ?? null });
      return { seq: Number(lastInsertRowid), ...row };
    },
  };
}

function faceOf(row: Row | undefined): Activation | undefined {
  return row === undefined ? undefined : faceOfRow(row);
}

function faceOfRow({ backTo: _backTo, ...activation }: Row): Activation {
  return activation;
}

function seqOf(cursor: string | undefined): number {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new AppError(
    'validation',
    'The cursor is not one of ours. Use `next` of the last answer, or leave it out to begin anew.',
    {
      problem: 'cursor-invalid',
      issues: [{ pointer: '/cursor', detail: 'must be the `next` of an earlier answer' }],
    },
  );
}
