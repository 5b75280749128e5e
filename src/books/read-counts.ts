import type { BooksFile } from './read-file.ts';

export interface CountReads {
  /** Orders of a stage, counted up to `rowsMax`. */
  orders(stage: string, rowsMax: number): number;
  /** Open dead letters, counted up to `rowsMax`. */
  openDeadLetters(rowsMax: number): number;
}

const ORDERS = `SELECT count(*) AS count FROM (SELECT 1 FROM orders WHERE stage = ? LIMIT ?)`;
const DEAD_LETTERS = `SELECT count(*) AS count
  FROM (SELECT 1 FROM dead_letters WHERE status = 'open' LIMIT ?)`;

export function createCountReads(books: BooksFile): CountReads {
  return {
    orders: (stage, rowsMax) =>
      books.query(
        (prepare) => prepare<{ count: number }>(ORDERS).get(stage, rowsMax)?.count ?? 0,
        0,
      ),
    openDeadLetters: (rowsMax) =>
      books.query(
        (prepare) => prepare<{ count: number }>(DEAD_LETTERS).get(rowsMax)?.count ?? 0,
        0,
      ),
  };
}
