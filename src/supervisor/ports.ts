import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import type { SupervisorConfig } from '../config/supervisor.ts';
import { AppError } from '../errors.ts';
import { readJson, writeJsonPrivately } from './files.ts';

const PortSchema = z.int().min(1).max(65_535);

const PortsSchema = z.object({
  api: PortSchema,
  wms: PortSchema,
  crm: PortSchema,
  tasks: PortSchema,
  temporal: PortSchema,
  temporal_ui: PortSchema,
});

export type Ports = z.infer<typeof PortsSchema>;
export type PortName = keyof Ports;
export type NamedPorts = Partial<Record<PortName, number | undefined>>;

export const DEFAULT_PORTS: Ports = {
  api: 4000,
  wms: 4100,
  crm: 4200,
  tasks: 4300,
  temporal: 7233,
  temporal_ui: 8233,
};

/** Below what operating systems give to outgoing connections, which would take a port from us. */
const AUTO_PORT_MIN = 20_000;
const AUTO_PORT_END = 32_000;
const AUTO_ATTEMPTS_MAX = 200;
const HOST = '127.0.0.1';

interface PortOptions {
  dataDir: string;
  /** Take free ports instead of the usual ones, and keep them for this data directory. */
  auto: boolean;
  /** Ports that the environment names; they win and are not kept. */
  named: NamedPorts;
  /** Those that nothing of ours will bind, such as Temporal's when TEMPORAL_ADDRESS is set. */
  unused: readonly PortName[];
  say: (line: string) => void;
}

/** Settles every port and makes sure that each one can be bound. */
export async function settlePorts(options: PortOptions): Promise<Ports> {
  const file = join(options.dataDir, 'ports.json');
  const stored = readJson(file, PortsSchema);
  const kept = stored ?? DEFAULT_PORTS;
  const ports = { ...kept };
  const toKeep = { ...kept };
  for (const name of PortsSchema.keyof().options) {
    if (options.unused.includes(name)) continue;
    const chosen = Object.values(ports);
    ports[name] = await settlePort(name, { ...options, kept, fresh: stored === undefined, chosen });
    if (options.named[name] === undefined) toKeep[name] = ports[name];
  }
  if (options.auto) writeJsonPrivately(file, toKeep);
  return ports;
}

async function settlePort(
  name: PortName,
  options: PortOptions & { kept: Ports; fresh: boolean; chosen: number[] },
): Promise<number> {
  const { auto, named, kept, fresh, say } = options;
  const wanted = named[name] ?? kept[name];
  const free = await isFree(wanted);
  if (!auto || named[name] !== undefined) {
    if (free) return wanted;
    throw portTaken(name, wanted);
  }
  if (!fresh && free) return wanted;
  const found = await findFreePort(options.chosen);
  if (!fresh)
    say(`port ${wanted} of ${name} is taken by another process, using ${found} from now on`);
  return found;
}

/** Ports that the environment names. */
export function namedPorts(config: SupervisorConfig): NamedPorts {
  return {
    api: config.CROSSDOCK_API_PORT,
    wms: config.CROSSDOCK_WMS_PORT,
    crm: config.CROSSDOCK_CRM_PORT,
    tasks: config.CROSSDOCK_TASKS_PORT,
    temporal: config.CROSSDOCK_TEMPORAL_PORT,
    temporal_ui: config.CROSSDOCK_TEMPORAL_UI_PORT,
  };
}

/** A port that can be bound now and is none of `avoid`. */
export async function findFreePort(avoid: readonly number[] = []): Promise<number> {
  for (let attempt = 0; attempt < AUTO_ATTEMPTS_MAX; attempt += 1) {
    const port = randomInt(AUTO_PORT_MIN, AUTO_PORT_END);
    if (!avoid.includes(port) && (await isFree(port))) return port;
  }
  throw new AppError(
    'unavailable',
    `No free port was found between ${AUTO_PORT_MIN} and ${AUTO_PORT_END}. Stop something, or name ports through CROSSDOCK_API_PORT and its sisters.`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function portTaken(name: PortName, port: number): AppError {
  const variable = `CROSSDOCK_${name.toUpperCase()}_PORT`;
  return new AppError(
    'config',
    `Port ${port}, wanted for ${name}, is taken by another process. Stop that process, or start with \`--ports auto\` to take free ports, or name another in ${variable}.`,
  );
}
