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
          version {order.version}, told up to event {order.sequence}, changed{' '}
          {order.updated_at.slice(0, 16).replace('T', ' ')} UTC
        </span>
      </header>
      <p>
        {customer.name ?? customer.id ?? 'No customer'}
        {customer.account_priority === undefined ? '' : ` (${customer.account_priority})`}
      </p>
      <Lines lines={order.lines} />
      <p>
        <a href={`/orders/${encodeURIComponent(order.order_id)}`}>JSON</a>{' '}
        <a href={`/orders/${encodeURIComponent(order.order_id)}/events`}>Events</a>
      </p>
    </article>
  );
}

const COLUMNS = [
  ['Ordered', 'ordered'],
  ['Picked', 'picked'],
  ['Shipped', 'shipped'],
  ['Backordered', 'backordered'],
  ['Cancelled', 'cancelled'],
] as const;

/** A table, and on a phone a list of lines with their quantities named. */
function Lines({ lines }: { lines: CrmOrder['lines'] }) {
  return (
    <table class="lines">
      <thead>
        <tr>
          <th>Line</th>
          <th>SKU</th>
          {COLUMNS.map(([name]) => (
            <th class="n">{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr>
            <td class="name">{line.line_id}</td>
            <td class="name">{line.sku}</td>
            {COLUMNS.map(([name, bucket]) => (
              <td class="n" data-name={name}>
                {line[bucket]}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
