import { createServer } from 'node:http';
import { processEnv } from '../../../src/config/env.ts';
import { announceReady, onStopRequested } from '../../../src/supervisor/child.ts';

// Stands for any program of ours: serves its environment on its port, stops when asked.
const name = process.argv[2] ?? 'none';
const env = processEnv();
const port = Number(env[`CROSSDOCK_${name.toUpperCase()}_PORT`] ?? 0);
const server = createServer((_request, response) => {
  response.end(JSON.stringify({ name, pid: process.pid, env }));
});
server.listen(port, '127.0.0.1', () => announceReady({ port }));
onStopRequested(
  () =>
    new Promise((resolve) => {
      process.stderr.write(`${name} stops\n`);
      server.close(() => resolve());
      server.closeAllConnections();
    }),
);
