import { createBooksActivities, type BooksDeps } from './books.ts';
import { createCommandActivities, type CommandDeps } from './commands.ts';
import { createStockActivities, type StockDeps } from './stock.ts';

export interface ActivityDeps {
  books: BooksDeps;
  commands: CommandDeps;
  stock: StockDeps;
}

/** Everything that workflows may ask of the world. */
export function createActivities(deps: ActivityDeps) {
  return {
    ...createBooksActivities(deps.books),
    ...createCommandActivities(deps.commands),
    ...createStockActivities(deps.stock),
  };
}

export type Activities = ReturnType<typeof createActivities>;
