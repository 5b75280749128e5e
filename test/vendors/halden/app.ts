import { Hono, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { dispatchView, type Dispatch } from './dispatch.ts';
import type { Asked, Floor } from './floor.ts';
import { packed, singlesOf } from './packs.ts';

const RowSchema = z.strictObject({
  row_id: z.string(),
  item: z.strictObject({ code: z.string() }),
  amount: z.int().min(1),
  pack: z.enum(['CASE', 'EACH']),
});

const NewDispatchSchema = z.strictObject({
  dispatch: z.strictObject({
    client_ref: z.string(),
    urgency: z.enum(['A', 'B', 'C']),
    ordered_at: z.iso.datetime({ offset: true }),
    parcels: z.array(z.strictObject({ rows: z.array(RowSchema).min(1) })).min(1),
  }),
});

/** Dispatches of a page, however many are asked for. */
export const LIMIT_MAX = 2;

const fault = (code: string) => ({ fault: { code } });

/** The JSON API of Halden. */
export function createApp(floor: Floor, access: MiddlewareHandler): Hono {
  const app = new Hono().basePath('/svc/v3');
  app.use(access);
  const keyed = (key: string): Dispatch | undefined =>
    floor.dispatches.find((each) => each.key === key);
  app.post('/dispatches', async (c) => {
    const parsed = NewDispatchSchema.safeParse(await c.req.json());
    if (!parsed.success) return c.json(fault('MALFORMED'), 422);
    const { client_ref: clientRef, urgency, parcels } = parsed.data.dispatch;
    if (floor.dispatches.some((each) => each.clientRef === clientRef)) {
      return c.json(fault('REF_USED'), 409);
    }
    const rows = parcels.flatMap((parcel) => parcel.rows).map(asked);
    if (!rows.every((row) => row !== null)) return c.json(fault('CASES_ONLY'), 422);
    const taken = floor.take({ clientRef, urgency, rows });
    return taken === null ? c.json(fault('NOTHING_FREE'), 409) : c.json(dispatchView(taken), 201);
  });
  app.get('/dispatches', (c) => {
    const { client_ref, changed_from, offset = 0, limit = LIMIT_MAX } = c.req.query();
    const found = floor.dispatches.filter(
      ({ clientRef, changedAt }) =>
        (client_ref === undefined || clientRef === client_ref) &&
        (changed_from === undefined || changedAt >= Date.parse(changed_from)),
    );
    const from = Number(offset);
    const page = found.slice(from, from + Math.min(Number(limit), LIMIT_MAX));
    return c.json({ dispatches: page.map(dispatchView), total: found.length });
  });
  app.get('/dispatches/:key', (c) => {
    const found = keyed(c.req.param('key'));
    return found === undefined ? c.json(fault('UNKNOWN'), 404) : c.json(dispatchView(found));
  });
  app.post('/dispatches/:key/cancel', (c) => {
    const found = keyed(c.req.param('key'));
    if (found === undefined) return c.json(fault('UNKNOWN'), 404);
    return floor.cancel(found) ? c.body(null, 202) : c.json(fault('TOO_LATE'), 409);
  });
  app.get('/stock/:code', (c) => {
    const code = c.req.param('code');
    return c.json({ stock: { item: { code }, free: packed(code, floor.stock.free(code)) } });
  });
  return app;
}

function asked({ row_id: rowId, item: { code }, ...row }: z.infer<typeof RowSchema>): Asked | null {
  const singles = singlesOf(code, row);
  return singles === null ? null : { rowId, code, singles };
}
