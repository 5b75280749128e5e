import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Context, Hono, MiddlewareHandler } from 'hono';

/** A call that a vendor received, or a webhook that it sent. */
export interface AuditEntry {
  way: 'in' | 'out';
  method: string;
  path: string;
  body: unknown;
  /** Null when nobody answered, or the answer was lost. */
  status: number | null;
}

/** Cuts the connection after the effect of a call, so that its sender never hears of it. */
export interface LostAnswers {
  method: string;
  /** The path begins like this. */
  path: string;
  times: number;
}

/** A vendor's program on a port of its own. */
export interface StubHost {
  url: string;
  audit: AuditEntry[];
  loseAnswers(lost: LostAnswers): void;
  /** No connection is made until it comes back, on the same port. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** Serves what `build` puts on the app, every call of which is in the audit. */
export async function startHost(
  app: Hono,
  build: (audit: AuditEntry[]) => void,
): Promise<StubHost> {
  const audit: AuditEntry[] = [];
  const lost: LostAnswers[] = [];
  app.use(auditing(audit, lost));
  build(audit);
  const listener = getRequestListener(app.fetch);
  let server = createServer((request, response) => void listener(request, response));
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${port}`,
    audit,
    loseAnswers: (rule) => void lost.push({ ...rule }),
    goDown: stop,
    async comeBack() {
      server = createServer((request, response) => void listener(request, response));
      await listen(port);
    },
    close: () => (server.listening ? stop() : Promise.resolve()),
  };
}

function auditing(audit: AuditEntry[], lost: LostAnswers[]): MiddlewareHandler {
  return async (c, next) => {
    const body: unknown = await c.req.raw
      .clone()
      .json()
      .catch(() => null);
    await next();
    const { method, path } = c.req;
    const rule = lost.find((one) => one.times > 0 && isMeant(one, method, path));
    if (rule !== undefined) {
      rule.times -= 1;
      cut(c);
    }
    const status = rule === undefined ? c.res.status : null;
    audit.push({ way: 'in', method, path, body, status });
  };
}

function isMeant(rule: LostAnswers, method: string, path: string): boolean {
  return rule.method === method && path.startsWith(rule.path);
}

function cut(c: Context): void {
  const { outgoing } = c.env as { incoming: IncomingMessage; outgoing: ServerResponse };
  outgoing.destroy();
}
