import type { RunDeps } from '../src/reconcile/run-deps.ts';
import { createBooksActivities, type BooksDeps } from './books.ts';
import { createCommandActivities, type CommandDeps } from './commands.ts';
import { createReconcileActivities } from './reconcile.ts';
import { createStockActivities, type StockDeps } from './stock.ts';

export interface ActivityDeps {
  books: BooksDeps;
  commands: CommandDeps;
  stock: StockDeps;
  /** Absent where nothing reconciles: such a worker serves no run. */
  reconcile?: RunDeps;
}

/** Everything that workflows may ask of the world. */
export function createActivities(deps: ActivityDeps) {
  return {
    ...createBooksActivities(deps.books),
    ...createCommandActivities(deps.commands),
    ...createReconcileActivities(deps.reconcile),
    ...createStockActivities(deps.stock),
  };
}

export type Activities = ReturnType<typeof createActivities>;
