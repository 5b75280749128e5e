import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { pageOf } from '../contracts/primitives.ts';
import { AppError } from '../errors.ts';
import { actorOf } from './actor.ts';
import {
  activationBody,
  ActivationSchema,
  BundleSchema,
  candidateBody,
  diffBody,
  DiffSchema,
  HashSchema,
  mappingsBody,
  MappingsSchema,
  previewBody,
  PreviewSchema,
} from './mapping-schemas.ts';
import type { ActivateOutcome, MappingsPort } from './mappings-port.ts';
import {
  API_KEY_SECURITY,
  COMMON_PROBLEMS,
  CONFLICT,
  json,
  NOT_FOUND,
  UNREADABLE,
} from './route-parts.ts';

interface MappingRoutesOptions {
  app: OpenAPIHono;
  mappings: MappingsPort;
}

export function addMappingRoutes({ app, mappings }: MappingRoutesOptions): void {
  app.openapi(showRoute, (c) => c.json(mappingsBody(mappings.status()), 200));
  app.openapi(historyRoute, (c) => {
    const { items, next } = mappings.history(c.req.valid('query'));
    return c.json({ items: items.map(activationBody), next }, 200);
  });
  app.openapi(bundleRoute, (c) => {
    const { hash } = c.req.valid('param');
    const files = mappings.files(hash);
    if (files === undefined) {
      throw new AppError(
        'not-found',
        `There is no bundle ${hash} here. GET ${PATH}/history names those that have served.`,
      );
    }
    return c.json({ bundle: hash, files: [...files] }, 200);
  });
  app.openapi(previewRoute, async (c) => {
    const ask = c.req.valid('json');
    const view = await mappings.preview({
      ...ask,
      eventId: ask.event_id,
      orderId: ask.order_id,
    });
    return c.json(previewBody(view, ask.trace), 200);
  });
  app.openapi(activateRoute, async (c) => {
    const outcome = await mappings.activate({ ...c.req.valid('json'), by: actorOf(c) });
    refuseUnless(outcome);
    return c.json(mappingsBody(mappings.status()), 200);
  });
  app.openapi(rollbackRoute, async (c) => {
    const outcome = await mappings.rollback({ ...c.req.valid('json'), by: actorOf(c) });
    refuseUnless(outcome);
    return c.json(mappingsBody(mappings.status()), 200);
  });
}

/** Changes nothing and may be sent whole directories, so it stands apart from what is audited. */
export function addMappingDiffRoute({ app, mappings }: MappingRoutesOptions): void {
  app.openapi(diffRoute, async (c) => {
    return c.json(diffBody(await mappings.diff(c.req.valid('json'))), 200);
  });
}

/** What serves is as it was; the answer says what stands in the way. */
function refuseUnless(outcome: ActivateOutcome): void {
  if (outcome.result === 'activated' || outcome.result === 'unchanged') return;
  const { candidate } = outcome;
  const waits = outcome.result === 'pending';
  throw new AppError(
    'conflict',
    `${candidate.message} Nothing was changed: orders go on with the mappings that serve.`,
    {
      problem: waits ? 'mappings-need-accept' : 'mappings-refused',
      members: { candidate: candidateBody(candidate) },
    },
  );
}

const PATH = '/api/v1/mappings';
export const MAPPING_DIFF_PATH = `${PATH}/diff`;
const SHARED = { tags: ['mappings'], security: API_KEY_SECURITY };
const NoteSchema = z.string().max(512);
const LAST_MAX = 1000;
const FILES_MAX = 2000;
const PAGE_MAX = 200;

const showRoute = createRoute({
  ...SHARED,
  method: 'get',
  path: PATH,
  operationId: 'showMappings',
  summary: 'What serves, what waits and why, and which connections are on',
  responses: { 200: json('The mappings', MappingsSchema), ...COMMON_PROBLEMS },
});

const historyRoute = createRoute({
  ...SHARED,
  method: 'get',
  path: `${PATH}/history`,
  operationId: 'listMappingActivations',
  summary: 'Which bundle served from when on, newest first',
  request: {
    query: z.object({
      cursor: z.string().max(256).optional(),
      limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(50),
    }),
  },
  responses: { 200: json('A page', pageOf(ActivationSchema)), ...COMMON_PROBLEMS },
});

const bundleRoute = createRoute({
  ...SHARED,
  method: 'get',
  path: `${PATH}/bundles/{hash}`,
  operationId: 'getMappingBundle',
  summary: 'The files of a bundle, as they were when it was stored',
  request: { params: z.object({ hash: HashSchema }) },
  responses: { 200: json('The bundle', BundleSchema), ...NOT_FOUND, ...COMMON_PROBLEMS },
});

const PreviewRequestSchema = z
  .object({
    mapping: z.string().max(256).optional(),
    input: z.unknown().optional(),
    event_id: z.string().max(128).optional(),
    order_id: z.string().max(128).optional(),
    connection: z.string().max(63).optional(),
    bundle: HashSchema.optional(),
    trace: z.boolean().default(false),
  })
  .refine(
    ({ mapping, event_id, order_id }) =>
      [mapping, event_id, order_id].filter((one) => one !== undefined).length === 1,
    'needs exactly one of mapping (with input), event_id and order_id',
  );

const previewRoute = createRoute({
  ...SHARED,
  method: 'post',
  path: `${PATH}/preview`,
  operationId: 'previewMapping',
  summary: 'What an input or a stored event becomes; nothing is done and nothing is sent',
  request: { body: { required: true, ...json('', PreviewRequestSchema) } },
  responses: {
    200: json('Every mapping on the way', PreviewSchema),
    ...NOT_FOUND,
    ...UNREADABLE,
    ...COMMON_PROBLEMS,
  },
});

const diffRoute = createRoute({
  ...SHARED,
  method: 'post',
  path: `${PATH}/diff`,
  operationId: 'diffMappings',
  summary: 'What the last stored events become under two bundles, or under one and these files',
  request: {
    body: {
      required: true,
      ...json(
        '',
        z.object({
          from: HashSchema.optional().describe('what serves when absent'),
          to: HashSchema.optional().describe('what serves when absent'),
          last: z.int().min(1).max(LAST_MAX).default(200),
          files: z
            .array(z.object({ path: z.string().max(256), text: z.string() }))
            .max(FILES_MAX)
            .optional(),
        }),
      ),
    },
  },
  responses: {
    200: json('What changes', DiffSchema),
    ...NOT_FOUND,
    ...UNREADABLE,
    ...COMMON_PROBLEMS,
  },
});

const activateRoute = createRoute({
  ...SHARED,
  method: 'post',
  path: `${PATH}/activate`,
  operationId: 'activateMappings',
  summary: 'Let the directory, or a stored bundle, serve new orders',
  description:
    'Orders under way keep the bundle that they were started with. Golden cases that fail, or too large a change that is not accepted, are a 409 with what stands in the way.',
  request: {
    body: {
      required: false,
      ...json(
        '',
        z.object({
          bundle: HashSchema.optional(),
          accept: z.boolean().default(false),
          note: NoteSchema.optional(),
        }),
      ),
    },
  },
  responses: {
    200: json('The mappings', MappingsSchema),
    ...NOT_FOUND,
    ...CONFLICT,
    ...UNREADABLE,
    ...COMMON_PROBLEMS,
  },
});

const rollbackRoute = createRoute({
  ...SHARED,
  method: 'post',
  path: `${PATH}/rollback`,
  operationId: 'rollBackMappings',
  summary: 'Let the bundle before this one serve again',
  request: {
    body: { required: false, ...json('', z.object({ note: NoteSchema.optional() })) },
  },
  responses: {
    200: json('The mappings', MappingsSchema),
    ...CONFLICT,
    ...UNREADABLE,
    ...COMMON_PROBLEMS,
  },
});
