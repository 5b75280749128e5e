import type { Page } from '../../contracts/primitives.ts';
import type { Sqlite } from '../../db/open.ts';
import { sequenceOf } from '../../delivery/cursor.ts';
import { createDeliveryLog, type DeliveryView } from '../../delivery/view.ts';

export interface SubscriptionDeliveryFilter {
  subscriptionId?: string | undefined;
  status?: DeliveryView['status'] | undefined;
  eventId?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface DeliveryReads {
  find(deliveryId: string): DeliveryView | undefined;
  /** Newest first, over all subscriptions. */
  list(filter: SubscriptionDeliveryFilter): Page<DeliveryView>;
}

interface Name {
  seq: number;
  webhookId: string;
  deliveryId: string;
}

const NAME = 'seq, webhook_id AS webhookId, delivery_id AS deliveryId';

export function createDeliveryReads(sqlite: Sqlite): DeliveryReads {
  const one = sqlite.prepare<[string], Name>(
    `SELECT ${NAME} FROM deliveries WHERE delivery_id = ?`,
  );
  const page = sqlite.prepare<[object], Name>(`SELECT ${NAME} FROM deliveries WHERE seq < @before
    AND (@subscriptionId IS NULL OR webhook_id = @subscriptionId)
    AND (@status IS NULL OR status = @status) AND (@eventId IS NULL OR event_id = @eventId)
    ORDER BY seq DESC LIMIT @fetch`);
  const view = ({ webhookId, deliveryId }: Name) =>
    createDeliveryLog(sqlite, webhookId).get(deliveryId);
  return {
    find(deliveryId) {
      const name = one.get(deliveryId);
      return name && view(name);
    },
    list({ subscriptionId = null, status = null, eventId = null, cursor, limit }) {
      const before = sequenceOf(cursor) ?? Number.MAX_SAFE_INTEGER;
      const names = page.all({ before, subscriptionId, status, eventId, fetch: limit + 1 });
      const shown = names.slice(0, limit);
      const last = shown.at(-1);
      const items = shown.flatMap((name) => view(name) ?? []);
      return { items, next: names.length > limit && last ? String(last.seq) : null };
    },
  };
}
