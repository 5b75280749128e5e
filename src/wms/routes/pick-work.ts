import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import {
  PickCancelAnswerSchema,
  PickCancelSchema,
  PickSchema,
  PutbackSchema,
} from '../../contracts/picks.ts';
import { answersOf, bearer, jsonBody, keyHeader } from '../http/docs.ts';
import { sendWrite } from '../http/send-write.ts';
import { cancelPick } from '../operations/cancel-pick.ts';
import { foundPick } from '../operations/find.ts';
import { PatchSchema, patchPick } from '../operations/patch-pick.ts';
import { putBack } from '../operations/put-back.ts';
import type { PickStore } from '../store/pick-store.ts';
import { pickView } from '../views.ts';
import type { Writes } from '../writes.ts';
import { PickParams } from './picks.ts';

const patchRoute = createRoute({
  method: 'patch',
  path: '/picks/{pick_id}',
  tags: ['picks'],
  summary: 'Report work on a pick',
  description:
    'Quantities are what happened now. COMPLETED without lines means that everything allocated was picked. A short is tried from another bin at once; what stays short is the warehouse’s to fill until short_close closes it.',
  security: bearer,
  request: {
    params: PickParams,
    headers: keyHeader('optional'),
    body: jsonBody(PatchSchema),
  },
  responses: answersOf({ 200: ['The pick', PickSchema] }),
});

const cancelRoute = createRoute({
  method: 'post',
  path: '/picks/{pick_id}/cancel',
  tags: ['picks'],
  summary: 'Cancel what is not picked yet',
  security: bearer,
  request: {
    params: PickParams,
    headers: keyHeader('optional'),
    body: { ...jsonBody(PickCancelSchema), required: false },
  },
  responses: answersOf({ 200: ['What could be cancelled', PickCancelAnswerSchema] }),
});

const putbackRoute = createRoute({
  method: 'post',
  path: '/picks/{pick_id}/putback',
  tags: ['picks'],
  summary: 'Put picked units of a cancelled line back',
  security: bearer,
  request: {
    params: PickParams,
    headers: keyHeader('optional'),
    body: jsonBody(PutbackSchema),
  },
  responses: answersOf({ 200: ['The pick', PickSchema] }),
});

/** What happens to a pick once it exists. */
export function pickWorkRoutes(writes: Writes): OpenAPIHono {
  const app = new OpenAPIHono();
  app.openapi(patchRoute, (c) => {
    const { pick_id: pickId } = c.req.valid('param');
    const patch = c.req.valid('json');
    return sendWrite(c, {
      ...{ writes, body: patch },
      change(work) {
        patchPick(work, { pickId, patch });
        return { status: 200, body: () => pickNow(work.stores.picks, pickId) };
      },
    });
  });
  app.openapi(cancelRoute, (c) => {
    const { pick_id: pickId } = c.req.valid('param');
    const request = c.req.valid('json');
    return sendWrite(c, {
      ...{ writes, body: request },
      change(work) {
        const verdict = cancelPick(work, { pickId, request });
        const body = () => ({ ...verdict, pick: pickNow(work.stores.picks, pickId) });
        return { status: 200, body };
      },
    });
  });
  app.openapi(putbackRoute, (c) => {
    const { pick_id: pickId } = c.req.valid('param');
    const request = c.req.valid('json');
    return sendWrite(c, {
      ...{ writes, body: request },
      change(work) {
        putBack(work, { pickId, request });
        return { status: 200, body: () => pickNow(work.stores.picks, pickId) };
      },
    });
  });
  return app;
}

/** Read again, since units that became free may have gone to this very pick. */
function pickNow(picks: PickStore, pickId: string) {
  return pickView(foundPick(picks.find(pickId), pickId));
}
