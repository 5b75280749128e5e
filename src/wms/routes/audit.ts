import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { InstantSchema, pageOf } from '../../contracts/primitives.ts';
import { StockAuditSchema } from '../audit/report.ts';
import type { StockAuditor } from '../audit/stock-audit.ts';
import { decodeCursor, pageFrom, PageQuery } from '../http/cursor.ts';
import { answersOf, bearer, jsonBody, keyHeader } from '../http/docs.ts';
import { sendStored, sendWrite } from '../http/send-write.ts';
import type { AuditStore } from '../store/audit-store.ts';
import { correctionView } from '../views.ts';
import type { Writes } from '../writes.ts';

const AuditRequestSchema = z.object({ repair: z.boolean().optional() });

const CountersSchema = z.record(z.string(), z.unknown());

const CorrectionSchema = z.object({
  correction_id: z.string(),
  at: InstantSchema,
  class: z.enum(['D9', 'D10', 'D11']),
  sku: z.string(),
  location: z.string().nullable(),
  lot: z.string().nullable(),
  pick_id: z.string().nullable(),
  line_id: z.string().nullable(),
  before: CountersSchema,
  after: CountersSchema,
});

const auditRoute = createRoute({
  method: 'post',
  path: '/audit/stock',
  tags: ['audit'],
  summary: 'Compare the stock with its ledger and its reservations',
  description:
    'D9: counters are not the fold of the ledger. D10: a reservation that no open pick line may hold. D11: an open pick line without its reservation. Without `repair` it only reports; with it each finding is mended in a transaction of its own: counters are rebuilt from the ledger, stray reservations released, missing ones reserved again or left short on the floor.',
  security: bearer,
  request: {
    headers: keyHeader('optional'),
    body: { ...jsonBody(AuditRequestSchema), required: false },
  },
  responses: answersOf({ 200: ['What was found', StockAuditSchema] }),
});

const correctionsRoute = createRoute({
  method: 'get',
  path: '/audit/corrections',
  tags: ['audit'],
  summary: 'What audits have corrected, oldest first',
  security: bearer,
  request: { query: z.object(PageQuery) },
  responses: answersOf({ 200: ['A page of corrections', pageOf(CorrectionSchema)] }),
});

const CursorSchema = z.tuple([z.number()]);

export interface AuditRoutesDeps {
  audits: AuditStore;
  auditor: StockAuditor;
  writes: Writes;
}

/** The warehouse looks at its own books. */
export function auditRoutes({ audits, auditor, writes }: AuditRoutesDeps): OpenAPIHono {
  const app = new OpenAPIHono();
  app.openapi(auditRoute, async (c) => {
    const { repair = false } = c.req.valid('json');
    const body = { repair };
    const stored = sendStored(c, { writes, body });
    if (stored !== undefined) return stored;
    const audit = await auditor.run({ repair, requestId: c.get('requestId') });
    const answer = await sendWrite(c, {
      ...{ writes, body },
      change: () => ({ status: 200, body: () => audit }),
    });
    if (!audit.findings.some((finding) => finding.repaired)) c.set('effect', 'none');
    return answer;
  });
  app.openapi(correctionsRoute, (c) => {
    const { cursor, limit } = c.req.valid('query');
    const [after] = decodeCursor(cursor, { schema: CursorSchema, start: [0] });
    const rows = audits.listCorrections(after, limit + 1);
    return c.json(pageFrom({ rows, limit, view: correctionView, keyOf: (row) => [row.id] }));
  });
  return app;
}
