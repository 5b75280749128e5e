import type { Context, FlagSpecs } from './command.ts';
import type { Rows } from './rows.ts';

const LIMIT_DEFAULT = 20;
const LIMIT_MAX = 100_000;

export const LIST_FLAGS: FlagSpecs = {
  limit: { value: 'N', about: `how many at most (${LIMIT_DEFAULT})` },
  cursor: { value: 'CURSOR', about: 'carry on after the end of an earlier list' },
};

export function listPlace({ flags }: Context): { limit: number; cursor: string | undefined } {
  return {
    limit: flags.integer('limit', { min: 1, max: LIMIT_MAX }) ?? LIMIT_DEFAULT,
    cursor: flags.text('cursor'),
  };
}

/** Shows a list, or the words for an empty one, and how to go on. */
export function tellList<Row>(
  context: Context,
  page: Rows<Row>,
  show: { empty: string; table(rows: Row[]): void },
): void {
  const { json, terminal } = context;
  if (json) {
    terminal.emit(page);
    return;
  }
  if (page.items.length === 0) terminal.say(show.empty);
  else show.table(page.items);
  if (page.next !== null) terminal.say(`there are more: --cursor ${page.next}`);
}
