import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Api } from './api.ts';
import { readAs } from './rows.ts';

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

const JOBS_PATH = '/api/v1/dead-letters/replays';
const RUNNING = 'running';

interface Following {
  pollMs: number;
  onProgress(job: ReplayJob): void;
}

/** The job at its end; undefined when the answer is of no job. */
export async function followReplay(
  api: Api,
  answer: unknown,
  { pollMs, onProgress }: Following,
): Promise<ReplayJob | undefined> {
  let job = JobSchema.safeParse(answer).data;
  if (job === undefined) return undefined;
  const path = `${JOBS_PATH}/${encodeURIComponent(job.replay_id)}`;
  while (job.status === RUNNING) {
    onProgress(job);
    await sleep(pollMs);
    job = readAs(JobSchema, await api.ask({ method: 'GET', path }), path);
  }
  return job;
}
