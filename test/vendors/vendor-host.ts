import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';

export interface SeenRequest {
  method: string;
  path: string;
  status: number;
  body: string;
}

interface Match {
  method: string;
  path: string;
  times: number;
}

/** A vendor's server on a port of its own, and what can befall it. */
export interface VendorHost {
  url: string;
  requests: SeenRequest[];
  /** Does what is asked, and cuts the connection before the answer. */
  loseAnswers(match: Match): void;
  /** Nobody listens on its port until it comes back. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export async function hostVendor(app: Hono): Promise<VendorHost> {
  const requests: SeenRequest[] = [];
  const losses: Match[] = [];
  const outer = new Hono<{ Bindings: HttpBindings }>();
  outer.use(async (c, next) => {
    const { method, path } = c.req;
    const body = await c.req.raw.clone().text();
    await next();
    requests.push({ method, path, status: c.res.status, body });
    const loss = losses.find((each) => {
      return each.times > 0 && each.method === method && each.path === path;
    });
    if (loss === undefined) return;
    loss.times -= 1;
    c.env.incoming.socket.destroy();
  });
  outer.route('/', app);
  let server = await listen(outer, 0);
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    loseAnswers: (match) => void losses.push({ ...match }),
    goDown: stop,
    close: stop,
    async comeBack() {
      server = await listen(outer, port);
    },
  };
}

async function listen(app: Hono<{ Bindings: HttpBindings }>, port: number) {
  const server = createAdaptorServer({ fetch: app.fetch });
  if (!('closeAllConnections' in server)) throw new Error('A vendor speaks HTTP/1.1');
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
