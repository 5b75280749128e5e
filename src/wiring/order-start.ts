import type { OrderPolicy } from '../domain/policy.ts';
import type { OrderWorkflowInput } from '../domain/workflow-input.ts';
import type { Wiring } from './compile.ts';

export interface StartDefaults {
  /** The connections that orders go to unless their CRM's file says otherwise. */
  routing: { wms: string; tasks: string };
  /** Times already scaled. */
  policy: OrderPolicy;
  timeScale: number;
}

/** What an order is started with, for its whole life: its connections, their words, and its terms. */
export function orderStart(
  { hash, connections }: Pick<Wiring, 'hash' | 'connections'>,
  crm: string,
  { routing, policy, timeScale }: StartDefaults,
): Omit<OrderWorkflowInput, 'order' | 'carried'> {
  const route = connections.get(crm)?.orders;
  const wms = route?.wms ?? routing.wms;
  const warehouse = connections.get(wms);
  const scaled = (ms: number): number => Math.max(1, Math.round(ms * timeScale));
  const poll = warehouse?.poll ?? null;
  return {
    wms,
    tasks: route?.tasks ?? routing.tasks,
    mappingBundle: hash,
    policy: {
      ...policy,
      ...(warehouse?.can.shipments === false ? { terminalBucket: 'picked' } : {}),
      ...(poll === null
        ? {}
        : { silenceFirstMs: scaled(poll.firstMs), silenceMaxMs: scaled(poll.maxMs) }),
    },
  };
}
