// Called by src/supervisor/provision/download.ts: download.mjs FOLDER VERSION
import { toNativeEphemeralServerConfig } from '@temporalio/testing/lib/ephemeral-server.js';
import { Runtime } from '@temporalio/worker';

const [downloadDir, version] = process.argv.slice(2);
Runtime.install({ shutdownSignals: [] });
try {
  const server = await Runtime.instance().createEphemeralServer(
    toNativeEphemeralServerConfig({
      type: 'dev-server',
      executable: { type: 'cached-download', version: `v${version}`, downloadDir },
    }),
  );
  await Runtime.instance().shutdownEphemeralServer(server);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
