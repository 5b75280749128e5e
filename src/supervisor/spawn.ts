import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { z } from 'zod';

export interface ProgramSpec {
  name: string;
  command: string;
  args: string[];
  env: Readonly<Record<string, string | undefined>>;
  /**
   * `ipc` for our own programs, which say over IPC that they serve and end when we do; else a
   * probe for a foreign one, which then also gets a process group out of reach of Ctrl-C.
   */
  ready: 'ipc' | ((signal: AbortSignal) => Promise<void>);
}

/** Where the output of a program goes; our own stderr when absent. */
export type Output = (name: string, stream: Readable) => void;

const ReadyMessageSchema = z.object({ type: z.literal('ready') });

/** stdout belongs to the ready line, so nothing that a program prints goes there. */
export function spawnProgram(spec: ProgramSpec, output: Output | undefined): ChildProcess {
  const sink = output === undefined ? 2 : 'pipe';
  const ours = spec.ready === 'ipc';
  const child = spawn(spec.command, spec.args, {
    env: spec.env,
    detached: !ours,
    stdio: ours ? ['ignore', sink, sink, 'ipc'] : ['ignore', 'ignore', sink],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream instanceof Object) output?.(spec.name, stream);
  }
  return child;
}

/** Resolves when the program serves; never when it ends before. */
export async function untilReady(
  spec: ProgramSpec,
  child: ChildProcess,
  signal: AbortSignal,
): Promise<void> {
  if (spec.ready !== 'ipc') return spec.ready(signal);
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (ReadyMessageSchema.safeParse(message).success) resolve();
    });
  });
}
