import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Api } from './api.ts';
import { readAs } from './rows.ts';
import { cellOf, printPairs, printTable } from './table.ts';
import type { Terminal } from './terminal.ts';

const StartedSchema = z.looseObject({ run_id: z.string() });

const RunSchema = z.looseObject({
  run_id: z.string(),
  status: z.string(),
  started_at: z.string().nullable().optional(),
  finished_at: z.string().nullable().optional(),
  scanned: z.int().default(0),
  counts: z.record(z.string(), z.unknown()).default({}),
  brakes: z.unknown().optional(),
  drifts: z.array(z.looseObject({ class: z.string() })).default([]),
  drifts_omitted: z.int().default(0),
});
export type Run = z.infer<typeof RunSchema>;

const RUNS_PATH = '/api/v1/reconciliation/runs';
const FAILED = new Set(['failed', 'error', 'aborted', 'cancelled', 'stopped']);

interface Scope {
  orderId: string | undefined;
  connection: string | undefined;
  mode: 'repair' | 'report';
}

export async function startRun(api: Api, { orderId, connection, mode }: Scope): Promise<string> {
  const answer = await api.ask({
    method: 'POST',
    path: RUNS_PATH,
    body: { scope: { order_id: orderId, connection }, mode },
  });
  return readAs(StartedSchema, answer, RUNS_PATH).run_id;
}

interface Wait {
  runId: string;
  pollMs: number;
  onProgress(scanned: number): void;
}

/** A run is over once it says when it finished. */
export async function waitForRun(api: Api, { runId, pollMs, onProgress }: Wait): Promise<Run> {
  const path = `${RUNS_PATH}/${encodeURIComponent(runId)}`;
  for (;;) {
    const run = readAs(RunSchema, await api.ask({ method: 'GET', path }), path);
    if (run.finished_at != null || hasFailed(run)) return run;
    onProgress(run.scanned);
    await sleep(pollMs);
  }
}

export function hasFailed({ status }: Run): boolean {
  return FAILED.has(status.toLowerCase());
}

export function printRun(terminal: Terminal, run: Run): void {
  const counts = Object.entries(run.counts).filter(([, count]) => count !== 0);
  const found = counts.map(([name, count]) => `${name} ${cellOf(count)}`).join(', ');
  printPairs(terminal, [
    ['run', `${run.run_id} ${run.status}`],
    ['from', cellOf(run.started_at)],
    ['to', cellOf(run.finished_at)],
    ['compared', String(run.scanned)],
    ['drift', found === '' ? 'none' : found],
  ]);
  if (isSet(run.brakes)) terminal.say(`a brake held repairs back: ${cellOf(run.brakes)}`);
  if (run.drifts_omitted > 0) terminal.say(`${run.drifts_omitted} more are not shown`);
  if (run.drifts.length === 0) return;
  terminal.print('');
  printTable(
    terminal,
    ['CLASS', 'ORDER', 'WE SAY', 'THEY SAY', 'ACTION', 'RESULT'],
    run.drifts.map((drift) =>
      ['class', 'order_id', 'we_say', 'they_say', 'action', 'result'].map((name) =>
        cellOf(drift[name]),
      ),
    ),
  );
}

/** Brakes come as a list or an object of those that were pulled. */
function isSet(brakes: unknown): boolean {
  if (typeof brakes !== 'object' || brakes === null) return Boolean(brakes);
  return Array.isArray(brakes) ? brakes.length > 0 : Object.values(brakes).some(Boolean);
}
