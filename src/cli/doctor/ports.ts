import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../../supervisor/files.ts';
import { DEFAULT_PORTS, type NamedPorts, type PortName } from '../../supervisor/ports.ts';
import { failed, ok, type Check } from './check.ts';

const KeptSchema = z.record(z.string(), z.int());
const HOST = '127.0.0.1';

interface PortsInput {
  dataDir: string;
  /** Those that the environment names. */
  named: NamedPorts;
  /** Its ports are not ours to take, or are held by one that the next start ends. */
  temporalRuns: boolean;
}

/** Before a start: whether every port that it would take is free. */
export async function checkPorts({ dataDir, named, temporalRuns }: PortsInput): Promise<Check> {
  const kept = readJson(join(dataDir, 'ports.json'), KeptSchema) ?? {};
  const names: PortName[] = ['api', 'wms', 'crm', 'tasks'];
  if (!temporalRuns) names.push('temporal', 'temporal_ui');
  const wanted = names.map((name) => ({
    name,
    port: named[name] ?? kept[name] ?? DEFAULT_PORTS[name],
  }));
  const free = await Promise.all(wanted.map(({ port }) => isFree(port)));
  const taken = wanted.filter((_, position) => free[position] !== true);
  const words = (ports: typeof wanted) =>
    ports.map(({ name, port }) => `${name} ${port}`).join(', ');
  if (taken.length === 0) return ok('ports', `free: ${words(wanted)}`);
  const variables = taken.map(({ name }) => `CROSSDOCK_${name.toUpperCase()}_PORT`).join(', ');
  return failed(
    'ports',
    `taken by another process: ${words(taken)}`,
    `Stop that process, or start with \`--ports auto\`, or name another in ${variables}.`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
