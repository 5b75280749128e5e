import type { SupervisorConfig } from '../config/supervisor.ts';
import { KeptProcess, type KeepOptions } from './kept-process.ts';
import type { ProgramName } from './plan.ts';
import type { ProgramSpec } from './spawn.ts';

export interface FleetProgram extends ProgramSpec {
  name: ProgramName;
}

interface FleetOptions {
  config: SupervisorConfig;
  programs: FleetProgram[];
  output: KeepOptions['output'];
  say: (line: string) => void;
  onChange: () => void;
}

const EARLY: ReadonlySet<string> = new Set(['api', 'temporal', 'worker']);

/** All programs of one data directory, started and stopped in their order. */
export class Fleet {
  readonly #kept: ReadonlyMap<ProgramName, KeptProcess>;
  readonly #killAfterMs: number;
  #hurried = false;

  constructor({ config, programs, ...rest }: FleetOptions) {
    const keep: KeepOptions = {
      ...rest,
      backoff: {
        delayMs: config.CROSSDOCK_RESTART_DELAY_MS,
        delayMaxMs: config.CROSSDOCK_RESTART_DELAY_MAX_MS,
      },
      resetMs: config.CROSSDOCK_RESTART_RESET_MS,
      readyTimeoutMs: config.CROSSDOCK_CHILD_READY_TIMEOUT_MS,
      startAttemptsMax: config.CROSSDOCK_START_ATTEMPTS_MAX,
    };
    this.#kept = new Map(programs.map((spec) => [spec.name, new KeptProcess(spec, keep)]));
    this.#killAfterMs = config.CROSSDOCK_KILL_AFTER_MS;
  }

  states(): { name: ProgramName; pid: number | undefined; ready: boolean }[] {
    return [...this.#kept].map(([name, { pid, ready }]) => ({ name, pid, ready }));
  }

  /** Who sends webhooks starts when somebody takes them; the worker needs Temporal to connect. */
  async start(): Promise<void> {
    const intake = this.#start((name) => name === 'api');
    const senders = intake.then(() => this.#start((name) => !EARLY.has(name)));
    await Promise.all([this.#start((name) => name === 'temporal'), senders]);
    await this.#kept.get('worker')?.start();
  }

  async #start(isMeant: (name: string) => boolean): Promise<void> {
    const meant = [...this.#kept.values()].filter(({ name }) => isMeant(name));
    await Promise.all(meant.map((kept) => kept.start()));
  }

  /** Intake first, then the work under way, then what it works with, Temporal last. */
  async stop(): Promise<void> {
    await this.#stop(['api']);
    await this.#stop(['worker']);
    await this.#stop(['wms', 'crm', 'tasks']);
    await this.#stop(['temporal']);
  }

  /** Kills what is still there instead of waiting for it. */
  hurry(): void {
    this.#hurried = true;
    for (const { pid } of this.#kept.values()) {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    }
  }

  async #stop(names: string[]): Promise<void> {
    const killAfterMs = this.#hurried ? 0 : this.#killAfterMs;
    const kept = [...this.#kept.values()].filter(({ name }) => names.includes(name));
    await Promise.all(kept.map((each) => each.stop(killAfterMs)));
  }
}
