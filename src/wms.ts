import { processEnv } from './config/env.ts';
import { loadWmsConfig } from './config/wms.ts';
import { serveApp } from './http/serve.ts';
import { createLogger } from './logger.ts';
import { announceReady, onStopRequested } from './supervisor/child.ts';
import { createWms } from './wms/create-wms.ts';

const config = loadWmsConfig(processEnv());
const log = createLogger('wms', config.logLevel);
const wms = createWms({ config, log });
const server = await serveApp({ app: wms.app, hostname: config.host, port: config.port });
wms.start();
onStopRequested(async () => {
  await server.close(config.stopGraceMs);
  await wms.stop();
  log.info('wms.stopped');
});
log.info({ host: config.host, port: server.port, sandbox: config.sandbox }, 'wms.started');
announceReady({ port: server.port });
