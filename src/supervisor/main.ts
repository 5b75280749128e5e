import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { processEnv } from '../config/env.ts';
import { loadSupervisorConfig, type SupervisorConfig } from '../config/supervisor.ts';
import { messageOf } from '../errors.ts';
import { seedDemo } from './demo.ts';
import { writeJsonPrivately } from './files.ts';
import { Fleet } from './fleet.ts';
import { lockInstance } from './instance-lock.ts';
import { endOrphans } from './orphans.ts';
import { prettyOutput } from './output.ts';
import type { Environment } from './plan.ts';
import { builtPrograms, describePrograms, type ProgramArguments } from './programs.ts';
import { createProgress, type Progress } from './progress.ts';
import { reportReady, type ReadyReport } from './ready.ts';
import { settlePlan } from './settle.ts';
import { aborted, stopSignal } from './stop-signal.ts';
import { renderSummary } from './summary.ts';

export interface StartOptions {
  dataDir: string | undefined;
  autoPorts: boolean;
  demo: boolean;
  /** One line of JSON on stdout when all is ready, instead of a summary for a person. */
  json: boolean;
}

interface Session {
  options: StartOptions;
  programArguments: ProgramArguments;
  dataDir: string;
  config: SupervisorConfig;
  env: Environment;
  progress: Progress;
  signal: AbortSignal;
  /** What a second request to stop does. */
  hurry: { run: () => void };
}

/** Runs the whole of Crossdock until it is asked to stop; answers the exit code. */
export async function runSupervisor(
  options: StartOptions,
  programArguments: ProgramArguments = builtPrograms(),
): Promise<number> {
  const progress = createProgress();
  const hurry = { run: () => undefined };
  let signal: AbortSignal | undefined;
  try {
    const env = supervisorEnvironment(options);
    const config = loadSupervisorConfig(env);
    signal = stopSignal({
      watchParent: config.npm_lifecycle_event !== undefined,
      parentCheckMs: config.CROSSDOCK_PARENT_CHECK_MS,
      onHurry: () => hurry.run(),
    });
    const dataDir = openDataDir(options.dataDir ?? config.CROSSDOCK_DATA_DIR);
    await runLocked({ options, programArguments, dataDir, config, env, progress, signal, hurry });
    return 0;
  } catch (error) {
    if (signal?.aborted === true) return 0;
    progress.say(messageOf(error));
    return 1;
  }
}

async function runLocked(session: Session): Promise<void> {
  const { dataDir, config, progress, signal } = session;
  const runFile = join(dataDir, 'run.json');
  const lock = await lockInstance({
    dataDir,
    waitMs: config.CROSSDOCK_LOCK_WAIT_MS,
    stopWaitMs: config.CROSSDOCK_KILL_AFTER_MS * 4,
    say: progress.say,
  });
  signal.addEventListener('abort', () => lock.markStopping(), { once: true });
  try {
    await endOrphans(dataDir, { graceMs: config.CROSSDOCK_ORPHAN_GRACE_MS, say: progress.say });
    await runFleet(session, runFile);
  } finally {
    rmSync(runFile, { force: true });
    lock.release();
  }
}

async function runFleet(session: Session, runFile: string): Promise<void> {
  const { options, progress, signal, hurry } = session;
  const { plan, temporalBinary } = await settlePlan({ ...session, autoPorts: options.autoPorts });
  signal.throwIfAborted();
  const report = (): ReadyReport => reportReady(plan, fleet.states());
  const fleet = new Fleet({
    config: session.config,
    programs: describePrograms({ ...session, plan, temporalBinary }),
    output: options.json ? undefined : prettyOutput,
    say: progress.say,
    onChange: () => writeJsonPrivately(runFile, report()),
  });
  hurry.run = () => fleet.hurry();
  try {
    const phase = progress.phase('starting every process');
    await Promise.race([fleet.start(), aborted(signal)]);
    phase.done(signal.aborted ? 'given up' : 'ready');
    if (!signal.aborted) announce(report(), session);
    if (!signal.aborted && options.demo) await seedDemo({ ...session, plan });
    await aborted(signal);
  } finally {
    await stopFleet(fleet, progress);
  }
}

async function stopFleet(fleet: Fleet, progress: Progress): Promise<void> {
  const phase = progress.phase('stopping');
  await fleet.stop();
  phase.done('stopped');
}

function announce(report: ReadyReport, { options, dataDir }: Session): void {
  const text = options.json ? JSON.stringify(report) : renderSummary(report, dataDir);
  // Whoever read the line may have gone; that is no reason to stop.
  process.stdout.on('error', () => undefined);
  process.stdout.write(`${text}\n`);
}

function openDataDir(path: string): string {
  const dataDir = resolve(path);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return realpathSync(dataDir);
}

/** A person gets a summary, so the programs' lines are theirs only when something is wrong. */
function supervisorEnvironment({ json }: StartOptions): Environment {
  return json ? processEnv() : { CROSSDOCK_LOG_LEVEL: 'warn', ...processEnv() };
}
