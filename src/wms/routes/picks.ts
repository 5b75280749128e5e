import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { PickRequestSchema, PickSchema, PickStatusSchema } from '../../contracts/picks.ts';
import { IdSchema, InstantSchema, pageOf } from '../../contracts/primitives.ts';
import { decodeCursor, pageFrom, PageQuery } from '../http/cursor.ts';
import { answersOf, bearer, jsonBody, keyHeader } from '../http/docs.ts';
import { requireIdempotencyKey, sendWrite } from '../http/send-write.ts';
import { createPick } from '../operations/create-pick.ts';
import { foundPick } from '../operations/find.ts';
import type { PickStore } from '../store/pick-store.ts';
import { pickView } from '../views.ts';
import type { Writes } from '../writes.ts';

export const PickParams = z.object({ pick_id: IdSchema });

const createRouteOf = createRoute({
  method: 'post',
  path: '/picks',
  tags: ['picks'],
  summary: 'Ask for a pick',
  description:
    'Units that cannot be reserved at once are closed short in the pick and belong to the caller.',
  security: bearer,
  middleware: [requireIdempotencyKey],
  request: { headers: keyHeader('required'), body: jsonBody(PickRequestSchema) },
  responses: answersOf({
    200: ['Everything is reserved: scheduled at once', PickSchema],
    202: ['A part is reserved: queued', PickSchema],
  }),
});

const getRoute = createRoute({
  method: 'get',
  path: '/picks/{pick_id}',
  tags: ['picks'],
  summary: 'One pick',
  security: bearer,
  request: { params: PickParams },
  responses: answersOf({ 200: ['The pick', PickSchema] }),
});

const listRoute = createRoute({
  method: 'get',
  path: '/picks',
  tags: ['picks'],
  summary: 'Picks by their last change, the oldest change first',
  security: bearer,
  request: {
    query: z.object({
      order_id: IdSchema.optional(),
      reference: IdSchema.optional(),
      status: PickStatusSchema.optional(),
      updated_since: InstantSchema.optional().openapi({ description: 'Inclusive.' }),
      ...PageQuery,
    }),
  },
  responses: answersOf({ 200: ['A page of picks', pageOf(PickSchema)] }),
});

const CursorSchema = z.tuple([z.number(), z.string()]);

export interface PickRoutesDeps {
  picks: PickStore;
  writes: Writes;
}

/** Asking for picks and reading them. */
export function pickRoutes({ picks, writes }: PickRoutesDeps): OpenAPIHono {
  const app = new OpenAPIHono();
  app.openapi(createRouteOf, (c) => {
    const body = c.req.valid('json');
    return sendWrite(c, {
      ...{ writes, body },
      holds: (answer) => answer.status >= 300 || picks.exists(pickIdOf(answer.body)),
      change(work) {
        const { pick, complete } = createPick(work, body.payload);
        return { status: complete ? 200 : 202, body: () => pickView(pick) };
      },
    });
  });
  app.openapi(getRoute, (c) => {
    const { pick_id: pickId } = c.req.valid('param');
    return c.json(pickView(foundPick(picks.find(pickId), pickId)));
  });
  app.openapi(listRoute, (c) => {
    const query = c.req.valid('query');
    const [updatedAt, pickId] = decodeCursor(query.cursor, {
      schema: CursorSchema,
      start: [0, ''],
    });
    const rows = picks.list({
      orderId: query.order_id,
      reference: query.reference,
      status: query.status,
      updatedSince: query.updated_since === undefined ? undefined : Date.parse(query.updated_since),
      after: query.cursor === undefined ? undefined : { updatedAt, pickId },
      limit: query.limit + 1,
    });
    return c.json(
      pageFrom({
        ...{ rows, limit: query.limit, view: pickView },
        keyOf: (row) => [row.updatedAt, row.pickId],
      }),
    );
  });
  return app;
}

/** A pick that was lost from the store may be asked for again under its key. */
function pickIdOf(body: string): string {
  return PickSchema.pick({ pick_id: true }).parse(JSON.parse(body)).pick_id;
}
