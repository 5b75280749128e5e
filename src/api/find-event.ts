import { AppError } from '../errors.ts';
import type { Inbox } from './ports.ts';
import { fromInbox, fromQuarantine, type ReceivedEvent } from './received-event.ts';

/** Where an event is looked for when its connection is not named. */
const DEFAULT_CONNECTIONS = ['crm', 'wms', 'tasks'];

export function connectionsOf(connection: string | undefined): string[] {
  return connection === undefined ? DEFAULT_CONNECTIONS : [connection];
}

/** What was received under this id, taken or held back; throws a 404 when nothing was. */
export async function findEvent(
  inbox: Inbox,
  connections: string[],
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
