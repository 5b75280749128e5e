import { createServer } from 'node:http';
import { processEnv } from '../../../src/config/env.ts';
import { announceReady, onStopRequested } from '../../../src/supervisor/child.ts';

// Stands for any program of ours: serves its environment on its port, stops when asked.
const name = process.argv[2] ?? 'none';
const env = processEnv();
if (env.FIXTURE_FAILS === name) {
  process.stderr.write(`${name} cannot start because it was told so\n`);
  process.exit(3);
}
const port = Number(env[`CROSSDOCK_${name.toUpperCase()}_PORT`] ?? 0);
const server = createServer((_request, response) => {
  response.end(JSON.stringify({ name, pid: process.pid, env }));
});
server.listen(port, '127.0.0.1', () => {
  announceReady({ port });
  if (env.FIXTURE_SAYS_READY !== undefined) process.stderr.write('ready\n');
});
onStopRequested(
  () =>
    new Promise((resolve) => {
      process.stderr.write(`${name} stops\n`);
      if (env.FIXTURE_HANGS !== undefined) return;
      server.close(() => resolve());
      server.closeAllConnections();
    }),
);
