import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
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
import { changeProduct, createProduct, foundProduct } from '../operations/catalogue.ts';
import type { ProductStore } from '../store/product-store.ts';
import { lotView, productView } from '../views.ts';
import type { Writes } from '../writes.ts';

const PolicySchema = z.enum(['fifo', 'fefo']);

const ProductCreateSchema = z.object({
  sku: SkuSchema,
  name: z.string().min(1).max(256),
  reservation_policy: PolicySchema.default('fifo'),
  low_mark: QuantitySchema.default(0),
  over_pick_tolerance: QuantitySchema.default(0),
});

const ProductPatchSchema = z.object({
  name: z.string().min(1).max(256).optional(),
  reservation_policy: PolicySchema.optional(),
  low_mark: QuantitySchema.optional(),
  over_pick_tolerance: QuantitySchema.optional(),
});

const ProductSchema = z.object({
  sku: SkuSchema,
  name: z.string(),
  reservation_policy: PolicySchema,
  low_mark: QuantitySchema,
  over_pick_tolerance: QuantitySchema,
  created_at: InstantSchema,
  updated_at: InstantSchema,
});

const LotSchema = z.object({
  sku: SkuSchema,
  lot: z.string(),
  expires_at: InstantSchema.nullable(),
  created_at: InstantSchema,
});

const SkuParams = z.object({ sku: SkuSchema });
const route = { tags: ['products'], security: bearer };

const postRoute = createRoute({
  ...{ ...route, method: 'post', path: '/products', summary: 'Make a product known' },
  request: { headers: keyHeader('optional'), body: jsonBody(ProductCreateSchema) },
  responses: answersOf({ 201: ['The product', ProductSchema] }),
});

const patchRoute = createRoute({
  ...{ ...route, method: 'patch', path: '/products/{sku}', summary: 'Change a product' },
  request: {
    headers: keyHeader('optional'),
    params: SkuParams,
    body: jsonBody(ProductPatchSchema),
  },
  responses: answersOf({ 200: ['The product', ProductSchema] }),
});

const getRoute = createRoute({
  ...{ ...route, method: 'get', path: '/products/{sku}', summary: 'One product' },
  request: { params: SkuParams },
  responses: answersOf({ 200: ['The product', ProductSchema] }),
});

const listRoute = createRoute({
  ...{ ...route, method: 'get', path: '/products', summary: 'Products by SKU' },
  request: { query: z.object(PageQuery) },
  responses: answersOf({ 200: ['A page of products', pageOf(ProductSchema)] }),
});

const lotsRoute = createRoute({
  ...{ ...route, method: 'get', path: '/lots', summary: 'Lots and their expiry' },
  request: { query: z.object({ sku: IdSchema.optional(), ...PageQuery }) },
  responses: answersOf({ 200: ['A page of lots', pageOf(LotSchema)] }),
});

const SkuCursorSchema = z.tuple([z.string()]);
const LotCursorSchema = z.tuple([z.string(), z.string()]);

export interface ProductRoutesDeps {
  products: ProductStore;
  writes: Writes;
}

export function productRoutes({ products, writes }: ProductRoutesDeps): OpenAPIHono {
  const app = new OpenAPIHono();
  app.openapi(postRoute, (c) => {
    const body = c.req.valid('json');
    return sendWrite(c, {
      ...{ writes, body },
      change(work) {
        const product = createProduct(work, {
          ...{ sku: body.sku, name: body.name, policy: body.reservation_policy },
          lowMark: body.low_mark,
          overPickTolerance: body.over_pick_tolerance,
        });
        return { status: 201, body: () => productView(product) };
      },
    });
  });
  app.openapi(patchRoute, (c) => {
    const { sku } = c.req.valid('param');
    const body = c.req.valid('json');
    return sendWrite(c, {
      ...{ writes, body },
      change(work) {
        const present = foundProduct(work.stores.products.findProduct(sku), sku);
        const product = changeProduct(work, {
          sku,
          name: body.name ?? present.name,
          policy: body.reservation_policy ?? present.policy,
          lowMark: body.low_mark ?? present.lowMark,
          overPickTolerance: body.over_pick_tolerance ?? present.overPickTolerance,
        });
        return { status: 200, body: () => productView(product) };
      },
    });
  });
  app.openapi(getRoute, (c) => {
    const { sku } = c.req.valid('param');
    return c.json(productView(foundProduct(products.findProduct(sku), sku)));
  });
  app.openapi(listRoute, (c) => {
    const { cursor, limit } = c.req.valid('query');
    const [after] = decodeCursor(cursor, { schema: SkuCursorSchema, start: [''] });
    const rows = products.listProducts(after, limit + 1);
    return c.json(pageFrom({ rows, limit, view: productView, keyOf: (row) => [row.sku] }));
  });
  app.openapi(lotsRoute, (c) => {
    const { sku, cursor, limit } = c.req.valid('query');
    const [afterSku, afterLot] = decodeCursor(cursor, {
      schema: LotCursorSchema,
      start: ['', ''],
    });
    const rows = products.listLots({ after: [afterSku, afterLot], limit: limit + 1, sku });
    return c.json(pageFrom({ rows, limit, view: lotView, keyOf: (row) => [row.sku, row.lot] }));
  });
  return app;
}
