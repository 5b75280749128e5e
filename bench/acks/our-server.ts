import { processEnv } from '../../src/config/env.ts';
import { benchInput } from '../lib/child.ts';
import { createBenchIngest } from './ingest.ts';
import { serveUntilStopped, type ServerInput } from './serve-bench.ts';
import { slowCommits } from './slow-commit.ts';

/** Ours: the whole way of a webhook up to its durable row. */
const { folder, commitDelayMs } = benchInput<ServerInput>();
slowCommits(commitDelayMs);
const { app, store, gauge, pollMs } = createBenchIngest({ folder, env: processEnv() });
gauge.start(pollMs, (error) => {
  throw error;
});
await serveUntilStopped(app, () => {
  gauge.stop();
  void store.close();
});
