import { Hono } from 'hono';
import { startHost, type StubHost } from './stub-host.ts';
import { Clients } from './clients.ts';
import { Orders } from './orders.ts';
import { createRoutes } from './routes.ts';
import { Stock } from './stock.ts';
import { Webhooks } from './webhooks.ts';

/** LogisticsWMS as its document describes it; it knows nothing of Crossdock. */
export interface LogisticsWms extends StubHost {
  clients: Clients;
  orders: Orders;
  stock: Stock;
  webhooks: Webhooks;
  /** Goods come in, which is told. */
  receive(sku: string, qty: number, warehouse?: string): void;
}

export async function startLogisticsWms(): Promise<LogisticsWms> {
  const clients = new Clients();
  const stock = new Stock();
  const app = new Hono();
  let webhooks: Webhooks | undefined;
  const tell = (operation: string, data: unknown): void =>
    webhooks?.tell(operation, structuredClone(data));
  const orders = new Orders(stock, tell);
  const host = await startHost(app, (audit) => {
    webhooks = new Webhooks(audit);
    app.route('/api/external/v1', createRoutes({ clients, orders, stock }));
  });
  return {
    ...host,
    ...{ clients, orders, stock },
    webhooks: webhooks ?? new Webhooks(host.audit),
    receive(sku, qty, warehouse = 'SUR-1') {
      const { row, before } = stock.receive(sku, warehouse, qty);
      tell('stock_updated', {
        ...{ product_code: sku, warehouse, available: row.onHand - row.reserved },
        previous_available: before,
      });
    },
  };
}
