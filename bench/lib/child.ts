import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface BenchChild {
  process: ChildProcess;
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
  });
  closeSync(log);
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  child.once('exit', () => process.off('exit', killWithUs));
  await untilReady(child, `${options.module} (its output is in ${logFile})`);
  return {
    process: child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function untilReady(child: ChildProcess, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${what} ended with ${code} before it was ready`)));
    child.on('message', (message) => {
      if (typeof message === 'object' && 'type' in message && message.type === 'ready') resolve();
    });
  });
}

/** What the parent gave this process to work with. */
export function benchInput<Input>(): Input {
  return JSON.parse(process.argv[2] ?? 'null') as Input;
}
