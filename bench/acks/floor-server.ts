import { createHmac, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Hono } from 'hono';
import { OrderCreatedSchema } from '../../src/contracts/crm.ts';
import { EnvelopeSchema } from '../../src/contracts/envelope.ts';
import { GroupCommit } from '../../src/db/group-commit.ts';
import { benchInput } from '../lib/child.ts';
import { serveUntilStopped, type ServerInput } from './serve-bench.ts';
import { WEBHOOK_PATH, WEBHOOK_SECRET } from './signed-orders.ts';
import { slowCommits } from './slow-commit.ts';

/** The second bound: the least that a durable, verified, checked acknowledgement can be. */
const { folder, commitDelayMs } = benchInput<ServerInput>();
slowCommits(commitDelayMs);
const sqlite = new Database(join(folder, 'floor.db'));
sqlite.pragma('journal_mode = WAL');
sqlite.pragma('synchronous = FULL');
sqlite.exec('create table events (id text primary key, received_at integer, body blob) strict');
const insert = sqlite.prepare('insert into events values (?, ?, ?) on conflict do nothing');
const OrderEventSchema = EnvelopeSchema.extend({ payload: OrderCreatedSchema });

const commits = new GroupCommit({
  sqlite,
  write: (row: { id: string; at: number; body: Buffer }) =>
    insert.run(row.id, row.at, row.body).changes === 1,
  batchMax: 256,
  queueMax: 4096,
});

const app = new Hono();
app.post(WEBHOOK_PATH, async (c) => {
  const body = Buffer.from(await c.req.arrayBuffer());
  const expected = createHmac('sha256', WEBHOOK_SECRET).update(body).digest();
  const given = Buffer.from(c.req.header('x-signature') ?? '', 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return c.text('', 401);
  const event = OrderEventSchema.parse(JSON.parse(body.toString('utf8')));
  const isNew = await commits.submit({ id: event.event_id, at: Date.now(), body });
  return c.json({ event_id: event.event_id, status: 'accepted' }, isNew ? 202 : 200);
});
await serveUntilStopped(app, () => sqlite.close());
