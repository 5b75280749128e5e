import { AppError } from '../errors.ts';
import type { Inbox } from './ports.ts';
import { fromInbox, fromQuarantine, type ReceivedEvent } from './received-event.ts';

/** Names of the connections that webhooks come in by. */
export type ConnectionNames = () => readonly string[];

export const DEFAULT_CONNECTIONS: ConnectionNames = () => ['crm', 'wms', 'tasks'];

/** Where an event is looked for: everywhere when its connection is not named. */
export function connectionsOf(
  connection: string | undefined,
  names: ConnectionNames,
): readonly string[] {
  return connection === undefined ? names() : [connection];
}

/** What was received under this id, taken or held back; throws a 404 when nothing was. */
export async function findEvent(
  inbox: Inbox,
  connections: readonly string[],
  eventId: string,
): Promise<ReceivedEvent> {
  for (const connection of connections) {
    const event = await inbox.get(connection, eventId);
    if (event !== undefined) return fromInbox(event);
  }
  for (const connection of connections) {
    const [held] = await inbox.listQuarantine({ connection, eventId, limit: 1 });
    if (held !== undefined) return fromQuarantine(held);
  }
  throw new AppError(
    'not-found',
    `No event ${eventId} is stored from ${connections.join(', ')}. It never arrived, was refused, or is older than the inbox remembers; its sender's delivery log tells which.`,
  );
}
