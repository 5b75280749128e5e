import type { OpenAPIHono } from '@hono/zod-openapi';
import { describeWebhooks } from './openapi-webhooks.ts';

const ABOUT = `Connects a CRM, a task manager and a warehouse: what happened to every order and event.

Errors are \`application/problem+json\` (RFC 9457) with a stable \`type\`; docs/errors.md lists them.
Lists are \`{items, next}\`; \`next\` goes back as \`?cursor=\`. Every POST takes an \`Idempotency-Key\`.`;

/** Serves the OpenAPI 3.1 document of every route added to `app` so far and of the webhooks. */
export function addOpenApiRoute(app: OpenAPIHono): void {
  describeWebhooks(app);
  app.openAPIRegistry.registerComponent('securitySchemes', 'api_key', {
    type: 'http',
    scheme: 'bearer',
    description: 'The API key that npm start prints',
  });
  let text: string | undefined;
  app.get('/openapi.json', (c) => {
    text ??= documentText(app);
    return c.body(text, 200, { 'content-type': 'application/json' });
  });
}

function documentText(app: OpenAPIHono): string {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Crossdock API', version: '1', description: ABOUT },
    servers: [{ url: '/' }],
  });
  return JSON.stringify(document, portablePatterns);
}

/**
 * The generator writes the flags of a pattern into it, and a class by property needs the flag `u`:
 * neither means the same to every reader of a JSON Schema.
 */
function portablePatterns(key: string, value: unknown): unknown {
  if (key !== 'pattern' || typeof value !== 'string') return value;
  return value.replace(/\/[a-z]+$/, '').replaceAll('\\p{Cc}', '\\u0000-\\u001f\\u007f-\\u009f');
}
