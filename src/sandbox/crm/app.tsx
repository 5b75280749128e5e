import type { Hono } from 'hono';
import { createBaseApp, type SandboxDeps } from '../base-app.ts';
import { createOnce } from '../idempotency.ts';
import { PAGE_HEADERS } from '../page.tsx';
import { createWork } from '../work.ts';
import { createEventStore } from './event-store.ts';
import { OrdersPage } from './page.tsx';
import { addCommandRoutes, addQueryRoutes, type CrmDeps } from './routes.ts';
import { createOrderStore } from './store.ts';
import { orderView } from './view.ts';

/** Orders that the page shows. */
const PAGE_ORDERS = 50;

/** The reference CRM: the template pack's endpoints over orders of its own. */
export function createCrmApp(base: SandboxDeps): Hono {
  const { sqlite, settings, now } = base;
  const deps: CrmDeps = {
    delivery: base.delivery,
    settings,
    now,
    store: createOrderStore(sqlite),
    events: createEventStore(sqlite),
    work: createWork(sqlite, settings),
    once: createOnce(base),
  };
  const app = createBaseApp(base);
  addCommandRoutes(app, deps);
  addQueryRoutes(app, deps);
  app.get('/', (c) => {
    const orders = deps.store
      .latest(PAGE_ORDERS)
      .map((order) => orderView(order, deps.store.lines(order.orderId)));
    return c.html(<OrdersPage orders={orders} />, 200, PAGE_HEADERS);
  });
  return app;
}
