import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { InventorySchema } from '../../contracts/inventory.ts';
import { DeltaSchema, InstantSchema, pageOf, SkuSchema } from '../../contracts/primitives.ts';
import { decodeCursor, encodeCursor, pageFrom, PageQuery } from '../http/cursor.ts';
import { answersOf, bearer, jsonBody, keyHeader } from '../http/docs.ts';
import { requireIdempotencyKey, sendWrite } from '../http/send-write.ts';
import { moveStock, StockMovementSchema } from '../operations/move-stock.ts';
import type { MovementLog } from '../store/movement-log.ts';
import type { StockStore } from '../store/stock-store.ts';
import { inventoryView, movementView } from '../views.ts';
import type { Writes } from '../writes.ts';

const LedgerRowSchema = z.object({
  movement_id: z.string(),
  at: InstantSchema,
  kind: z.string(),
  sku: SkuSchema,
  location: z.string(),
  lot: z.string().nullable(),
  qty: DeltaSchema,
  change: z.object({
    on_hand: DeltaSchema,
    reserved: DeltaSchema,
    picked: DeltaSchema,
    held: DeltaSchema,
  }),
  to_location: z.string().nullable(),
  from_location: z.string().nullable(),
  pick_id: z.string().nullable(),
  line_id: z.string().nullable(),
  cause_id: z.string(),
  reason: z.string().nullable(),
});

const inventoryRoute = createRoute({
  method: 'get',
  path: '/inventory',
  tags: ['inventory'],
  summary: 'Stock per sku, location and lot',
  description: 'With `sku` all its rows; without, pages of rows and the totals of the warehouse.',
  security: bearer,
  request: { query: z.object({ sku: SkuSchema.optional(), ...PageQuery }) },
  responses: answersOf({ 200: ['Stock', InventorySchema] }),
});

const moveRoute = createRoute({
  method: 'post',
  path: '/inventory/movements',
  tags: ['inventory'],
  summary: 'Move stock',
  description:
    'A location comes into being when goods first arrive in it. `scrap` takes held units only; a negative `count` takes first what pickers had missed, then available units, then reservations, the least urgent and the youngest first.',
  security: bearer,
  middleware: [requireIdempotencyKey],
  request: { headers: keyHeader('required'), body: jsonBody(StockMovementSchema) },
  responses: answersOf({ 201: ['The ledger row', LedgerRowSchema] }),
});

const ledgerRoute = createRoute({
  method: 'get',
  path: '/inventory/movements',
  tags: ['inventory'],
  summary: 'The ledger, oldest first',
  security: bearer,
  request: { query: z.object({ sku: SkuSchema.optional(), ...PageQuery }) },
  responses: answersOf({ 200: ['A page of the ledger', pageOf(LedgerRowSchema)] }),
});

const StockCursorSchema = z.tuple([z.string(), z.string(), z.string()]);
const LedgerCursorSchema = z.tuple([z.number()]);

export interface InventoryRoutesDeps {
  stock: StockStore;
  movements: MovementLog;
  writes: Writes;
}

export function inventoryRoutes(deps: InventoryRoutesDeps): OpenAPIHono {
  const app = new OpenAPIHono();
  app.openapi(inventoryRoute, (c) => {
    const { sku, cursor, limit } = c.req.valid('query');
    return c.json(
      sku === undefined
        ? wholeStock(deps.stock, { cursor, limit })
        : inventoryView(deps.stock.rowsOf(sku)),
    );
  });
  app.openapi(moveRoute, (c) => {
    const body = c.req.valid('json');
    const causeId = `movement:${c.req.valid('header')['idempotency-key']}`;
    return sendWrite(c, {
      ...{ writes: deps.writes, body },
      change(work) {
        moveStock(work, { request: body, causeId });
        return { status: 201, body: () => ledgerRow(deps.movements, causeId) };
      },
    });
  });
  app.openapi(ledgerRoute, (c) => {
    const { sku, cursor, limit } = c.req.valid('query');
    const [after] = decodeCursor(cursor, { schema: LedgerCursorSchema, start: [0] });
    const rows = deps.movements.list({ sku, after, limit: limit + 1 });
    return c.json(pageFrom({ rows, limit, view: movementView, keyOf: (row) => [row.movement.id] }));
  });
  return app;
}

function wholeStock(
  stock: StockStore,
  { cursor, limit }: { cursor: string | undefined; limit: number },
) {
  const [sku, location, lot] = decodeCursor(cursor, {
    schema: StockCursorSchema,
    start: ['', '', ''],
  });
  const rows = stock.page({ sku, location, lot }, limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next =
    rows.length > limit && last !== undefined
      ? encodeCursor([last.sku, last.location, last.lot])
      : null;
  return { ...inventoryView(shown, stock.totals()), next };
}

function ledgerRow(movements: MovementLog, causeId: string) {
  const row = movements.findByCause(causeId);
  if (row === undefined) throw new Error(`the ledger has no row of ${causeId}`);
  return movementView(row);
}
