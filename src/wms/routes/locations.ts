import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { IdSchema, InstantSchema, pageOf } from '../../contracts/primitives.ts';
import { decodeCursor, pageFrom, PageQuery } from '../http/cursor.ts';
import { answersOf, bearer, jsonBody, keyHeader } from '../http/docs.ts';
import { sendWrite } from '../http/send-write.ts';
import { createLocation, foundLocation, renameLocation } from '../operations/catalogue.ts';
import type { ProductStore } from '../store/product-store.ts';
import { locationView } from '../views.ts';
import type { Writes } from '../writes.ts';

const NameSchema = z.string().min(1).max(256);
const LocationCreateSchema = z.object({ location: IdSchema, name: NameSchema.optional() });
const LocationPatchSchema = z.object({ name: NameSchema });
const LocationSchema = z.object({
  location: IdSchema,
  name: z.string(),
  created_at: InstantSchema,
  updated_at: InstantSchema,
});

const LocationParams = z.object({ location: IdSchema });
const route = { tags: ['locations'], security: bearer };

const postRoute = createRoute({
  ...{ ...route, method: 'post', path: '/locations', summary: 'Make a location known' },
  request: { headers: keyHeader('optional'), body: jsonBody(LocationCreateSchema) },
  responses: answersOf({ 201: ['The location', LocationSchema] }),
});

const patchRoute = createRoute({
  ...{ ...route, method: 'patch', path: '/locations/{location}', summary: 'Rename a location' },
  request: {
    headers: keyHeader('optional'),
    params: LocationParams,
    body: jsonBody(LocationPatchSchema),
  },
  responses: answersOf({ 200: ['The location', LocationSchema] }),
});

const getRoute = createRoute({
  ...{ ...route, method: 'get', path: '/locations/{location}', summary: 'One location' },
  request: { params: LocationParams },
  responses: answersOf({ 200: ['The location', LocationSchema] }),
});

const listRoute = createRoute({
  ...{ ...route, method: 'get', path: '/locations', summary: 'Locations by id' },
  request: { query: z.object(PageQuery) },
  responses: answersOf({ 200: ['A page of locations', pageOf(LocationSchema)] }),
});

const CursorSchema = z.tuple([z.string()]);

export interface LocationRoutesDeps {
  products: ProductStore;
  writes: Writes;
}

export function locationRoutes({ products, writes }: LocationRoutesDeps): OpenAPIHono {
  const app = new OpenAPIHono();
  app.openapi(postRoute, (c) => {
    const body = c.req.valid('json');
    const { location, name = location } = body;
    return sendWrite(c, {
      ...{ writes, body },
      change(work) {
        const row = createLocation(work, { location, name });
        return { status: 201, body: () => locationView(row) };
      },
    });
  });
  app.openapi(patchRoute, (c) => {
    const { location } = c.req.valid('param');
    const body = c.req.valid('json');
    return sendWrite(c, {
      ...{ writes, body },
      change(work) {
        const row = renameLocation(work, { location, name: body.name });
        return { status: 200, body: () => locationView(row) };
      },
    });
  });
  app.openapi(getRoute, (c) => {
    const { location } = c.req.valid('param');
    return c.json(locationView(foundLocation(products.findLocation(location), location)));
  });
  app.openapi(listRoute, (c) => {
    const { cursor, limit } = c.req.valid('query');
    const [after] = decodeCursor(cursor, { schema: CursorSchema, start: [''] });
    const rows = products.listLocations(after, limit + 1);
    return c.json(pageFrom({ rows, limit, view: locationView, keyOf: (row) => [row.location] }));
  });
  return app;
}
