import type { Answer } from '../domain/answers.ts';
import type { BooksFile } from './read-file.ts';

/** What an order answered to the request of this event id; undefined as long as it has not. */
export type AnswerRead = (eventId: string) => Answer | undefined;

const ANSWER = 'SELECT answer FROM answers WHERE event_id = ?';

export function createAnswerRead(books: BooksFile): AnswerRead {
  return (eventId) =>
    books.query((prepare) => {
      const row = prepare<{ answer: string }>(ANSWER).get(eventId);
      return row === undefined ? undefined : (JSON.parse(row.answer) as Answer);
    }, undefined);
}
