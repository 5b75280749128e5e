import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { ShipmentRequestSchema } from '../../contracts/inventory.ts';
import {
  IdSchema,
  InstantSchema,
  pageOf,
  QuantitySchema,
  SkuSchema,
} from '../../contracts/primitives.ts';
import { decodeCursor, pageFrom, PageQuery } from '../http/cursor.ts';
import { answersOf, bearer, jsonBody, keyHeader } from '../http/docs.ts';
import { sendWrite } from '../http/send-write.ts';
import { foundShipment, markDelivered, ship } from '../operations/ship.ts';
import type { ShipmentStore } from '../store/shipment-store.ts';
import { shipmentView } from '../views.ts';
import type { Writes } from '../writes.ts';

const ShipmentSchema = z.object({
  shipment_id: IdSchema,
  pick_id: IdSchema,
  carrier: z.string(),
  tracking: z.string().nullable(),
  status: z.enum(['CREATED', 'DELIVERED']),
  lines: z.array(z.object({ line_id: IdSchema, sku: SkuSchema, qty: QuantitySchema })),
  created_at: InstantSchema,
  delivered_at: InstantSchema.nullable(),
});

const ShipmentParams = z.object({ shipment_id: IdSchema });

const createRouteOf = createRoute({
  method: 'post',
  path: '/shipments',
  tags: ['shipments'],
  summary: 'Ship picked units',
  description: 'Without lines, all that is picked and not shipped yet.',
  security: bearer,
  request: { headers: keyHeader('optional'), body: jsonBody(ShipmentRequestSchema) },
  responses: answersOf({ 201: ['The shipment', ShipmentSchema] }),
});

const deliveredRoute = createRoute({
  method: 'post',
  path: '/shipments/{shipment_id}/delivered',
  tags: ['shipments'],
  summary: 'Note that a shipment has arrived',
  security: bearer,
  request: { headers: keyHeader('optional'), params: ShipmentParams },
  responses: answersOf({ 200: ['The shipment', ShipmentSchema] }),
});

const getRoute = createRoute({
  method: 'get',
  path: '/shipments/{shipment_id}',
  tags: ['shipments'],
  summary: 'One shipment',
  security: bearer,
  request: { params: ShipmentParams },
  responses: answersOf({ 200: ['The shipment', ShipmentSchema] }),
});

const listRoute = createRoute({
  method: 'get',
  path: '/shipments',
  tags: ['shipments'],
  summary: 'Shipments, oldest first',
  security: bearer,
  request: { query: z.object({ pick_id: IdSchema.optional(), ...PageQuery }) },
  responses: answersOf({ 200: ['A page of shipments', pageOf(ShipmentSchema)] }),
});

const CursorSchema = z.tuple([z.number()]);

export interface ShipmentRoutesDeps {
  shipments: ShipmentStore;
  writes: Writes;
}

export function shipmentRoutes({ shipments, writes }: ShipmentRoutesDeps): OpenAPIHono {
  const app = new OpenAPIHono();
  app.openapi(createRouteOf, (c) => {
    const body = c.req.valid('json');
    return sendWrite(c, {
      ...{ writes, body },
      change(work) {
        const shipment = ship(work, body);
        return { status: 201, body: () => shipmentView(shipment) };
      },
    });
  });
  app.openapi(deliveredRoute, (c) => {
    const { shipment_id: shipmentId } = c.req.valid('param');
    return sendWrite(c, {
      ...{ writes, body: null },
      change(work) {
        const shipment = markDelivered(work, shipmentId);
        return { status: 200, body: () => shipmentView(shipment) };
      },
    });
  });
  app.openapi(getRoute, (c) => {
    const { shipment_id: shipmentId } = c.req.valid('param');
    return c.json(shipmentView(foundShipment(shipments.find(shipmentId), shipmentId)));
  });
  app.openapi(listRoute, (c) => {
    const { pick_id: pickId, cursor, limit } = c.req.valid('query');
    const [after] = decodeCursor(cursor, { schema: CursorSchema, start: [0] });
    const rows = shipments.list({ pickId, after, limit: limit + 1 });
    return c.json(
      pageFrom({ rows, limit, view: (row) => shipmentView(row), keyOf: (row) => [row.n] }),
    );
  });
  return app;
}
