import type { Instance } from '../instance.ts';
import { duration, printPairs, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { anythingRuns, httpComplaint, readProcesses, type ProcessState } from './processes.ts';
import { readReadings, type Readings } from './readings.ts';

/** The object of `status --json`. */
export interface StatusReport extends Readings {
  /** Every process is up and webhooks are taken. */
  ok: boolean;
  running: boolean;
  data_dir: string | null;
  urls: Record<string, string>;
  temporal_server: { address: string; namespace: string } | null;
  processes: ProcessState[];
  secrets: Record<string, unknown>;
}

export async function readStatus(instance: Instance, timeoutMs: number): Promise<StatusReport> {
  const { apiUrl, apiKey, local } = instance;
  const [processes, readings] = await Promise.all([
    local === undefined ? readRemote(apiUrl, timeoutMs) : readProcesses(local.run, timeoutMs),
    readReadings(apiUrl, timeoutMs),
  ]);
  const apiIsUp = processes.some(({ name, up }) => name === 'api' && up);
  return {
    ok: processes.every(({ up }) => up) && takesWebhooks(readings),
    running: apiIsUp || (local !== undefined && anythingRuns(local.run)),
    ...placeOf(local, { url: apiUrl, key: apiKey }),
    processes,
    ...readings,
  };
}

type Place = Pick<StatusReport, 'data_dir' | 'urls' | 'temporal_server' | 'secrets'>;

function placeOf(local: Instance['local'], api: { url: string; key: string }): Place {
  if (local === undefined) {
    const secrets = { api_key: api.key };
    return { data_dir: null, urls: { api: api.url }, temporal_server: null, secrets };
  }
  const { urls, temporal, secrets } = local.run;
  return { data_dir: local.dataDir, urls, temporal_server: temporal, secrets };
}

function takesWebhooks({ health }: Readings): boolean {
  return health === 'ready' || health === 'degraded';
}

/** Of an instance elsewhere only the api can be seen. */
async function readRemote(apiUrl: string, timeoutMs: number): Promise<ProcessState[]> {
  const detail = await httpComplaint(apiUrl, timeoutMs);
  return [{ name: 'api', up: detail === null, pid: null, url: apiUrl, detail }];
}

export function printStatus(terminal: Terminal, report: StatusReport): void {
  printTable(
    terminal,
    ['PROCESS', 'STATE', 'PID', 'ADDRESS', ''],
    report.processes.map(({ name, up, pid, url, detail }) => [
      name,
      up ? 'up' : 'DOWN',
      pid === null ? '-' : String(pid),
      url ?? '-',
      detail ?? '',
    ]),
  );
  terminal.print('');
  printPairs(terminal, [
    ['inbox', inboxWords(report.inbox)],
    ['orders', orderWords(report.orders)],
    ['dead letters', deadLetterWords(report.dead_letters_open)],
    ['Temporal', temporalWords(report)],
    ...(report.data_dir === null ? [] : [['data', report.data_dir] as const]),
    ...Object.entries(report.urls)
      .filter(([name]) => !report.processes.some((one) => one.name === name))
      .map(([name, url]) => [name.replaceAll('_', ' '), url] as const),
    ...secretPairs('', report.secrets),
  ]);
}

function inboxWords(inbox: Readings['inbox']): string {
  if (inbox === null) return 'unknown, the api does not say';
  const drain =
    inbox.drain_seconds === null ? '' : `, empty in about ${duration(inbox.drain_seconds * 1000)}`;
  const waiting =
    inbox.backlog === 0
      ? 'nothing waits'
      : `${inbox.backlog} events wait, the oldest for ${duration(inbox.oldest_age_ms)}${drain}`;
  return inbox.writable ? waiting : `CANNOT BE WRITTEN, ${waiting}`;
}

function orderWords(orders: Readings['orders']): string {
  if (orders === null) return 'unknown';
  const present = Object.entries(orders).filter(([, count]) => count > 0);
  return present.map(([stage, count]) => `${stage} ${count}`).join(', ') || 'none yet';
}

function deadLetterWords(open: number | null): string {
  if (open === null) return 'unknown';
  return open === 0 ? 'none' : `${open} open: crossdock dlq list`;
}

function temporalWords({ temporal, temporal_server: server }: StatusReport): string {
  const where = server === null ? '' : ` ${server.address}, namespace ${server.namespace}`;
  if (temporal === null) return `unknown${where}`;
  const state =
    temporal.away_ms === null ? 'there' : `AWAY for ${duration(temporal.away_ms)}; webhooks wait`;
  return state + where;
}

function secretPairs(prefix: string, secrets: Record<string, unknown>): [string, string][] {
  return Object.entries(secrets).flatMap(([name, value]): [string, string][] => {
    const label = `${prefix}${name.replaceAll('_', ' ')}`;
    if (typeof value === 'string') return [[label, value]];
    return isRecord(value) ? secretPairs(`${label} `, value) : [];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
