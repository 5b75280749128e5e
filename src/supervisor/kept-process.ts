import type { ChildProcess } from 'node:child_process';
import { AppError, messageOf } from '../errors.ts';
import { restartDelayMs, type BackoffPolicy } from './backoff.ts';
import { spawnProgram, untilReady, type Output, type ProgramSpec } from './spawn.ts';

export interface KeepOptions {
  backoff: BackoffPolicy;
  /** A process that lived this long starts its backoff from the beginning. */
  resetMs: number;
  readyTimeoutMs: number;
  /** Starts that may fail in a row before `start()` rejects. */
  startAttemptsMax: number;
  output: Output | undefined;
  say: (line: string) => void;
  /** Called when the pid or the readiness has changed. */
  onChange: () => void;
}

/** One program that is started again whenever it ends, until it is stopped. */
export class KeptProcess {
  readonly #spec: ProgramSpec;
  readonly #options: KeepOptions;
  #child: ChildProcess | undefined;
  #ready = false;
  #stopping = false;
  #deathsInRow = 0;
  #restart: NodeJS.Timeout | undefined;
  #settleStart: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #onGone: () => void = () => undefined;

  constructor(spec: ProgramSpec, options: KeepOptions) {
    this.#spec = spec;
    this.#options = options;
  }

  get name(): string {
    return this.#spec.name;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Resolves when the program serves for the first time, rejects when it cannot be started. */
  start(): Promise<void> {
    if (this.#stopping) return Promise.reject(this.#stopped());
    return new Promise((resolve, reject) => {
      this.#settleStart = { resolve, reject };
      this.#spawn();
    });
  }

  /** Asks the program to end, kills it after `killAfterMs`, resolves when it is gone. */
  stop(killAfterMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    this.#settleStart?.reject(this.#stopped());
    const child = this.#child;
    if (child === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const kill = setTimeout(() => {
        this.#options.say(`${this.name} (pid ${child.pid}) did not end in time, killing it`);
        child.kill('SIGKILL');
      }, killAfterMs);
      this.#onGone = () => {
        clearTimeout(kill);
        resolve();
      };
      child.kill('SIGTERM');
    });
  }

  #stopped(): AppError {
    return new AppError('unavailable', `${this.name} was stopped`);
  }

  #spawn(): void {
    const { readyTimeoutMs, output, say, onChange } = this.#options;
    const child = spawnProgram(this.#spec, output);
    const startedAt = Date.now();
    const ended = new AbortController();
    this.#child = child;
    const overdue = setTimeout(() => {
      say(`${this.name} (pid ${child.pid}) was not ready after ${readyTimeoutMs} ms, killing it`);
      child.kill('SIGKILL');
    }, readyTimeoutMs);
    const gone = (how: string) => {
      clearTimeout(overdue);
      ended.abort();
      this.#gone(child, { startedAt, how });
    };
    child.once('error', (error) => gone(error.message));
    child.once('exit', (code, signal) => gone(signal ?? `exit code ${code}`));
    untilReady(this.#spec, child, ended.signal).then(
      () => {
        clearTimeout(overdue);
        if (this.#child === child) this.#serves();
      },
      (error: unknown) => {
        if (!ended.signal.aborted) say(`${this.name}: ${messageOf(error)}`);
      },
    );
    onChange();
  }

  #serves(): void {
    this.#ready = true;
    if (this.#settleStart === undefined)
      this.#options.say(`${this.name} (pid ${this.pid}) is back`);
    this.#settleStart?.resolve();
    this.#settleStart = undefined;
    this.#options.onChange();
  }

  #gone(child: ChildProcess, { startedAt, how }: { startedAt: number; how: string }): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#ready = false;
    if (!this.#stopping) this.#recover({ pid: child.pid, livedMs: Date.now() - startedAt, how });
    this.#options.onChange();
    this.#onGone();
  }

  #recover({ pid, livedMs, how }: { pid: number | undefined; livedMs: number; how: string }): void {
    const { backoff, resetMs, startAttemptsMax, say } = this.#options;
    this.#deathsInRow = livedMs >= resetMs ? 1 : this.#deathsInRow + 1;
    const died = `${this.name} (pid ${pid ?? 'none'}) ended: ${how}`;
    if (this.#settleStart !== undefined && this.#deathsInRow >= startAttemptsMax) {
      this.#stopping = true;
      this.#settleStart.reject(
        new AppError(
          'unavailable',
          `${died}, ${this.#deathsInRow} times in a row. Its last lines above say why.`,
        ),
      );
      this.#settleStart = undefined;
      return;
    }
    const delayMs = restartDelayMs(this.#deathsInRow, backoff);
    say(`${died}, starting it again ${delayMs === 0 ? 'at once' : `in ${delayMs} ms`}`);
    if (delayMs === 0) this.#spawn();
    else this.#restart = setTimeout(() => this.#spawn(), delayMs);
  }
}
