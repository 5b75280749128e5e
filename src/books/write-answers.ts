import type { Sqlite } from '../db/open.ts';
import type { StepRecord } from '../domain/step.ts';

/** A request that is repeated within this time is answered as the first time. */
const KEPT_MS = 7 * 86_400_000;

/** Writes what an order answered inside the caller's transaction; the first answer stands. */
export function prepareWriteAnswers(
  sqlite: Sqlite,
): (record: Pick<StepRecord, 'answers' | 'at'>) => void {
  const add = sqlite.prepare(
    'insert into answers (event_id, answer, at) values (?, ?, ?) on conflict do nothing',
  );
  const forget = sqlite.prepare('delete from answers where at < ?');
  return ({ answers, at }) => {
    if (answers.length === 0) return;
    for (const { eventId, answer } of answers) add.run(eventId, JSON.stringify(answer), at);
    forget.run(at - KEPT_MS);
  };
}
