import { CRM_EVENTS } from './crm.ts';
import { readUnknown, type EventReader, type ReadResult } from './definition.ts';
import { TASK_EVENTS } from './tasks.ts';
import { WMS_EVENTS } from './wms.ts';

/** What an outside system is; it decides which event types are listened to. */
export type ConnectionKind = 'crm' | 'tasks' | 'wms';

export interface EventOrigin {
  connection: string;
  kind: ConnectionKind;
}

const READERS: Record<ConnectionKind, ReadonlyMap<string, EventReader>> = {
  crm: new Map(Object.entries(CRM_EVENTS)),
  tasks: new Map(Object.entries(TASK_EVENTS)),
  wms: new Map(Object.entries(WMS_EVENTS)),
};

/**
 * Checks a parsed body against the schema of its type. A type that its kind of connection does not
 * send, such as a warehouse's ORDER.CREATED, is read by its envelope alone and acted on by nobody.
 */
export function readEvent(origin: EventOrigin, raw: unknown): ReadResult {
  const read = READERS[origin.kind].get(typeOf(raw)) ?? readUnknown;
  return read(raw, origin.connection);
}

function typeOf(raw: unknown): string {
  if (typeof raw !== 'object' || raw === null || !('event_type' in raw)) return '';
  return typeof raw.event_type === 'string' ? raw.event_type : '';
}
