import { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { requestId } from 'hono/request-id';
import type { WmsConfig } from '../config/wms.ts';
import type { Sqlite } from '../db/open.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { AppError } from '../errors.ts';
import { errorHandler, issuesOf, notFoundHandler } from '../http/errors.ts';
import type { Logger } from '../logger.ts';
import type { Rehearsal } from '../rehearsal/rehearsal.ts';
import type { StockAuditor } from './audit/stock-audit.ts';
import { createAuth } from './http/auth.ts';
import { registerWebhooks } from './http/webhook-docs.ts';
import { auditRoutes } from './routes/audit.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { healthRoutes } from './routes/health.ts';
import { inventoryRoutes } from './routes/inventory.ts';
import { locationRoutes } from './routes/locations.ts';
import { pickWorkRoutes } from './routes/pick-work.ts';
import { pickRoutes } from './routes/picks.ts';
import { productRoutes } from './routes/products.ts';
import { shipmentRoutes } from './routes/shipments.ts';
import { tokenRoutes } from './routes/token.ts';
import type { MovementLog } from './store/movement-log.ts';
import type { Stores } from './work.ts';
import type { Writes } from './writes.ts';

export interface WmsAppDeps {
  config: WmsConfig;
  log: Logger;
  sqlite: Sqlite;
  stores: Stores;
  movements: MovementLog;
  writes: Writes;
  auditor: StockAuditor;
  delivery: Delivery;
  /** Absent outside rehearsals. */
  rehearsal: Rehearsal | undefined;
  now: () => number;
}

/** The HTTP side of the WMS: `/api/v1`, and the same under `/api/external/v1`. */
export function createWmsApp(deps: WmsAppDeps): OpenAPIHono {
  const app = new OpenAPIHono();
  app.onError(errorHandler(deps.log));
  app.notFound(notFoundHandler);
  app.use(requestId());
  app.use(bodyLimit({ maxSize: deps.config.bodyBytesMax, onError: refuseLargeBody }));
  if (deps.rehearsal !== undefined) {
    app.use(deps.rehearsal.middleware);
    app.route('/_sandbox', deps.rehearsal.routes);
  }
  app.route('/', healthRoutes(deps));
  const api = createApi(deps);
  app.route('/api/v1', api);
  // A plain router keeps the second mount out of the document.
  app.route('/', new Hono().route('/api/external/v1', api));
  registerWebhooks(app.openAPIRegistry);
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    ...{ type: 'http', scheme: 'bearer' },
  });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Crossdock built-in WMS',
      version: '1',
      description:
        'Lists are keyset-paged: `next` goes back as `?cursor=`. Refusals are RFC 9457 problems.',
    },
  });
  return app;
}

function createApi(deps: WmsAppDeps): OpenAPIHono {
  const { stores, movements, writes } = deps;
  const auth = createAuth(deps.config, deps.now);
  const api = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      throw new AppError(
        'validation',
        'The request does not have the shape that it needs, so nothing was done. See errors and /openapi.json.',
        { issues: issuesOf(result.error) },
      );
    },
  });
  api.route('/', tokenRoutes(auth));
  api.use(auth.requireToken);
  api.route('/', pickRoutes({ ...stores, writes }));
  api.route('/', pickWorkRoutes(writes));
  api.route('/', inventoryRoutes({ ...stores, movements, writes }));
  api.route('/', shipmentRoutes({ ...stores, writes }));
  api.route('/', productRoutes({ ...stores, writes }));
  api.route('/', locationRoutes({ ...stores, writes }));
  api.route('/', auditRoutes({ ...stores, writes, auditor: deps.auditor }));
  api.route('/', deliveryRoutes(deps.delivery));
  return api;
}

function refuseLargeBody(): never {
  throw new HTTPException(413, { message: 'The body is too large, so nothing was done.' });
}
