import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import {
  ConnectionListSchema,
  ConnectionSchema,
  connectionView,
  PauseRequestSchema,
  rotationRequestOf,
  RotationSchema,
} from './connection-schemas.ts';
import type { ConnectionLimits, ConnectionsPort, ConnectionView } from './connections-port.ts';
import { IdempotencyKeySchema } from './idempotency.ts';
import { instant } from './instant.ts';
import {
  API_KEY_SECURITY,
  COMMON_PROBLEMS,
  CONFLICT,
  json,
  NOT_FOUND,
  UNREADABLE,
} from './route-parts.ts';

interface ConnectionRoutesOptions {
  app: OpenAPIHono;
  connections: ConnectionsPort;
  limits: ConnectionLimits;
}

export function addConnectionRoutes({ app, connections, limits }: ConnectionRoutesOptions): void {
  app.openapi(listRoute, (c) =>
    c.json({ items: connections.list().map(connectionView), next: null }, 200),
  );
  app.openapi(detailRoute, (c) => {
    const { name } = c.req.valid('param');
    return c.json(connectionView(foundIn(connections, name)), 200);
  });
  app.openapi(rotateRouteOf(limits), (c) => {
    const { name } = foundIn(connections, c.req.valid('param').name);
    const { overlap_s: overlapS, force = false, secret: value } = c.req.valid('json');
    const overlapMs = overlapS === undefined ? undefined : overlapS * 1000;
    const rotation = connections.rotate({ connection: name, overlapMs, force, value });
    const previousUntil = instant(rotation.previousUntil);
    const answer = {
      secret: rotation.shown,
      secret_id: rotation.secretId,
      active_from: instant(rotation.activeFrom),
      previous_until: previousUntil,
      detail: whatNow(name, previousUntil),
    };
    return c.json(answer, 201, { 'cache-control': 'no-store' });
  });
  app.openapi(pauseRoute, (c) => {
    const { name } = foundIn(connections, c.req.valid('param').name);
    connections.pause(name, c.req.valid('json').reason ?? null);
    return c.json(connectionView(foundIn(connections, name)), 200);
  });
  app.openapi(resumeRoute, (c) => {
    const { name } = foundIn(connections, c.req.valid('param').name);
    connections.resume(name);
    return c.json(connectionView(foundIn(connections, name)), 200);
  });
}

export function foundIn(connections: ConnectionsPort, name: string): ConnectionView {
  const found = connections.find(name);
  if (found !== undefined) return found;
  const names = connections.list().map((one) => one.name);
  throw new AppError(
    'not-found',
    `There is no connection ${name}, so nothing was done. There are ${names.join(', ')}.`,
  );
}

function whatNow(name: string, previousUntil: string): string {
  return `Give the secret to the sender of ${name} before ${previousUntil}: what it signs with the former one is refused from then on. Senders of our own (sandboxes, built-in warehouse, crossdock trigger) go on with the secret of their settings; to take them along, put this secret there (secrets.json of the data directory under npm start) and start again.`;
}

const PATH = '/api/v1/connections';
const SHARED = { tags: ['connections'], security: API_KEY_SECURITY };
const NAMED = {
  params: z.object({ name: z.string().max(63) }),
};
const KEYED = {
  ...NAMED,
  headers: z.object({ 'idempotency-key': IdempotencyKeySchema.optional() }),
};
const CONNECTION = json('The connection', ConnectionSchema);

const listRoute = createRoute({
  ...SHARED,
  method: 'get',
  path: PATH,
  operationId: 'listConnections',
  summary: 'Every system that webhooks come from, with the states of its secrets',
  responses: { 200: json('All connections', ConnectionListSchema), ...COMMON_PROBLEMS },
});

const detailRoute = createRoute({
  ...SHARED,
  method: 'get',
  path: `${PATH}/{name}`,
  operationId: 'getConnection',
  summary: 'One connection; secrets by id and state, never by value',
  request: NAMED,
  responses: { 200: CONNECTION, ...NOT_FOUND, ...COMMON_PROBLEMS },
});

function rotateRouteOf(limits: ConnectionLimits) {
  return createRoute({
    ...SHARED,
    method: 'post',
    path: `${PATH}/{name}/rotate-secret`,
    operationId: 'rotateSecret',
    summary: 'Make a new secret, shown this once; the present one works on for a while',
    description:
      'In force for the next webhook and kept over restarts. While a former secret is still accepted a second rotation is refused unless forced. A repeat under the same `Idempotency-Key` gets the same secret for a while, so that a lost answer loses no secret.',
    request: { ...KEYED, body: { required: false, ...json('', rotationRequestOf(limits)) } },
    responses: {
      201: json('The new secret', RotationSchema),
      ...NOT_FOUND,
      ...CONFLICT,
      ...UNREADABLE,
      ...COMMON_PROBLEMS,
    },
  });
}

const pauseRoute = createRoute({
  ...SHARED,
  method: 'post',
  path: `${PATH}/{name}/pause`,
  operationId: 'pauseConnection',
  summary: 'Take no webhooks for now: authentic ones are told 503 and to send again',
  request: { ...KEYED, body: { required: false, ...json('', PauseRequestSchema) } },
  responses: { 200: CONNECTION, ...NOT_FOUND, ...UNREADABLE, ...COMMON_PROBLEMS },
});

const resumeRoute = createRoute({
  ...SHARED,
  method: 'post',
  path: `${PATH}/{name}/resume`,
  operationId: 'resumeConnection',
  summary: 'Take webhooks again',
  request: { ...KEYED, body: { required: false, ...json('', PauseRequestSchema) } },
  responses: { 200: CONNECTION, ...NOT_FOUND, ...UNREADABLE, ...COMMON_PROBLEMS },
});
