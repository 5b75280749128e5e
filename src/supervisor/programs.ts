import type { SupervisorConfig } from '../config/supervisor.ts';
import type { FleetProgram } from './fleet.ts';
import { childMarker, temporalDatabase } from './orphans.ts';
import {
  ENTRIES,
  OUR_PROGRAMS,
  ownTemporalEnvironment,
  programEnvironment,
  type Environment,
  type OurProgram,
  type Plan,
} from './plan.ts';
import { packagePath } from './provision/version.ts';
import { setRetention, waitForNamespace } from './temporal-namespace.ts';
import { devServerArguments } from './temporal-server.ts';

/** Arguments to Node for each program; tests put their own small programs here. */
export type ProgramArguments = Readonly<Record<OurProgram, readonly string[]>>;

interface ProgramsOptions {
  plan: Plan;
  config: SupervisorConfig;
  /** The environment of the supervisor, which every program inherits. */
  env: Environment;
  /** Path of the Temporal CLI; absent when another's server is used. */
  temporalBinary: string | undefined;
  programArguments: ProgramArguments;
}

export function builtPrograms(): ProgramArguments {
  const built = (name: OurProgram) => [packagePath(ENTRIES[name])];
  return {
    api: built('api'),
    worker: built('worker'),
    wms: built('wms'),
    crm: built('crm'),
    tasks: built('tasks'),
  };
}

/** Every program that this supervisor runs, ready to be started. */
export function describePrograms(options: ProgramsOptions): FleetProgram[] {
  const { plan, temporalBinary } = options;
  const temporal = temporalBinary === undefined ? {} : ownTemporalEnvironment(options.env, plan);
  const env = { ...options.env, ...temporal, ...programEnvironment(plan) };
  const ours = OUR_PROGRAMS.map((name): FleetProgram => ({
    name,
    command: process.execPath,
    args: [...options.programArguments[name], childMarker(plan.dataDir)],
    env,
    ready: 'ipc',
  }));
  if (temporalBinary === undefined) return ours;
  return [devServer(temporalBinary, { ...options, env }), ...ours];
}

function devServer(binary: string, { plan, config, env }: ProgramsOptions): FleetProgram {
  const target = plan.temporal;
  const timeoutMs = config.CROSSDOCK_TEMPORAL_READY_TIMEOUT_MS;
  return {
    name: 'temporal',
    command: binary,
    args: devServerArguments({
      databaseFile: temporalDatabase(plan.dataDir),
      port: plan.ports.temporal,
      uiPort: plan.ports.temporal_ui,
      synchronous: config.CROSSDOCK_TEMPORAL_SYNCHRONOUS,
    }),
    env,
    ready: async (signal) => {
      await waitForNamespace({ target, timeoutMs, signal });
      await setRetention(target, config.CROSSDOCK_TEMPORAL_RETENTION_DAYS);
    },
  };
}
