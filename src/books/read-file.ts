import { existsSync } from 'node:fs';
import type { Statement } from 'better-sqlite3';
import { openReadOnly, type Sqlite } from '../db/open.ts';
import { AppError } from '../errors.ts';

/** A value that SQLite stores. */
export type SqlValue = string | number | null;

/** Prepares each SQL text once per connection. */
export type Prepare = <Row>(sql: string) => Statement<SqlValue[], Row>;

/**
 * The worker's books, opened read-only when first asked for. Until the worker has made the file and
 * its tables, every query answers with what an empty book would.
 */
export class BooksFile {
  private sqlite: Sqlite | undefined;
  private readonly file: string;
  private readonly prepared = new Map<string, Statement<SqlValue[], unknown>>();

  constructor(file: string) {
    this.file = file;
  }

  query<Result>(run: (prepare: Prepare) => Result, whenAbsent: Result): Result {
    try {
      const sqlite = this.open();
      if (sqlite === undefined) return whenAbsent;
      return run((sql) => this.prepare(sqlite, sql));
    } catch (error) {
      if (!isOfSqlite(error)) throw error;
      this.close();
      if (isNotMadeYet(error)) return whenAbsent;
      throw new AppError('unavailable', 'The books cannot be read now. Try again in a moment.', {
        problem: 'books-unavailable',
        retryAfterMs: 1000,
        cause: error,
      });
    }
  }

  /** Every SQL text prepared so far, so that a test can look at each query plan. */
  statements(): string[] {
    return [...this.prepared.keys()];
  }

  close(): void {
    this.prepared.clear();
    this.sqlite?.close();
    this.sqlite = undefined;
  }

  private open(): Sqlite | undefined {
    if (this.sqlite === undefined && existsSync(this.file)) {
      this.sqlite = openReadOnly({}, this.file).sqlite;
    }
    return this.sqlite;
  }

  private prepare<Row>(sqlite: Sqlite, sql: string): Statement<SqlValue[], Row> {
    let statement = this.prepared.get(sql);
    if (statement === undefined) {
      statement = sqlite.prepare<SqlValue[], unknown>(sql);
      this.prepared.set(sql, statement);
    }
    return rowsAre<Row>(statement);
  }
}

/** The row type follows from the columns that the SQL text names, which sits beside its type. */
function rowsAre<Row>(statement: Statement<SqlValue[], unknown>): Statement<SqlValue[], Row> {
  return statement as Statement<SqlValue[], Row>;
}

interface SqliteFailure extends Error {
  code: string;
}

function isOfSqlite(error: unknown): error is SqliteFailure {
  return error instanceof Error && error.name === 'SqliteError' && 'code' in error;
}

function isNotMadeYet(error: SqliteFailure): boolean {
  return error.code === 'SQLITE_CANTOPEN' || error.message.startsWith('no such table');
}
