import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { forkBench } from '../lib/child.ts';
import { cpuSecondsOf } from '../lib/cpu.ts';
import type { AckSettings } from '../settings.ts';
import type { LoadInput, LoadReport } from './load.ts';
import type { ServerInput } from './serve-bench.ts';

export type ServerName = 'crossdock' | 'echo' | 'floor';

export interface ServerResult {
  acksPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Processor microseconds of the server per acknowledgement. */
  serverCpuUs: number;
  /** Part of one core that the generator used; near 1 it is the generator that is measured. */
  generatorCore: number;
}

interface MeasureOptions {
  name: ServerName;
  folder: string;
  settings: AckSettings;
  commitDelayMs: number;
  execArgv: string[];
}

const MODULES: Record<ServerName, string> = {
  crossdock: 'acks/our-server',
  echo: 'acks/echo-server',
  floor: 'acks/floor-server',
};

/** One server of one round: its own process and database, load from another process. */
export async function measureServer(options: MeasureOptions): Promise<ServerResult> {
  const { name, settings, commitDelayMs, execArgv } = options;
  const folder = join(options.folder, `${name}-${commitDelayMs}`);
  mkdirSync(folder, { recursive: true });
  const input: ServerInput = { folder, commitDelayMs };
  const server = await forkBench({ module: MODULES[name], input, folder, execArgv });
  try {
    const load: LoadInput = {
      url: `http://127.0.0.1:${server.port}`,
      connections: settings.connections,
      warmUpRequests: settings.warmUpRequests,
      requests: settings.requests,
    };
    const generator = await forkBench({ module: 'acks/load', input: load, folder });
    const cpuBefore = cpuSecondsOf(server.process.pid);
    const reported = once(generator.process, 'message');
    generator.process.send({ type: 'go' });
    const [report] = (await reported) as [LoadReport];
    const cpu = cpuSecondsOf(server.process.pid) - cpuBefore;
    await generator.ended;
    return {
      acksPerSecond: report.acksPerSecond,
      p50Ms: report.p50Ms,
      p99Ms: report.p99Ms,
      serverCpuUs: (cpu * 1_000_000) / settings.requests,
      generatorCore: report.cpuSeconds / report.seconds,
    };
  } finally {
    await server.stop();
  }
}
