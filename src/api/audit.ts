import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { InstantSchema, pageOf } from '../contracts/primitives.ts';
import type { ChainedRow } from '../operations/audit/chain.ts';
import type { Operations } from '../operations/operations.ts';
import type { OperatorsConfig } from './config.ts';
import { instant } from './instant.ts';
import { API_KEY_SECURITY, COMMON_PROBLEMS, json } from './route-parts.ts';
import { pagingOf, WordSchema } from './schemas.ts';

interface AuditRoutesOptions {
  app: OpenAPIHono;
  operations: Operations;
  config: OperatorsConfig;
}

export function addAuditRoutes({ app, operations, config }: AuditRoutesOptions): void {
  const { audit } = operations;
  app.openapi(listRouteOf(config), (c) => {
    const page = audit.list(c.req.valid('query'));
    return c.json({ items: page.items.map(viewOf), next: page.next }, 200);
  });
  app.openapi(verifyRoute, async (c) => c.json(await audit.verify(), 200));
}

const AuditEntrySchema = z
  .object({
    seq: z.int(),
    at: InstantSchema,
    actor: z.string(),
    action: z.string(),
    target: z.string(),
    reason: z.string().nullable(),
    request: z.string().nullable(),
    outcome: z.string(),
    request_id: z.string(),
    previous_hash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });

const AuditVerdictSchema = z
  .object({
    ok: z.boolean(),
    entries: z.int(),
    fault: z.string().nullable(),
    head: z.object({ seq: z.int(), hash: z.string() }),
  })
  .meta({ id: 'AuditVerdict' });

function viewOf(row: ChainedRow): z.infer<typeof AuditEntrySchema> {
  const { requestId, previousHash, ...rest } = row;
  return { ...rest, at: instant(row.at), request_id: requestId, previous_hash: previousHash };
}

function listRouteOf(config: OperatorsConfig) {
  return createRoute({
    method: 'get',
    path: '/api/v1/audit',
    operationId: 'listAudit',
    tags: ['audit'],
    summary: 'Who did what, when, why and to what end, newest first',
    description: '`actor` is the id of the API key, `default` that of the environment.',
    security: API_KEY_SECURITY,
    request: { query: z.object({ actor: WordSchema.optional(), ...pagingOf(config.limits.page) }) },
    responses: { 200: json('One page', pageOf(AuditEntrySchema)), ...COMMON_PROBLEMS },
  });
}

const verifyRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit/verify',
  operationId: 'verifyAudit',
  tags: ['audit'],
  summary: 'Whether any entry was changed or taken out',
  description:
    'Hashes every entry again. Entries cut off at the end do not show by themselves: compare `head` with one noted earlier, or with the log lines `operator.called`.',
  security: API_KEY_SECURITY,
  responses: { 200: json('The verdict', AuditVerdictSchema), ...COMMON_PROBLEMS },
});
