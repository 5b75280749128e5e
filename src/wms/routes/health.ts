import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Sqlite } from '../../db/open.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import { AppError } from '../../errors.ts';
import { answersOf } from '../http/docs.ts';

const liveRoute = createRoute({
  method: 'get',
  path: '/health/live',
  tags: ['health'],
  summary: 'Whether the process answers',
  responses: answersOf({ 200: ['It does', z.object({ status: z.literal('ok') })] }),
});

const readyRoute = createRoute({
  method: 'get',
  path: '/health/ready',
  tags: ['health'],
  summary: 'Whether the store can be read, and what webhooks are owed',
  responses: answersOf({
    200: [
      'It can',
      z.object({
        status: z.literal('ok'),
        webhooks: z.object({ pending: z.int(), oldest_age_ms: z.int().nullable() }),
      }),
    ],
  }),
});

export interface HealthDeps {
  sqlite: Sqlite;
  delivery: Delivery;
  now: () => number;
}

export function healthRoutes({ sqlite, delivery, now }: HealthDeps): OpenAPIHono {
  const app = new OpenAPIHono();
  const probe = sqlite.prepare('select count(*) from locations');
  app.openapi(liveRoute, (c) => c.json({ status: 'ok' as const }));
  app.openapi(readyRoute, (c) => {
    const { pending, oldestAt } = readable(() => {
      probe.get();
      return delivery.backlog();
    });
    const oldestAgeMs = oldestAt === null ? null : Math.max(0, now() - oldestAt);
    return c.json({ status: 'ok' as const, webhooks: { pending, oldest_age_ms: oldestAgeMs } });
  });
  return app;
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new AppError('unavailable', 'The store cannot be read. Look at the disk and the log.', {
      cause: error,
    });
  }
}
