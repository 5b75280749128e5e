import type { CrmOrder } from '../../contracts/crm.ts';
import { Page } from '../page.tsx';

interface OrdersPageProps {
  orders: CrmOrder[];
}

/** The latest orders, with what the CRM was told about each line. */
export function OrdersPage({ orders }: OrdersPageProps) {
  return (
    <Page title="CRM sandbox: orders">
      <h1>Orders in the CRM sandbox</h1>
      <p class="soft">
        The latest first. Picked, shipped, backordered and cancelled are what Crossdock told.
      </p>
      {orders.length === 0 ? (
        <p>
          There are no orders yet. Make one with <code>POST /orders</code>.
        </p>
      ) : (
        orders.map((order) => <OrderCard order={order} />)
      )}
    </Page>
  );
}

function OrderCard({ order }: { order: CrmOrder }) {
  const { customer } = order;
  return (
    <article>
      <header class="row">
        <h2>{order.order_id}</h2>
        <span class="status">{order.status}</span>
        <span class="soft">
          version {order.version}, {order.sequence} events, changed {order.updated_at}
        </span>
      </header>
      <p>
        {customer.name ?? customer.id ?? 'No customer'}
        {customer.account_priority === undefined ? '' : ` (${customer.account_priority})`}
      </p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Line</th>
              <th>SKU</th>
              <th class="n">Ordered</th>
              <th class="n">Picked</th>
              <th class="n">Shipped</th>
              <th class="n">Backordered</th>
              <th class="n">Cancelled</th>
            </tr>
          </thead>
          <tbody>
            {order.lines.map((line) => (
              <tr>
                <td>{line.line_id}</td>
                <td>{line.sku}</td>
                <td class="n">{line.ordered}</td>
                <td class="n">{line.picked}</td>
                <td class="n">{line.shipped}</td>
                <td class="n">{line.backordered}</td>
                <td class="n">{line.cancelled}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        <a href={`/orders/${encodeURIComponent(order.order_id)}`}>JSON</a>{' '}
        <a href={`/orders/${encodeURIComponent(order.order_id)}/events`}>Events</a>
      </p>
    </article>
  );
}
