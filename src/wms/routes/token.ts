import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi';
import { AppError } from '../../errors.ts';
import type { Auth } from '../http/auth.ts';
import { answersOf } from '../http/docs.ts';

const CredentialsSchema = z.object({ client_id: z.string(), client_secret: z.string() });

const tokenRoute = createRoute({
  method: 'post',
  path: '/auth/token',
  tags: ['access'],
  summary: 'A token of one hour for an API client',
  description: 'Credentials in the body or as HTTP Basic.',
  request: {
    headers: z.object({ authorization: z.string().optional() }),
    body: {
      required: false,
      content: { 'application/json': { schema: CredentialsSchema.partial() } },
    },
  },
  responses: answersOf({
    200: [
      'The token',
      z.object({
        access_token: z.string(),
        token_type: z.literal('Bearer'),
        expires_in: z.int(),
      }),
    ],
  }),
});

export function tokenRoutes(auth: Auth): OpenAPIHono {
  const app = new OpenAPIHono();
  app.openapi(tokenRoute, async (c) => {
    const body = CredentialsSchema.safeParse(c.req.valid('json'));
    const given = body.success ? body.data : basicOf(c.req.header('authorization'));
    if (given === undefined || !auth.isClient(given.client_id, given.client_secret)) {
      throw new AppError(
        'signature',
        'The client id or the secret is wrong, so no token was given. Send them in the body or as HTTP Basic.',
        { problem: 'unauthorized' },
      );
    }
    return c.json(await auth.issue(), 200, { 'cache-control': 'no-store' });
  });
  return app;
}

function basicOf(header: string | undefined): z.infer<typeof CredentialsSchema> | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon === -1) return undefined;
  return { client_id: text.slice(0, colon), client_secret: text.slice(colon + 1) };
}
