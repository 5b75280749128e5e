import type { LoadRequest } from 'autocannon';
import { signTemplate } from '../../src/verification/sign.ts';

/** Every server of the row listens here, so that all of them are sent the same. */
export const WEBHOOK_PATH = '/webhooks/orders';
export const WEBHOOK_SECRET = 'a signing secret of the bench';

const BODY_BYTES = 1024;
const LINES = 3;

/** Distinct orders of exactly 1 KiB, signed as the template profile asks. */
export function signedOrders(prefix: string, count: number): LoadRequest[] {
  const timestamp = new Date().toISOString();
  return Array.from({ length: count }, (_, index) => {
    const body = orderBody(`${prefix}-${String(index).padStart(7, '0')}`, timestamp);
    const headers = {
      'content-type': 'application/json',
      ...signTemplate({ secret: WEBHOOK_SECRET, body }),
    };
    return { method: 'POST', path: WEBHOOK_PATH, headers, body };
  });
}

function orderBody(orderId: string, timestamp: string): string {
  const body = (name: string): string =>
    JSON.stringify({
      event_id: `evt_${orderId}`,
      event_type: 'ORDER.CREATED',
      event_version: '1.0',
      timestamp,
      source: 'crm.prod',
      payload: {
        order_id: orderId,
        customer: { id: 'CUST-123', name: 'Acme Co', account_priority: 'gold' },
        items: Array.from({ length: LINES }, (_, line) => ({
          sku: `SKU-${line + 1}`,
          qty: line + 1,
          name,
        })),
        fulfillment: { method: 'standard', requested_date: '2026-01-20' },
        total: 1450,
      },
    });
  const room = BODY_BYTES - Buffer.byteLength(body(''));
  const filled = body('x'.repeat(Math.floor(room / LINES)));
  return filled.replace('crm.prod', `crm.prod${'.'.repeat(BODY_BYTES - filled.length)}`);
}
