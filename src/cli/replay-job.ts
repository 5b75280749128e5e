import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Api } from './api.ts';

/** A replay of many dead letters, which the server works off at its own pace. */
const JobSchema = z.looseObject({
  replay_id: z.string(),
  status: z.string(),
  total: z.int(),
  sent: z.int(),
  failed: z.int().default(0),
  skipped: z.int().default(0),
});
export type ReplayJob = z.infer<typeof JobSchema>;

const JOB_PATHS = ['/api/v1/dead-letters/replays', '/api/v1/replays'];
const RUNNING = 'running';

interface Following {
  pollMs: number;
  onProgress(job: ReplayJob): void;
}

/** The job at its end; undefined when the answer is of no job that can be followed. */
export async function followReplay(
  api: Api,
  answer: unknown,
  { pollMs, onProgress }: Following,
): Promise<ReplayJob | undefined> {
  let job = JobSchema.safeParse(answer).data;
  if (job === undefined) return undefined;
  const path = await pathOf(api, job.replay_id);
  if (path === undefined) return undefined;
  while (job.status === RUNNING) {
    onProgress(job);
    await sleep(pollMs);
    job = JobSchema.parse(await api.ask({ method: 'GET', path }));
  }
  return job;
}

async function pathOf(api: Api, replayId: string): Promise<string | undefined> {
  for (const base of JOB_PATHS) {
    const path = `${base}/${encodeURIComponent(replayId)}`;
    if (await api.has('GET', path)) return path;
  }
  return undefined;
}
