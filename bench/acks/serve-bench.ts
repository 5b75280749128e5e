import { serveApp, type ServeOptions } from '../../src/http/serve.ts';

export interface ServerInput {
  /** Where this server keeps its database. */
  folder: string;
  /** Time added to each commit, for the disks that users really have. */
  commitDelayMs: number;
}

const STOP_GRACE_MS = 1000;

/** Serves a measured app until its parent has seen enough. */
export async function serveUntilStopped(
  app: ServeOptions['app'],
  close: () => void,
): Promise<void> {
  const server = await serveApp({ app, hostname: '127.0.0.1', port: 0 });
  const stop = (): void => {
    void server.close(STOP_GRACE_MS).then(() => {
      close();
      process.disconnect();
    });
  };
  process.once('SIGTERM', stop);
  process.send?.({ type: 'ready', port: server.port });
}
