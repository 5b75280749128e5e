import { spawn } from 'node:child_process';

export interface CommandOutcome {
  ok: boolean;
  /** The last lines of what it wrote, for the person who has to repair it. */
  tail: string;
}

interface CommandOptions {
  command: string;
  args: string[];
  cwd: string;
  signal: AbortSignal;
}

const TAIL_LINES_MAX = 15;
const TAIL_CHARS_MAX = 4_000;

/** Runs a command to its end, quietly, and keeps the end of its output. */
export function runCommand(options: CommandOptions): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-TAIL_CHARS_MAX);
    };
    const finish = (ok: boolean, reason = '') => {
      const lines = `${output}${reason}`.trim().split('\n');
      resolve({ ok, tail: lines.slice(-TAIL_LINES_MAX).join('\n') });
    };
    const child = spawn(options.command, options.args, {
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: options.signal,
    });
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => finish(false, error.message));
    child.once('close', (code, signal) => {
      finish(code === 0, signal === null ? '' : `ended by ${signal}`);
    });
  });
}
