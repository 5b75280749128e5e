import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  at: number;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What the receiver does with a call; past the end of the script it answers 202. */
export type Behaviour =
  | { status: number; headers?: Record<string, string>; body?: string; afterMs?: number }
  | 'reset'
  | 'hang'
  | 'endless';

export interface Receiver {
  url: string;
  port: number;
  received: Received[];
  /** Calls being answered right now, and the most there ever were at once. */
  busy: { now: number; most: number };
  script(...behaviours: Behaviour[]): void;
  close(): Promise<void>;
}

/** A real HTTP server on 127.0.0.1 that misbehaves as it is told. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const script: Behaviour[] = [];
  const received: Received[] = [];
  const busy = { now: 0, most: 0 };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    busy.now += 1;
    busy.most = Math.max(busy.most, busy.now);
    response.on('close', () => (busy.now -= 1));
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const path = request.url ?? '';
      received.push({ at: Date.now(), path, headers: request.headers, body });
      behave(response, script.shift() ?? { status: 202 });
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}/webhooks`,
    port: bound,
    received,
    busy,
    script: (...behaviours) => void script.push(...behaviours),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function behave(response: ServerResponse, behaviour: Behaviour): void {
  if (behaviour === 'hang') return;
  if (behaviour === 'reset') {
    response.destroy();
    return;
  }
  if (behaviour === 'endless') {
    response.writeHead(400);
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
    };
    response.on('drain', pour);
    pour();
    return;
  }
  const answer = () => {
    response.writeHead(behaviour.status, behaviour.headers);
    response.end(behaviour.body ?? '{}');
  };
  if (behaviour.afterMs === undefined) answer();
  else setTimeout(answer, behaviour.afterMs);
}
