import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import type { BooksReader } from '../books/read.ts';
import { errorHandler, notFoundHandler } from '../http/errors.ts';
import { problem } from '../http/problem.ts';
import type { Logger } from '../logger.ts';
import type { Operations } from '../operations/operations.ts';
import { addActionRoutes } from './actions.ts';
import { addAlertRoutes } from './alerts.ts';
import { addAuditRoutes } from './audit.ts';
import { auditCalls } from './audit-calls.ts';
import { requireApiKey } from './auth.ts';
import type { OperatorsConfig } from './config.ts';
import { addConnectionRoutes } from './connections.ts';
import type { ConnectionLimits, ConnectionsPort } from './connections-port.ts';
import { addVerifyRoute, VERIFY_PATH } from './connections-verify.ts';
import { addDeadLetterRoutes } from './dead-letters.ts';
import { addDeliveryRoutes } from './deliveries.ts';
import { addEventReplayRoute } from './event-replay.ts';
import { addEventRoutes } from './events.ts';
import { DEFAULT_CONNECTIONS, type ConnectionNames } from './find-event.ts';
import { gaugeSources } from './gauges.ts';
import { addHealthRoutes } from './health.ts';
import { idempotentPosts } from './idempotency.ts';
import type { Metrics } from './metrics.ts';
import { addMappingDiffRoute, addMappingRoutes, MAPPING_DIFF_PATH } from './mappings.ts';
import type { MappingsPort } from './mappings-port.ts';
import { addMetricsRoute } from './metrics-route.ts';
import { addOpenApiRoute } from './openapi.ts';
import { addOrderCommandRoutes } from './order-commands.ts';
import { addRemapRoute } from './order-remap.ts';
import { addOrderRoutes } from './orders.ts';
import type { Inbox, Readings } from './ports.ts';
import { addReplayRoutes } from './replays.ts';
import { addReconciliationRoutes, type StartReconciliation } from './reconciliation.ts';
import { refuseInvalid } from './route-parts.ts';
import { addSubscriptionRoutes } from './subscriptions.ts';

export interface ApiOptions {
  inbox: Inbox;
  books: BooksReader;
  operations: Operations;
  /** Absent where no worker reconciles. */
  startReconciliation?: StartReconciliation;
  /** Absent where no webhooks come in. */
  connections?: { port: ConnectionsPort; limits: ConnectionLimits };
  /** Absent where no mappings are kept. */
  mappings?: MappingsPort;
  readings: Readings;
  /** Names of the connections that orders come from. */
  crmConnections: readonly string[];
  metrics: Metrics;
  config: OperatorsConfig;
  log: Logger;
  now?: () => number;
}

/** The operators' API under `/api/v1`, with health, metrics and its own description beside it. */
export function createApi(options: ApiOptions): OpenAPIHono {
  const { inbox, books, operations, readings, metrics, config, log, now = Date.now } = options;
  const { limits } = config;
  const { crmConnections, connections } = options;
  const app = new OpenAPIHono({ defaultHook: refuseInvalid });
  app.onError(errorHandler(log));
  app.notFound(notFoundHandler);
  app.use(requestId(), secureHeaders());
  app.use('/api/v1/*', requireApiKey(config.apiKey));
  if (connections !== undefined) {
    app.use(VERIFY_PATH, limitBody(connections.limits.doctorBodyBytesMax));
    addVerifyRoute({ app, connections: connections.port });
  }
  if (options.mappings !== undefined) {
    app.use(MAPPING_DIFF_PATH, limitBody(limits.mappingsBytesMax));
    addMappingDiffRoute({ app, mappings: options.mappings });
  }
  app.use('/api/v1/*', limitBody(limits.bodyBytesMax));
  app.use('/api/v1/*', auditCalls({ audit: operations.audit, log, now }));
  app.use('/api/v1/*', idempotentPosts({ ...limits.idempotency, now }));
  addOrderRoutes({ app, books, inbox, config });
  addOrderCommandRoutes({ app, books, inbox, operations });
  addActionRoutes({ app, books, operations, config });
  const connectionNames: ConnectionNames = () =>
    connections?.port.list().map(({ name }) => name) ?? DEFAULT_CONNECTIONS();
  addEventRoutes({ app, books, inbox, crmConnections, connectionNames, config });
  addEventReplayRoute({ app, inbox, operations, connectionNames });
  addReplayRoutes({ app, operations });
  addDeadLetterRoutes({ app, books, operations, config });
  addSubscriptionRoutes({ app, operations, config });
  addDeliveryRoutes({ app, operations, config });
  addAlertRoutes({ app, operations, config });
  addAuditRoutes({ app, operations, config });
  addReconciliationRoutes({ app, books, start: options.startReconciliation, config, now });
  if (connections !== undefined) {
    addConnectionRoutes({ app, connections: connections.port, limits: connections.limits });
  }
  if (options.mappings !== undefined) {
    addMappingRoutes({ app, mappings: options.mappings });
    addRemapRoute({ app, books, inbox, operations, mappings: options.mappings });
  }
  addHealthRoutes({ app, readings, books, now });
  addMetricsRoute(app, metrics);
  addOpenApiRoute(app);
  const gauges = gaugeSources({ readings, books, counts: limits.counts, now });
  metrics.observe({ ...gauges, ...(connections && { connections: connections.port }) });
  return app;
}

function limitBody(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError: (c) =>
      problem(c, {
        status: 413,
        problem: 'too-large',
        title: 'The body is too large',
        detail: `The body is over ${maxSize} bytes, so nothing was done. Send less in one request.`,
      }),
  });
}
