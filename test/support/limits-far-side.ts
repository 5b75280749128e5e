import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the far side treats a call; undefined lets it through. */
export type Treatment =
  { status: number; headers?: Record<string, string> } | 'hang' | 'cut-before' | 'cut-after';

export interface Asked {
  method: string;
  path: string;
  key: string | undefined;
  /** Of a pick, whose order it is for. */
  order: string | undefined;
}

/** A warehouse over real HTTP, idempotent by key, that is up or down as a test says. */
export interface FarSide {
  url: string;
  asked: Asked[];
  /** Picks made, by idempotency key. */
  picks: Map<string, object>;
  busy: { now: number; most: number };
  treat(rule: (asked: Asked) => Treatment | undefined): void;
  close(): Promise<void>;
}

export async function startFarSide(): Promise<FarSide> {
  let rule: (asked: Asked) => Treatment | undefined = () => undefined;
  const hung = new Set<ServerResponse>();
  const state = {
    asked: [] as Asked[],
    picks: new Map<string, object>(),
    busy: { now: 0, most: 0 },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    state.busy.now += 1;
    state.busy.most = Math.max(state.busy.most, state.busy.now);
    response.on('close', () => (state.busy.now -= 1));
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const asked = askedOf(request.method ?? '', request.url ?? '', {
        key: request.headers['idempotency-key'] as string | undefined,
        text,
      });
      state.asked.push(asked);
      const treatment = rule(asked);
      if (treatment === 'hang') return void hung.add(response);
      if (treatment === 'cut-before') return void response.destroy();
      if (treatment !== undefined && typeof treatment === 'object') {
        return void response.writeHead(treatment.status, treatment.headers).end('{}');
      }
      const answer = answerTo(state.picks, asked, text);
      if (treatment === 'cut-after') return void response.destroy();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    treat(next: typeof rule) {
      rule = next;
      for (const response of hung) response.destroy();
      hung.clear();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function askedOf(
  method: string,
  url: string,
  { key, text }: { key: string | undefined; text: string },
): Asked {
  const body = text === '' ? undefined : (JSON.parse(text) as { payload?: { order_id?: string } });
  return { method, path: url.replace('/api/v1', ''), key, order: body?.payload?.order_id };
}

function answerTo(picks: Map<string, object>, { method, key }: Asked, text: string): object {
  if (method !== 'POST' || key === undefined) return { items: [], next: null };
  const known = picks.get(key);
  if (known !== undefined) return known;
  const { payload } = JSON.parse(text) as {
    payload: { order_id: string; line_items: { line_id: string; sku: string; qty: number }[] };
  };
  const at = new Date().toISOString();
  const pick = {
    pick_id: `P-${picks.size + 1}`,
    order_id: payload.order_id,
    reference: key,
    status: 'CREATED',
    outcome: null,
    priority: 'normal',
    sequence: 1,
    lines: payload.line_items.map(({ line_id, sku, qty }) => ({
      ...{ line_id, sku, requested: qty, allocated: qty },
      ...{ picked: 0, shipped: 0, short: 0, cancelled: 0 },
    })),
    created_at: at,
    updated_at: at,
  };
  picks.set(key, pick);
  return pick;
}
