import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { pageOf } from '../contracts/primitives.ts';
import type { Operations } from '../operations/operations.ts';
import { AlertSchema } from './alert-schema.ts';
import type { OperatorsConfig } from './config.ts';
import { API_KEY_SECURITY, COMMON_PROBLEMS, json } from './route-parts.ts';
import { pagingOf } from './schemas.ts';

interface AlertRoutesOptions {
  app: OpenAPIHono;
  operations: Operations;
  config: OperatorsConfig;
}

export function addAlertRoutes({ app, operations, config }: AlertRoutesOptions): void {
  app.openapi(listRouteOf(config), (c) =>
    c.json(operations.alerts.list(c.req.valid('query')), 200),
  );
}

function listRouteOf(config: OperatorsConfig) {
  return createRoute({
    method: 'get',
    path: '/api/v1/alerts',
    operationId: 'listAlerts',
    tags: ['alerts'],
    summary: 'What stands in the way of orders, one alert per cause, the last raised first',
    description: 'Subscribe to `ALERT.*` to be told: once when it is raised, once when it is over.',
    security: API_KEY_SECURITY,
    request: {
      query: z.object({
        status: AlertSchema.shape.status.optional(),
        ...pagingOf(config.limits.page),
      }),
    },
    responses: { 200: json('One page of alerts', pageOf(AlertSchema)), ...COMMON_PROBLEMS },
  });
}
