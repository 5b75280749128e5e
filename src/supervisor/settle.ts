import type { SupervisorConfig } from '../config/supervisor.ts';
import { loadTemporalTarget, type TemporalTarget } from '../temporal/connect.ts';
import { origin, type Environment, type Plan } from './plan.ts';
import { namedPorts, settlePorts, type PortName } from './ports.ts';
import type { Progress } from './progress.ts';
import { obtainTemporal } from './provision/obtain.ts';
import { loadLinkSecret, loadMasterKey, loadSecrets } from './secrets.ts';
import { addSearchAttributes, waitForNamespace } from './temporal-namespace.ts';
import { DEV_SERVER_HOST, DEV_SERVER_NAMESPACE } from './temporal-server.ts';

export interface SettleOptions {
  dataDir: string;
  autoPorts: boolean;
  config: SupervisorConfig;
  env: Environment;
  progress: Progress;
  signal: AbortSignal;
}

export interface Settled {
  plan: Plan;
  /** Absent when TEMPORAL_ADDRESS names another's server. */
  temporalBinary: string | undefined;
}

const TEMPORAL_PORTS: readonly PortName[] = ['temporal', 'temporal_ui'];

/** Settles ports, secrets and the Temporal server before anything is started. */
export async function settlePlan(options: SettleOptions): Promise<Settled> {
  const { dataDir, autoPorts, config, progress } = options;
  const foreign = config.TEMPORAL_ADDRESS !== undefined;
  const secrets = loadSecrets(dataDir);
  const linkSecret = loadLinkSecret(dataDir);
  const masterKey = loadMasterKey(dataDir);
  const ports = await settlePorts({
    dataDir,
    auto: autoPorts,
    named: namedPorts(config),
    unused: foreign ? TEMPORAL_PORTS : [],
    say: progress.say,
  });
  if (foreign) {
    const temporal = await foreignServer(options);
    const temporalUiUrl = config.CROSSDOCK_TEMPORAL_UI_URL;
    return {
      plan: { dataDir, ports, secrets, linkSecret, masterKey, temporal, temporalUiUrl },
      temporalBinary: undefined,
    };
  }
  const binary = await obtainTemporal(options);
  progress.say(`${binary.version} from ${binary.source}: ${binary.path}`);
  const address = `${DEV_SERVER_HOST}:${ports.temporal}`;
  const temporal = { address, namespace: DEV_SERVER_NAMESPACE, connectionOptions: { address } };
  const temporalUiUrl = config.CROSSDOCK_TEMPORAL_UI_URL ?? origin(ports.temporal_ui);
  return {
    plan: { dataDir, ports, secrets, linkSecret, masterKey, temporal, temporalUiUrl },
    temporalBinary: binary.path,
  };
}

async function foreignServer(options: SettleOptions): Promise<TemporalTarget> {
  const { config, progress, signal } = options;
  const target = loadTemporalTarget(options.env);
  const phase = progress.phase(`connecting to Temporal at ${target.address}`);
  const timeoutMs = config.CROSSDOCK_TEMPORAL_READY_TIMEOUT_MS;
  try {
    await waitForNamespace({ target, timeoutMs, signal });
  } catch (error) {
    phase.done('failed');
    throw error;
  }
  const refused = await addSearchAttributes(target);
  phase.done(refused === undefined ? 'connected' : 'connected, search attributes not added');
  if (refused !== undefined) {
    progress.say(`add the search attributes to namespace ${target.namespace} by hand: ${refused}`);
  }
  return target;
}
