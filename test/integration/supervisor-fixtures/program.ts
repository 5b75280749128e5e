import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { processEnv } from '../../../src/config/env.ts';
import { announceReady, onStopRequested } from '../../../src/supervisor/child.ts';

// Stands for any program of ours: serves its environment on its port, drains when asked.
const DRAIN_MS = 300;

const name = process.argv[2] ?? 'none';
const env = processEnv();
if (env.FIXTURE_FAILS === name) {
  say('cannot start because it was told so');
  process.exit(3);
}
const port = Number(env[`CROSSDOCK_${name.toUpperCase()}_PORT`] ?? 0);
const server = createServer((_request, response) => {
  response.end(JSON.stringify({ name, pid: process.pid, env }));
});
server.listen(port, '127.0.0.1', () => {
  announceReady({ port });
  if (env.FIXTURE_SAYS_READY !== undefined) say('is ready');
});

onStopRequested(async () => {
  say('stops');
  if (env.FIXTURE_HANGS !== undefined) await new Promise(() => undefined);
  server.close();
  server.closeAllConnections();
  await sleep(DRAIN_MS);
  say(`stopped while Temporal ${(await temporalServes()) ? 'serves' : 'is gone'}`);
});

function say(what: string): void {
  process.stderr.write(`${name} ${what}\n`);
}

async function temporalServes(): Promise<boolean> {
  const temporalPort = Number(env.TEMPORAL_ADDRESS?.split(':')[1] ?? 0);
  const socket = connect(temporalPort, '127.0.0.1');
  const served = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'close').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return served;
}
