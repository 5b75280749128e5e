const BODY_BYTES = 1024;
const DAYS = 28;

/** Texts of distinct orders as the template's CRM sends them, with as many items as 1 KiB holds. */
export function sampleOrders(count: number): string[] {
  return Array.from({ length: count }, (_, number) => {
    let text = orderText(number, 1);
    for (let items = 2; ; items += 1) {
      const longer = orderText(number, items);
      if (Buffer.byteLength(longer) > BODY_BYTES) return text;
      text = longer;
    }
  });
}

/** The example of the template, whose items have no id of their own: that is the costlier form. */
function orderText(number: number, items: number): string {
  const orderId = `ORD-20260117-${String(number).padStart(6, '0')}`;
  const day = String((number % DAYS) + 1).padStart(2, '0');
  return JSON.stringify({
    event_id: `evt_${orderId}`,
    event_type: 'ORDER.CREATED',
    event_version: '1.0',
    timestamp: '2026-01-17T14:32:00Z',
    source: 'crm.prod',
    payload: {
      order_id: orderId,
      customer: { id: 'CUST-123', name: 'Acme Co', account_priority: 'gold' },
      items: Array.from({ length: items }, (_, item) => ({ sku: `SKU-${111 + item}`, qty: 2 })),
      fulfillment: { method: 'ship', requested_date: `2026-02-${day}` },
      total: 1450,
    },
  });
}
