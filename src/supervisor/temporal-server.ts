export interface DevServerOptions {
  databaseFile: string;
  port: number;
  uiPort: number;
  synchronous: 'NORMAL' | 'FULL';
}

/** What ops people filter by in the Temporal UI. */
export const SEARCH_ATTRIBUTES = {
  OrderStage: 'Keyword',
  CrmOrderId: 'Keyword',
  Connection: 'Keyword',
  NeedsAction: 'Bool',
  OldestDue: 'Datetime',
} as const;

/** One node serves one queue: a single partition saves polls, and its limits are the machine's. */
const DYNAMIC_CONFIG = {
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'matching.rps': 10_000,
  'frontend.rps': 10_000,
  'frontend.namespaceRPS': 10_000,
  'frontend.namespaceCount': 5_000,
  'history.rps': 10_000,
  'system.enableActivityEagerExecution': true,
};

export const DEV_SERVER_HOST = '127.0.0.1';
export const DEV_SERVER_NAMESPACE = 'default';

/** Arguments of `temporal` for a dev server that keeps its workflows in a file. */
export function devServerArguments(options: DevServerOptions): string[] {
  return [
    ...['server', 'start-dev', '--ip', DEV_SERVER_HOST],
    ...['--port', String(options.port), '--ui-port', String(options.uiPort)],
    ...['--db-filename', options.databaseFile],
    ...['--sqlite-pragma', 'journal_mode=WAL'],
    ...['--sqlite-pragma', `synchronous=${options.synchronous}`],
    ...['--log-level', 'error', '--ui-disable-news-fetch'],
    ...flags('--search-attribute', SEARCH_ATTRIBUTES),
    ...flags('--dynamic-config-value', DYNAMIC_CONFIG),
  ];
}

function flags(name: string, values: Record<string, string | number | boolean>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [name, `${key}=${value}`]);
}
