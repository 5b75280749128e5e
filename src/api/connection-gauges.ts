import { Gauge, type Registry } from 'prom-client';
import type { ConnectionsPort, ConnectionView } from './connections-port.ts';

export type ConnectionSource = Pick<ConnectionsPort, 'list'>;

/** Connections that get a series of their own. */
const CONNECTIONS_MAX = 100;

export function addConnectionGauges(registry: Registry, source: ConnectionSource): void {
  const registers = [registry];
  const labelNames = ['connection'];
  const shown = (): ConnectionView[] => source.list().slice(0, CONNECTIONS_MAX);
  new Gauge({
    name: 'crossdock_connection_paused',
    help: '1 while an operator lets no webhooks of the connection in.',
    labelNames,
    registers,
    collect() {
      for (const { name, paused } of shown()) this.set({ connection: name }, paused ? 1 : 0);
    },
  });
  new Gauge({
    name: 'crossdock_connection_secrets',
    help: 'Webhook secrets of the connection by state; alert when none is active.',
    labelNames: ['connection', 'state'],
    registers,
    collect() {
      for (const { name, secrets } of shown()) {
        for (const state of ['next', 'active', 'retiring'] as const) {
          const count = secrets.filter((secret) => secret.state === state).length;
          this.set({ connection: name, state }, count);
        }
      }
    },
  });
  new Gauge({
    name: 'crossdock_connection_retiring_secret_used_timestamp_seconds',
    help: 'When a webhook was last verified by a retiring secret, since the start: its sender has not changed over.',
    labelNames,
    registers,
    collect() {
      for (const { name, secrets } of shown()) {
        const used = secrets.map((one) => (one.state === 'retiring' ? (one.lastUsedAt ?? 0) : 0));
        this.set({ connection: name }, Math.max(0, ...used) / 1000);
      }
    },
  });
}
