import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { loadSupervisorConfig } from '../../config/supervisor.ts';
import { packagePath } from '../../supervisor/provision/version.ts';
import { isAlive } from '../../supervisor/processes.ts';
import { namedPorts } from '../../supervisor/ports.ts';
import type { TemporalTarget } from '../../temporal/connect.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { findDataDir, findInstance, type Instance } from '../instance.ts';
import { readRunFile } from '../run-file.ts';
import { anythingRuns, readProcesses } from '../status/processes.ts';
import { failed, guarded, ok, skipped, type Check } from './check.ts';
import {
  checkDataDir,
  checkDisk,
  checkFsync,
  checkNode,
  checkSqlite,
  measureFsync,
  openSqlite,
} from './machine.ts';
import { checkPorts } from './ports.ts';
import { checkPrivateFiles } from './private-files.ts';
import { checkServer } from './server.ts';
import { checkTemporalBinary } from './temporal-binary.ts';

const PackageSchema = z.object({ engines: z.object({ node: z.string() }) });

/** Every check, in the order in which a start would meet what it looks at. */
export async function examine(context: Context): Promise<Check[]> {
  const { settings } = context;
  const dataDir = findDataDir(context);
  const { instance, trouble } = runningInstance(context);
  const groups = [
    () => guarded('node', async () => [checkNode(process.versions.node, nodeRange())]),
    () => guarded('sqlite', async () => [await checkSqlite(openSqlite)]),
    () => guarded('settings', async () => [checkSettings(context)]),
    () => guarded('data-dir', async () => [checkDataDir(dataDir)]),
    () => guarded('disk', async () => [checkDisk(dataDir, settings.doctor.diskFreeMinBytes)]),
    () =>
      guarded('fsync', async () => [checkFsync(measureFsync(dataDir), settings.doctor.fsyncMaxMs)]),
    () => guarded('secrets', async () => [checkPrivateFiles(dataDir)]),
    () => guarded('processes', () => checkRunning(context, instance, dataDir)),
    () => guarded('temporal-binary', async () => [await checkBinary(context)]),
    () => guarded('temporal', () => checkTemporal(context, instance)),
  ];
  const checks: Check[] = [...trouble];
  for (const group of groups) checks.push(...(await group()));
  return checks;
}

interface Running {
  /** Undefined when nothing runs: then it is looked at whether a start would succeed. */
  instance: Instance | undefined;
  trouble: Check[];
}

function runningInstance(context: Context): Running {
  try {
    const instance = findInstance(context, { needsKey: false });
    const left = instance.local !== undefined && !anythingRuns(instance.local.run);
    return { instance: left ? undefined : instance, trouble: [] };
  } catch (error) {
    if (!(error instanceof CliError) || error.exit === EXIT.usage) throw error;
    const unreadable = error.code === 'run-file-unreadable';
    const trouble = unreadable ? [failed('run-file', error.message, error.hint ?? '')] : [];
    return { instance: undefined, trouble };
  }
}

function checkSettings({ env }: Context): Check {
  try {
    loadSupervisorConfig(env);
    return ok('settings', 'every variable that a start reads is valid');
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return failed('settings', words, 'Correct or unset the variables that are named.');
  }
}

async function checkRunning(
  { env, settings }: Context,
  instance: Instance | undefined,
  dataDir: string,
): Promise<Check[]> {
  const timeoutMs = settings.callTimeoutMs;
  if (instance === undefined) {
    const config = loadSupervisorConfig(env);
    const temporalRuns = config.TEMPORAL_ADDRESS !== undefined || leavesTemporal(dataDir);
    const ports = await checkPorts({ dataDir, named: namedPorts(config), temporalRuns });
    const idle = `Crossdock is not running on ${dataDir}`;
    return [ports, skipped('processes', idle), skipped('api', idle), skipped('clock', idle)];
  }
  const server = await checkServer({ instance, timeoutMs, ...settings.doctor });
  if (instance.local === undefined) return server;
  const down = (await readProcesses(instance.local.run, timeoutMs)).filter((one) => !one.up);
  const words = down.map(({ name, detail }) => `${name} (${detail ?? 'down'})`).join(', ');
  const processes =
    down.length === 0
      ? ok('processes', 'every process is up')
      : failed(
          'processes',
          `down: ${words}`,
          'Look at the log of `npm start`; if it does not come back, stop and start it.',
        );
  return [skipped('ports', 'held by the running Crossdock'), processes, ...server];
}

/** A Temporal whose supervisor was killed holds its ports until the next start ends it. */
function leavesTemporal(dataDir: string): boolean {
  const pid = readRunFile(dataDir)?.pids['temporal'];
  return pid !== undefined && isAlive(pid);
}

async function checkBinary({ env, settings }: Context): Promise<Check> {
  if (env['TEMPORAL_ADDRESS']) return skipped('temporal-binary', 'TEMPORAL_ADDRESS names a server');
  return checkTemporalBinary({ env, timeoutMs: settings.callTimeoutMs });
}

async function checkTemporal(
  { env, settings }: Context,
  instance: Instance | undefined,
): Promise<Check[]> {
  const [{ loadTemporalTarget }, { askTemporalServer, judgeTemporalServer }] = await Promise.all([
    import('../../temporal/connect.ts'),
    import('./temporal-server.ts'),
  ]);
  const run = instance?.local?.run;
  const ownServer = run !== undefined && run.pids['temporal'] !== undefined;
  if (!ownServer && !env['TEMPORAL_ADDRESS']) {
    return [skipped('temporal', 'it is started together with Crossdock')];
  }
  const target: TemporalTarget = ownServer
    ? { ...run.temporal, connectionOptions: { address: run.temporal.address } }
    : loadTemporalTarget(env);
  const findings = await askTemporalServer(target, settings.callTimeoutMs);
  return judgeTemporalServer(target, findings);
}

function nodeRange(): string {
  const text = readFileSync(packagePath('package.json'), 'utf8');
  return PackageSchema.parse(JSON.parse(text)).engines.node;
}
