import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { processEnv } from '../../src/config/env.ts';

const ReadySchema = z.object({ type: z.literal('ready'), port: z.number().default(0) });

/** Characters of a failed process's output that are shown. */
const OUTPUT_CHARS_MAX = 4000;

export interface BenchChild {
  process: ChildProcess;
  /** Port that it listens on; 0 when it is no server. */
  port: number;
  /** Resolves when it has ended, rejects when that was a failure. */
  ended: Promise<void>;
  /** Asks it to stop and waits for its end. */
  stop(): Promise<void>;
}

interface ForkOptions {
  /** Below `bench/`, without its ending: sources run as `.ts`, the build as `.js`. */
  module: string;
  /** Anything that JSON can carry. */
  input: unknown;
  /** Its stderr goes to a file in here, so that logging costs what it costs in earnest. */
  folder: string;
  execArgv?: string[];
  /** Beside what this process was given. */
  env?: Record<string, string>;
}

/** Starts one measured process; rejects when it ends before it is ready. */
export async function forkBench(options: ForkOptions): Promise<BenchChild> {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const file = fileURLToPath(new URL(`../${options.module}${ending}`, import.meta.url));
  const logFile = join(options.folder, `${options.module.replaceAll('/', '-')}.log`);
  const log = openSync(logFile, 'a');
  const child = fork(file, [JSON.stringify(options.input)], {
    stdio: ['ignore', 'ignore', log, 'ipc'],
    execArgv: [...process.execArgv, ...(options.execArgv ?? [])],
    env: { ...processEnv(), ...options.env },
  });
  closeSync(log);
  const killWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = once(child, 'exit').then(([code]) => {
    process.off('exit', killWithUs);
    if (code === 0) return;
    const output = readFileSync(logFile, 'utf8').slice(-OUTPUT_CHARS_MAX);
    throw new Error(`${options.module} ended with ${code}:\n${output}`);
  });
  const port = await Promise.race([untilReady(child), ended.then(() => 0)]);
  return {
    process: child,
    port,
    ended,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function untilReady(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      const ready = ReadySchema.safeParse(message);
      if (ready.success) resolve(ready.data.port);
    });
  });
}

/** What the parent gave this process to work with. */
export function benchInput<Input>(): Input {
  return JSON.parse(process.argv[2] ?? 'null') as Input;
}
