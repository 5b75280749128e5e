import type { Wiring } from '../wiring/compile.ts';
import type { ConnectionSpec } from '../wiring/spec.ts';
import type { EventOrigin } from './definition.ts';

/** How a connection speaks: by its own file, or like the one that is named after its kind. */
export function specOf(
  { connections }: Pick<Wiring, 'connections'>,
  { connection, kind }: EventOrigin,
): ConnectionSpec | undefined {
  const own = connections.get(connection);
  return own?.kind === kind ? own : connections.get(kind);
}
