import { Hono } from 'hono';
import { serveUntilStopped } from './serve-bench.ts';
import { WEBHOOK_PATH } from './signed-orders.ts';

/** The first bound: the bare framework reading a body and sending it back. */
const app = new Hono();
app.post(WEBHOOK_PATH, async (c) => c.text(await c.req.text()));
await serveUntilStopped(app, () => undefined);
