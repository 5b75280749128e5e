import type { Plan, ProgramName } from './plan.ts';
import { origin } from './plan.ts';
import type { Secrets } from './secrets.ts';

/** The ready line of `--json`; kept current in `DATA_DIR/run.json`. */
export interface ReadyReport {
  ready: boolean;
  urls: {
    api: string;
    metrics: string;
    wms: string;
    crm: string;
    tasks: string;
    temporal_ui?: string;
  };
  temporal: { address: string; namespace: string };
  pids: Partial<Record<ProgramName, number>>;
  secrets: Secrets;
}

interface ProgramState {
  name: ProgramName;
  pid: number | undefined;
  ready: boolean;
}

/** States what runs where. `ready` is true while every program serves. */
export function reportReady(plan: Plan, programs: ProgramState[]): ReadyReport {
  const { ports, temporal } = plan;
  const pids: ReadyReport['pids'] = {};
  for (const { name, pid } of programs) if (pid !== undefined) pids[name] = pid;
  return {
    ready: programs.every(({ ready }) => ready),
    urls: {
      api: origin(ports.api),
      metrics: `${origin(ports.api)}/metrics`,
      wms: origin(ports.wms),
      crm: origin(ports.crm),
      tasks: origin(ports.tasks),
      ...(plan.temporalUiUrl === undefined ? {} : { temporal_ui: plan.temporalUiUrl }),
    },
    temporal: { address: temporal.address, namespace: temporal.namespace },
    pids,
    secrets: plan.secrets,
  };
}
