import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { ExaminationRequestSchema, ExaminationSchema } from './connection-schemas.ts';
import { foundIn } from './connections.ts';
import type { ConnectionsPort } from './connections-port.ts';
import { API_KEY_SECURITY, COMMON_PROBLEMS, json, NOT_FOUND, UNREADABLE } from './route-parts.ts';

interface VerifyRouteOptions {
  app: OpenAPIHono;
  connections: ConnectionsPort;
}

/** Where requests for the signature doctor go; they may be larger than others. */
export const VERIFY_PATH = '/api/v1/connections/:name/verify';

/** Stands before the audit and the memory of repeats: of what is examined nothing is kept. */
export function addVerifyRoute({ app, connections }: VerifyRouteOptions): void {
  app.openapi(verifyRoute, (c) => {
    const { name, path: usual } = foundIn(connections, c.req.valid('param').name);
    const { headers, body_base64: body, method = 'POST', path = usual } = c.req.valid('json');
    const checks = connections.examine(name, {
      method: method.toUpperCase(),
      url: path,
      headers: Object.fromEntries(
        Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]),
      ),
      body: Buffer.from(body, 'base64'),
    });
    return c.json({ ok: checks.every(({ ok }) => ok), checks }, 200, {
      'cache-control': 'no-store',
    });
  });
}

const verifyRoute = createRoute({
  tags: ['connections'],
  security: API_KEY_SECURITY,
  method: 'post',
  path: VERIFY_PATH.replace(':name', '{name}'),
  operationId: 'verifyRequest',
  summary: 'The signature doctor: which check a request fails, over which bytes, and why',
  description:
    'Give it the headers and the exact bytes of a webhook, as they arrived or as they would be sent. Nothing of it is kept, no secret and no right signature is ever shown.',
  request: {
    params: z.object({ name: z.string().max(63) }),
    body: { required: true, ...json('', ExaminationRequestSchema) },
  },
  responses: {
    200: json('What was found', ExaminationSchema),
    ...NOT_FOUND,
    ...UNREADABLE,
    ...COMMON_PROBLEMS,
  },
});
