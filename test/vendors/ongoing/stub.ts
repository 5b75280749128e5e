import { Hono } from 'hono';
import { startHost, type StubHost } from '../logisticswms/stub-host.ts';
import { Articles } from './articles.ts';
import { Orders } from './orders.ts';
import { createRoutes } from './routes.ts';
import { Webhooks } from './webhooks.ts';

export const OWNER = 159;
export const OTHER_OWNER = 160;

export interface OngoingOptions {
  /** Multiplies the waits between the attempts of a webhook. */
  timeScale?: number;
}

/** Ongoing WMS as its document describes it; it knows nothing of Crossdock. */
export interface Ongoing extends StubHost {
  user: string;
  password: string;
  orders: Orders;
  articles: Articles;
  webhooks: Webhooks;
  /** Goods of an owner come in, which fires. */
  receive(articleNumber: string, units: number, goodsOwnerId?: number): void;
}

export async function startOngoing({ timeScale = 1 }: OngoingOptions = {}): Promise<Ongoing> {
  const articles = new Articles();
  const app = new Hono();
  const access = { user: 'api-user', password: 'p:ss wörd' };
  let webhooks: Webhooks | undefined;
  const orders = new Orders(articles, (trigger, order) => {
    const { orderId, orderNumber, goodsOwnerId, status } = order;
    const payload = { orderId, orderNumber, orderStatus: { number: status } };
    webhooks?.fire(trigger, goodsOwnerId, payload);
  });
  const host = await startHost(app, (audit) => {
    webhooks = new Webhooks(audit, timeScale);
    const goodsOwners = [OWNER, OTHER_OWNER];
    app.route('/api/v1', createRoutes({ ...access, goodsOwners, orders, articles }));
  });
  const sender = webhooks ?? new Webhooks(host.audit, timeScale);
  return {
    ...host,
    ...access,
    ...{ orders, articles, webhooks: sender },
    receive(articleNumber, units, goodsOwnerId = OWNER) {
      articles.receive(goodsOwnerId, articleNumber, units);
      sender.fire('ArticleStockChanged', goodsOwnerId, { articleNumber });
    },
    async close() {
      sender.close();
      await host.close();
    },
  };
}
