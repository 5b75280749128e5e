import { Gauge, type Registry } from 'prom-client';

export interface ActionSource {
  /** Open actions by reason. */
  byReason(): Iterable<readonly [reason: string, count: number]>;
  /** How long the action that is overdue for longest has been so; 0 when none is. */
  overdueMs(): number;
}

/** What waits for people, and for how long it should not have. */
export function addActionGauges(registry: Registry, source: ActionSource): void {
  const registers = [registry];
  new Gauge({
    name: 'crossdock_actions_open',
    help: 'Actions that wait for a person, by reason, each counted up to CROSSDOCK_API_COUNT_ROWS_MAX.',
    labelNames: ['reason'],
    registers,
    collect() {
      // A reason that nobody waits for any more has no row to be counted.
      this.reset();
      for (const [reason, count] of source.byReason()) this.set({ reason }, count);
    },
  });
  new Gauge({
    name: 'crossdock_action_oldest_overdue_seconds',
    help: 'How long the open action that was due first is overdue; 0 when none is.',
    registers,
    collect() {
      this.set(source.overdueMs() / 1000);
    },
  });
}
