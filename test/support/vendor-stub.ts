import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that a stub received. */
export interface StubCall {
  method: string;
  /** As it came over the wire, without the query. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  text: string;
  body: unknown;
}

export interface StubReply {
  status: number;
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
}

/** `hang` never answers; `cut` does the work and cuts the connection. */
export type Fault = StubReply | 'hang' | 'cut';

/** A system over real HTTP, which a test may disturb. */
export interface Stub {
  url: string;
  calls: StubCall[];
  /** A rule that gives undefined lets the call through; null takes the rule back. */
  disturb(rule: ((call: StubCall) => Fault | undefined) | null): void;
  close(): Promise<void>;
}

export async function startStub(
  answer: (call: StubCall) => StubReply | Promise<StubReply>,
): Promise<Stub> {
  const calls: StubCall[] = [];
  const hung = new Set<ServerResponse>();
  let rule: ((call: StubCall) => Fault | undefined) | null = null;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await callOf(request);
    calls.push(call);
    const fault = rule?.(call);
    if (fault === 'hang') return void hung.add(response);
    const reply = typeof fault === 'object' ? fault : await answer(call);
    if (fault === 'cut') return void response.destroy();
    const text = reply.text ?? (reply.body === undefined ? '' : JSON.stringify(reply.body));
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(text);
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    disturb(next) {
      rule = next;
      for (const response of hung) response.destroy();
      hung.clear();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function callOf(request: IncomingMessage): Promise<StubCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const [path = '', search = ''] = (request.url ?? '').split('?');
  return {
    method: request.method ?? '',
    path,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    text,
    body: jsonOf(text),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
