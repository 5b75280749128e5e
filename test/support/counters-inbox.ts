import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createBenchIngest } from '../../bench/acks/ingest.ts';
import { signedOrders } from '../../bench/acks/signed-orders.ts';
import { createHandOver } from '../../src/inbox/hand-over.ts';
import type { InboxStore } from '../../src/inbox/store.ts';
import { serveApp } from '../../src/http/serve.ts';
import { watchSql, type SqlCounts } from './counters-sql.ts';
import { shippedReading } from './shipped-wiring.ts';

export interface InboxCounts {
  /** From the request to its 202. */
  accepted: SqlCounts;
  /** The same event once more. */
  repeated: SqlCounts;
  /** What the dispatcher does with it: claim and settle. */
  handedOver: SqlCounts;
}

/** Sends one signed event through real HTTP, then hands it over as the dispatcher does. */
export async function countInbox(): Promise<InboxCounts> {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-counters-'));
  const file = join(folder, 'inbox.db');
  const sql = watchSql();
  const { app, store } = createBenchIngest({ folder, env: { CROSSDOCK_LOG_LEVEL: 'silent' } });
  const server = await serveApp({ app, hostname: '127.0.0.1', port: 0 });
  const [event] = signedOrders('ONE', 1);
  const send = async (expected: number): Promise<SqlCounts> => {
    sql.take(file);
    const response = await fetch(`http://127.0.0.1:${server.port}${event?.path}`, event);
    if (response.status !== expected) throw new Error(await response.text());
    return sql.take(file);
  };
  try {
    const accepted = await send(202);
    const repeated = await send(200);
    await handOver(store);
    return { accepted, repeated, handedOver: sql.take(file) };
  } finally {
    sql.stop();
    await server.close(0);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One claim, one call to Temporal that succeeds, one settlement. */
async function handOver(store: InboxStore): Promise<void> {
  const claim = { owner: 'counters', now: Date.now(), leaseMs: 1000, lanesMax: 50 };
  const lanes = await store.claim({ ...claim, eventsMax: 100, bytesMax: 1_000_000 });
  const handOverLane = createHandOver({
    store,
    signals: { deliver: () => Promise.resolve('delivered'), stockRose: () => Promise.resolve() },
    isClosed: () => false,
    isEcho: () => false,
    normalise: shippedReading.normalise,
    settings: { callTimeoutMs: 1000 },
    log: pino({ level: 'silent' }),
    onHandedOver: () => undefined,
    onSettled: () => undefined,
    now: Date.now,
  });
  for (const lane of lanes) await handOverLane(lane);
}
