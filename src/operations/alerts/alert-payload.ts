import type { Alert } from './alert-store.ts';

/** What a person reads of an alert, in events and in the API. */
export function alertPayload(alert: Alert, apiUrl: string) {
  return {
    alert_id: alert.alertId,
    status: alert.resolvedAt === null ? ('raised' as const) : ('resolved' as const),
    kind: alert.kind,
    cause: alert.cause,
    connection: alert.connection,
    count: alert.count,
    orders_blocked: alert.ordersBlocked,
    oldest_at: new Date(alert.oldestAt).toISOString(),
    last_error: alert.lastError,
    link: alertLink(alert, apiUrl),
    raised_at: new Date(alert.raisedAt).toISOString(),
    updated_at: new Date(alert.updatedAt).toISOString(),
    resolved_at: alert.resolvedAt === null ? null : new Date(alert.resolvedAt).toISOString(),
  };
}

/** Where to look at what is behind it. */
function alertLink({ kind, connection, cause }: Alert, apiUrl: string): string {
  if (kind === 'backlog') return `${apiUrl}/health/ready`;
  if (kind === 'mappings') return `${apiUrl}/api/v1/mappings`;
  const query = new URLSearchParams({ connection, cause }).toString();
  return `${apiUrl}/api/v1/dead-letters?${query}`;
}

export type AlertView = ReturnType<typeof alertPayload>;
