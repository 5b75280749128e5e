import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import type { Readings } from './ports.ts';
import { json } from './route-parts.ts';
import { ReadinessSchema, type Readiness } from './schemas.ts';

interface HealthRoutesOptions {
  app: OpenAPIHono;
  readings: Readings;
  books: BooksReader;
  now: () => number;
}

export function addHealthRoutes({ app, readings, books, now }: HealthRoutesOptions): void {
  app.openapi(liveRoute, (c) => c.json({ status: 'live' as const }, 200));
  app.openapi(readyRoute, (c) => {
    const readiness = readinessOf({ readings, books, now });
    return readiness.status === 'unavailable' ? c.json(readiness, 503) : c.json(readiness, 200);
  });
}

/** Webhooks are taken as long as the inbox can write: without Temporal they wait in the backlog. */
function readinessOf(options: Omit<HealthRoutesOptions, 'app'>): Readiness {
  const { readings, books, now } = options;
  const { backlog, oldestAgeMs, drainSeconds } = readings.inbox.read();
  const awaySince = readings.temporal.awaySince();
  const { writable } = readings.inbox;
  const full = backlog >= readings.backlogMax;
  const present = books.present();
  const serves = writable && !full;
  const mappings = mappingsCheck(readings);
  const whole = awaySince === null && present && mappings.mappings?.status !== 'degraded';
  return {
    status: serves ? (whole ? 'ready' : 'degraded') : 'unavailable',
    checks: {
      inbox: { status: writable ? 'ok' : 'failed' },
      temporal: {
        status: awaySince === null ? 'ok' : 'away',
        away_ms: awaySince === null ? null : Math.max(0, now() - awaySince),
      },
      backlog: {
        status: full ? 'full' : 'ok',
        count: backlog,
        count_max: readings.backlogMax,
        oldest_age_ms: oldestAgeMs,
        drain_seconds: drainSeconds,
      },
      books: { status: present ? 'ok' : 'absent' },
      ...mappings,
    },
  };
}

/** Broken mappings wait while the last good ones serve. */
function mappingsCheck({ mappings }: Readings): Pick<Readiness['checks'], 'mappings'> {
  const status = mappings?.();
  return status === undefined ? {} : { mappings: { status } };
}

const liveRoute = createRoute({
  method: 'get',
  path: '/health/live',
  operationId: 'getLiveness',
  tags: ['health'],
  summary: 'The process answers',
  responses: {
    200: json('Alive', z.object({ status: z.literal('live') }).meta({ id: 'Liveness' })),
  },
});

const readyRoute = createRoute({
  method: 'get',
  path: '/health/ready',
  operationId: 'getReadiness',
  tags: ['health'],
  summary: 'Whether webhooks are taken, and what runs behind',
  description:
    'While Temporal is away the answer stays 200 with status `degraded`: webhooks are stored and wait.',
  responses: {
    200: json('Webhooks are taken', ReadinessSchema),
    503: json('Webhooks are refused with 503', ReadinessSchema),
  },
});
