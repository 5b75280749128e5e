import type { Logger } from '../logger.ts';
import type { CircuitChange } from './circuit.ts';

/** One line when a circuit opens and one when it closes, for ops and their alerts. */
export function reportCircuit(log: Logger, connection: string, change: CircuitChange): void {
  const { open, scope, cause, parked, openForMs } = change;
  if (!open) {
    log.info({ connection, scope, cause, parked, openForMs }, 'circuit.closed');
    return;
  }
  const what = scope === 'all' ? `commands to ${connection}` : `${scope} commands to ${connection}`;
  log.warn(
    {
      connection,
      scope,
      cause,
      parked,
      meaning: `All ${what} wait and spend no attempts; they go out by themselves when it serves again.`,
      action: `Nothing to replay. See that ${connection} is running, and that its address and token are right.`,
    },
    'circuit.opened',
  );
}
