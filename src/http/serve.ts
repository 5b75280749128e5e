import { serve, type ServerType } from '@hono/node-server';
import type { Hono } from 'hono';

export interface HttpServer {
  /** The port that was bound, also when 0 was asked for. */
  port: number;
  /** Stops accepting, lets calls in flight end for at most `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

export interface ServeOptions {
  // oxlint-disable-next-line typescript/no-explicit-any -- Hono's own environment parameter is unbounded
  app: Pick<Hono<any>, 'fetch'>;
  hostname: string;
  port: number;
}

/** Binds an app to a port; rejects when the port is taken. */
export function serveApp(options: ServeOptions): Promise<HttpServer> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve(
      { fetch: options.app.fetch, hostname: options.hostname, port: options.port },
      (info) => {
        server.off('error', reject);
        resolve({ port: info.port, close: (graceMs) => closeServer(server, graceMs) });
      },
    );
    server.once('error', reject);
  });
}

function closeServer(server: ServerType, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      if ('closeAllConnections' in server) server.closeAllConnections();
    }, graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  });
}
