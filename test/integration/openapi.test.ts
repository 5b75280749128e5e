import { expect, test } from 'vitest';
import { z } from 'zod';
import { newEvent, newQuarantine, openApiStage, type ApiStage } from '../support/api-stage.ts';
import { actionOf, addDeadLetter, writeActions } from '../support/books-shelf.ts';

const MediaSchema = z.object({ schema: z.record(z.string(), z.unknown()) });
const ResponseSchema = z.object({
  description: z.string(),
  content: z.record(z.string(), MediaSchema).optional(),
});
const OperationSchema = z.object({
  operationId: z.string().optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  responses: z.record(z.string(), ResponseSchema),
  requestBody: z.object({ content: z.record(z.string(), MediaSchema) }).optional(),
});
const PathSchema = z.record(z.string(), OperationSchema);
const DocumentSchema = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), PathSchema),
  webhooks: z.record(z.string(), PathSchema),
  components: z.object({
    schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
    securitySchemes: z.record(z.string(), z.record(z.string(), z.unknown())),
  }),
});
type ApiDocument = z.infer<typeof DocumentSchema>;

async function documentOf(stage: ApiStage): Promise<ApiDocument> {
  const answer = await stage.app.request('/openapi.json');
  expect(answer.headers.get('content-type')).toBe('application/json');
  return DocumentSchema.parse(await answer.json());
}

/** A validator of one schema of the document, made from the document alone. */
function validatorOf(document: ApiDocument, schema: Record<string, unknown>): z.ZodType {
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')));
}

function operationsOf(document: ApiDocument): string[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

test('is an OpenAPI 3.1 document with a security scheme and unique operation ids', async () => {
  const document = await documentOf(openApiStage());
  expect(document.openapi).toBe('3.1.0');
  expect(document.components.securitySchemes['api_key']).toMatchObject({ scheme: 'bearer' });
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((operation) => operation.operationId),
  );
  expect(ids).not.toContain(undefined);
  expect(new Set(ids).size).toBe(ids.length);
});

test('documents every route that there is, and no route of its own that there is not', async () => {
  const stage = openApiStage();
  const document = await documentOf(stage);
  const routes = stage.app.routes
    .filter((route) => route.method !== 'ALL' && route.path !== '/openapi.json')
    .map((route) => `${route.method} ${route.path.replaceAll(/:([a-z_]+)/g, '{$1}')}`);
  const documented = operationsOf(document).filter((name) => !name.includes(' /webhooks/'));
  expect(documented.toSorted()).toEqual([...new Set(routes)].toSorted());
});

test('documents the ingest endpoints and every event that they take', async () => {
  const document = await documentOf(openApiStage());
  expect(operationsOf(document)).toEqual(
    expect.arrayContaining([
      'POST /webhooks/orders',
      'POST /webhooks/tasks',
      'POST /webhooks/wms',
      'POST /webhooks/{connection}',
    ]),
  );
  for (const path of ['/webhooks/orders', '/webhooks/tasks', '/webhooks/wms']) {
    const statuses = Object.keys(document.paths[path]?.['post']?.responses ?? {});
    expect(statuses.toSorted()).toEqual(
      ['200', '202', '400', '401', '413', '415', '422', '429', '503'].toSorted(),
    );
  }
  expect(Object.keys(document.webhooks)).toEqual(
    expect.arrayContaining([
      'ORDER.CREATED',
      'ORDER.UPDATED',
      'ORDER.CANCELLED',
      'TASK.COMPLETED',
      'PICK.PARTIAL',
      'PICK.COMPLETED',
      'SHIPMENT.CREATED',
      'INVENTORY.ALERT',
      'ALERT.RAISED',
      'ALERT.RESOLVED',
      'TASK.HUMAN_ACTION_REQUIRED',
      'TASK.HUMAN_ACTION_RESOLVED',
      'crm-order-event',
    ]),
  );
});

test("the template pack's own ORDER.CREATED fits the document, and a broken one does not", async () => {
  const document = await documentOf(openApiStage());
  const body = document.webhooks['ORDER.CREATED']?.['post']?.requestBody?.content;
  const schema = validatorOf(document, body?.['application/json']?.schema ?? {});
  const event = {
    event_id: 'evt_01F8X2A9',
    event_type: 'ORDER.CREATED',
    event_version: '1.0',
    timestamp: '2026-01-17T14:32:00Z',
    source: 'crm.prod',
    payload: {
      order_id: 'ORD-20260117-001',
      customer: { id: 'CUST-123', name: 'Acme Co', account_priority: 'gold' },
      items: [
        { sku: 'SKU-111', qty: 2 },
        { sku: 'SKU-222', qty: 1 },
      ],
      fulfillment: { method: 'standard', requested_date: '2026-01-20' },
      total: 1450,
    },
  };
  expect(schema.safeParse(event).error).toBeUndefined();
  const broken = { ...event, payload: { ...event.payload, items: [{ sku: 'SKU-111', qty: -1 }] } };
  expect(schema.safeParse(broken).success).toBe(false);
});

test('no pattern of the document carries flags or needs one, which JSON Schema does not know', async () => {
  const text = await (await openApiStage().app.request('/openapi.json')).text();
  const patterns = [...text.matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map((match) =>
    String(JSON.parse(match[1] ?? '""')),
  );
  expect(patterns.length).toBeGreaterThan(5);
  expect(patterns.filter((pattern) => /\/u$|\\p\{/.test(pattern))).toEqual([]);
});

const CALLS = [
  ['GET', '/api/v1/orders', '/api/v1/orders', 200],
  ['GET', '/api/v1/orders', '/api/v1/orders?limit=0', 422],
  ['GET', '/api/v1/orders/{order_id}', '/api/v1/orders/ORD-1', 200],
  ['GET', '/api/v1/orders/{order_id}', '/api/v1/orders/ORD-9', 404],
  ['GET', '/api/v1/events', '/api/v1/events', 200],
  ['GET', '/api/v1/events/{event_id}', '/api/v1/events/evt_1', 200],
  ['GET', '/api/v1/events/{event_id}', '/api/v1/events/evt_9', 404],
  ['GET', '/api/v1/dead-letters', '/api/v1/dead-letters', 200],
  ['POST', '/api/v1/dead-letters/{id}/replay', '/api/v1/dead-letters/DL-1/replay', 202],
  ['POST', '/api/v1/dead-letters/{id}/replay', '/api/v1/dead-letters/DL-2/replay', 409],
  ['POST', '/api/v1/dead-letters/{id}/replay', '/api/v1/dead-letters/DL-9/replay', 404],
  ['GET', '/api/v1/dead-letters/groups', '/api/v1/dead-letters/groups', 200],
  ['GET', '/api/v1/dead-letters/{id}', '/api/v1/dead-letters/DL-1', 200],
  ['GET', '/api/v1/dead-letters/{id}', '/api/v1/dead-letters/DL-9', 404],
  ['POST', '/api/v1/events/{event_id}/replay', '/api/v1/events/evt_1/replay', 202],
  ['POST', '/api/v1/events/{event_id}/replay', '/api/v1/events/evt_2/replay', 409],
  ['POST', '/api/v1/events/{event_id}/replay', '/api/v1/events/evt_9/replay', 404],
  ['GET', '/api/v1/actions', '/api/v1/actions', 200],
  ['GET', '/api/v1/actions', '/api/v1/actions?status=none', 422],
  ['GET', '/api/v1/actions/{action_id}', '/api/v1/actions/A-1', 200],
  ['GET', '/api/v1/actions/{action_id}', '/api/v1/actions/A-9', 404],
  ['GET', '/api/v1/subscriptions', '/api/v1/subscriptions', 200],
  ['GET', '/api/v1/subscriptions/{id}', '/api/v1/subscriptions/sub_9', 404],
  ['GET', '/api/v1/deliveries', '/api/v1/deliveries', 200],
  ['GET', '/api/v1/alerts', '/api/v1/alerts', 200],
  ['GET', '/api/v1/audit', '/api/v1/audit', 200],
  ['GET', '/api/v1/audit/verify', '/api/v1/audit/verify', 200],
  ['GET', '/health/live', '/health/live', 200],
  ['GET', '/health/ready', '/health/ready', 200],
] as const;

const DECISION = { decision: 'ship_partial', expected_version: 1, lines: ['ORD-1-1'] };

async function filledStage(): Promise<ApiStage> {
  const stage = openApiStage();
  writeActions(stage.books, [actionOf({ action_id: 'A-1' })], { orderId: 'ORD-1', taskId: 'T-1' });
  addDeadLetter(stage.books, { id: 'DL-1', orderId: 'ORD-1' });
  addDeadLetter(stage.books, { id: 'DL-2', orderId: 'ORD-1', status: 'replayed' });
  await stage.inbox.append([newEvent({ eventId: 'evt_1' })]);
  await stage.inbox.quarantine([newQuarantine({ eventId: 'evt_2', text: 'x' })]);
  return stage;
}

for (const [method, path, address, status] of CALLS) {
  test(`the answer ${status} of ${method} ${address} fits its description`, async () => {
    const stage = await filledStage();
    const document = await documentOf(stage);
    const operation = document.paths[path]?.[method.toLowerCase()];
    const answer = await (method === 'GET' ? stage.get(address) : stage.post(address));
    expect(answer.status).toBe(status);
    const type = answer.headers.get('content-type') ?? '';
    const media = operation?.responses[String(status)]?.content?.[type];
    expect(media, `${type} of ${status}`).toBeDefined();
    const result = validatorOf(document, media?.schema ?? {}).safeParse(await answer.json());
    expect(result.error).toBeUndefined();
  });
}

const POSTS = [
  ['/api/v1/actions/{action_id}/decision', '/api/v1/actions/A-1/decision', DECISION, 200],
  ['/api/v1/actions/{action_id}/decision', '/api/v1/actions/A-9/decision', DECISION, 404],
  ['/api/v1/actions/{action_id}/decision', '/api/v1/actions/A-1/decision', {}, 422],
  ['/api/v1/orders/{order_id}/cancel', '/api/v1/orders/ORD-1/cancel', { reason: 'r' }, 200],
  ['/api/v1/orders/{order_id}/retry', '/api/v1/orders/ORD-1/retry', {}, 422],
] as const;

for (const [path, address, sent, status] of POSTS) {
  test(`the answer ${status} of POST ${address} fits its description, and so does what was sent`, async () => {
    const stage = await filledStage();
    const document = await documentOf(stage);
    const operation = document.paths[path]?.['post'];
    const body = JSON.stringify(sent);
    const headers = { 'content-type': 'application/json' };
    const answer = await stage.post(address, { body, headers });
    expect(answer.status).toBe(status);
    const type = answer.headers.get('content-type') ?? '';
    const media = operation?.responses[String(status)]?.content?.[type];
    const result = validatorOf(document, media?.schema ?? {}).safeParse(await answer.json());
    expect(result.error).toBeUndefined();
    const asked = operation?.requestBody?.content['application/json']?.schema ?? {};
    expect(validatorOf(document, asked).safeParse(sent).success).toBe(status !== 422);
  });
}

test('an answer that lacks a field would not fit its description', async () => {
  const stage = await filledStage();
  const document = await documentOf(stage);
  const media = document.paths['/api/v1/orders/{order_id}']?.['get']?.responses['200']?.content;
  const schema = validatorOf(document, media?.['application/json']?.schema ?? {});
  const order: unknown = await (await stage.get('/api/v1/orders/ORD-1')).json();
  expect(schema.safeParse(order).success).toBe(true);
  expect(schema.safeParse({ ...(order as object), stage: 'GONE' }).success).toBe(false);
  expect(schema.safeParse({ ...(order as object), lines: undefined }).success).toBe(false);
});
