import type { Sqlite } from '../db/open.ts';
import type { Candidate, Seen } from './records.ts';

/** What the directory holds beside what serves. Writes run in the caller's transaction. */
export interface DirectoryRecord {
  candidate(): Candidate | null;
  seen(): Seen | null;
  wait(candidate: Candidate): void;
  clear(): void;
  see(seen: Seen): void;
}

interface CandidateRow extends Omit<Candidate, 'mistakes' | 'golden' | 'summary'> {
  mistakes: string;
  golden: string;
  summary: string | null;
}

export function directoryRecordOf(sqlite: Sqlite): DirectoryRecord {
  const candidate = sqlite.prepare<[], CandidateRow>(`SELECT hash, digest, at, since,
    actor AS "by", why, message, mistakes, golden, summary FROM bundle_candidate`);
  const put = sqlite.prepare(`INSERT OR REPLACE INTO bundle_candidate
    (id, hash, digest, at, since, actor, why, message, mistakes, golden, summary) VALUES
    (1, @hash, @digest, @at, @since, @by, @why, @message, @mistakes, @golden, @summary)`);
  const clear = sqlite.prepare('DELETE FROM bundle_candidate');
  const seen = sqlite.prepare<[], Omit<Seen, 'held'> & { held: number }>(
    'SELECT digest, hash, held FROM bundle_directory',
  );
  const see = sqlite.prepare(`INSERT OR REPLACE INTO bundle_directory (id, digest, hash, held)
    VALUES (1, @digest, @hash, @held)`);
  return {
    candidate() {
      const row = candidate.get();
      return row === undefined ? null : candidateOf(row);
    },
    seen() {
      const row = seen.get();
      return row === undefined ? null : { ...row, held: row.held === 1 };
    },
    wait: (waiting) =>
      void put.run({
        ...waiting,
        mistakes: JSON.stringify(waiting.mistakes),
        golden: JSON.stringify(waiting.golden),
        summary: waiting.summary === null ? null : JSON.stringify(waiting.summary),
      }),
    clear: () => void clear.run(),
    see: ({ digest, hash, held }) => void see.run({ digest, hash, held: held ? 1 : 0 }),
  };
}

/** The columns were written above, by the types that are read here. */
function candidateOf(row: CandidateRow): Candidate {
  return {
    ...row,
    mistakes: JSON.parse(row.mistakes) as Candidate['mistakes'],
    golden: JSON.parse(row.golden) as Candidate['golden'],
    summary: row.summary === null ? null : (JSON.parse(row.summary) as Candidate['summary']),
  };
}
