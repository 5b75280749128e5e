import { connect } from 'node:net';
import { OUR_PROGRAMS } from '../../supervisor/plan.ts';
import { isAlive } from '../../supervisor/processes.ts';
import { call } from '../call.ts';
import type { RunFile } from '../run-file.ts';

export interface ProcessState {
  name: string;
  up: boolean;
  pid: number | null;
  url: string | null;
  /** Why it counts as down. */
  detail: string | null;
}

const SERVERS = ['api', 'wms', 'crm', 'tasks'] as const;

/** Every process of an instance of this machine, asked one by one. */
export function readProcesses(run: RunFile, timeoutMs: number): Promise<ProcessState[]> {
  const pidOf = (name: string): number | null => run.pids[name] ?? null;
  const servers = SERVERS.map(async (name): Promise<ProcessState> => {
    const url = run.urls[name] ?? null;
    const pid = pidOf(name);
    const detail = pidComplaint(pid) ?? (url === null ? null : await httpComplaint(url, timeoutMs));
    return { name, up: detail === null, pid, url, detail };
  });
  const worker = async (): Promise<ProcessState> => {
    const pid = pidOf('worker');
    const detail = pidComplaint(pid);
    return { name: 'worker', up: detail === null, pid, url: null, detail };
  };
  const temporal = async (): Promise<ProcessState> => {
    const { address } = run.temporal;
    const detail = await portComplaint(address, timeoutMs);
    const url = run.urls['temporal_ui'] ?? address;
    return { name: 'temporal', up: detail === null, pid: pidOf('temporal'), url, detail };
  };
  return Promise.all([...servers.slice(0, 1), worker(), ...servers.slice(1), temporal()]);
}

/**
 * Whether any program of ours still runs: a killed supervisor leaves its file behind, and a Temporal
 * that the next start ends.
 */
export function anythingRuns(run: RunFile): boolean {
  return OUR_PROGRAMS.some((name) => {
    const pid = run.pids[name];
    return pid !== undefined && isAlive(pid);
  });
}

function pidComplaint(pid: number | null): string | null {
  if (pid === null) return 'it has no process now; it is started again by itself';
  return isAlive(pid) ? null : `process ${pid} is gone`;
}

/** What keeps it from being alive; null when it answers that it is. */
export async function httpComplaint(url: string, timeoutMs: number): Promise<string | null> {
  try {
    const { status } = await call({ method: 'GET', url: `${url}/health/live`, timeoutMs });
    return status === 200 ? null : `GET /health/live answered ${status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What keeps an address such as `127.0.0.1:7233` from being connected to, or null. */
export function portComplaint(address: string, timeoutMs: number): Promise<string | null> {
  const colon = address.lastIndexOf(':');
  const host = address
    .slice(0, colon)
    .replace(/^\w+:\/\//, '')
    .replaceAll(/[[\]]/g, '');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(address.slice(colon + 1)), timeout: timeoutMs });
    const end = (complaint: string | null) => {
      socket.destroy();
      resolve(complaint);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end(`${address} does not answer within ${timeoutMs} ms`));
    socket.once('error', (error) => end(`${address}: ${error.message}`));
  });
}
