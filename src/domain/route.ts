/** By which connections an order is served, and in the words of which bundle they are spoken to. */
export interface Route {
  wms: string;
  tasks: string;
  /** Hash of the mapping bundle that the order is pinned to. */
  mappingBundle: string;
}

/** The route of an order as it stands now; its own alone, without the rest of what carries it. */
export function routeOf({ wms, tasks, mappingBundle }: Route): Route {
  return { wms, tasks, mappingBundle };
}
