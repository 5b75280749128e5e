import type { z } from 'zod';
import type { OrderListRow, OrderRecord } from '../books/read-orders.ts';
import type { Timeline } from '../books/read-timeline.ts';
import type { OrderDetailSchema, OrderSummarySchema } from '../contracts/operators.ts';
import { DEFAULT_CRM } from '../domain/ids.ts';
import type { LinkOrigins } from './config.ts';
import { instant, instantOrNull } from './instant.ts';
import type { StoredEvent } from '../inbox/store.ts';

type OrderDetail = z.infer<typeof OrderDetailSchema>;
type TimelineView = OrderDetail['timeline'];

export function orderSummary(row: OrderListRow): z.infer<typeof OrderSummarySchema> {
  return {
    order_id: row.orderId,
    connection: row.connection,
    version: row.version,
    stage: row.stage,
    headline: row.headline,
    flags: row.flags,
    priority: row.priority,
    created_at: instant(row.createdAt),
    updated_at: instant(row.updatedAt),
    closed_at: instantOrNull(row.closedAt),
  };
}

interface DetailParts {
  record: OrderRecord;
  timeline: Timeline;
  late: StoredEvent[];
  origins: LinkOrigins;
  entriesMax: number;
}

export function orderDetail(parts: DetailParts): OrderDetail {
  const { record, timeline, late, origins, entriesMax } = parts;
  return {
    ...record.view,
    timeline: merged(timeline, late, entriesMax),
    created_at: instant(record.createdAt),
    updated_at: instant(record.updatedAt),
    closed_at: instantOrNull(record.closedAt),
    links: linksOf(record, origins),
  };
}

/** The order's own entries and its late events in time order; the newest when there are too many. */
function merged(timeline: Timeline, late: StoredEvent[], entriesMax: number): TimelineView {
  const all = [...timeline.entries, ...late.map(lateEntry)].sort((a, b) => a.at - b.at);
  const shown = all.slice(Math.max(0, all.length - entriesMax));
  const omitted = timeline.omitted + all.length - shown.length;
  const entries = shown.map((entry) => ({ ...entry, at: instant(entry.at) }));
  const first = entries[0];
  if (omitted === 0 || first === undefined) return entries;
  const summary = `${omitted} earlier entries are not shown here; the Temporal UI has the whole history`;
  return [{ at: first.at, kind: 'omitted', summary, cause: 'crossdock' }, ...entries];
}

function lateEntry(event: StoredEvent): Timeline['entries'][number] {
  return {
    at: event.receivedAt,
    kind: 'late_event',
    summary: `${event.eventType} from ${event.connection} came after the order was closed: recorded, not applied`,
    cause: `${event.connection}/${event.eventId}`,
  };
}

function linksOf(record: OrderRecord, origins: LinkOrigins): OrderDetail['links'] {
  const { temporalUiUrl, temporalNamespace, crmUrl, tasksUrl } = origins;
  const task = record.view.task;
  return {
    temporal_ui: address(temporalUiUrl, [
      'namespaces',
      temporalNamespace,
      'workflows',
      record.workflowId,
    ]),
    crm: record.connection === DEFAULT_CRM ? address(crmUrl, ['orders', record.orderId]) : null,
    task: task === null ? null : address(tasksUrl, ['tasks', task.task_id]),
  };
}

function address(origin: string | null, path: string[]): string | null {
  if (origin === null) return null;
  return [origin.replace(/\/+$/, ''), ...path.map(encodeURIComponent)].join('/');
}
