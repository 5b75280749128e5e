import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import autocannon, { type LoadRequest } from 'autocannon';
import { benchInput } from '../lib/child.ts';
import { signedOrders } from './signed-orders.ts';

export interface LoadInput {
  url: string;
  connections: number;
  warmUpRequests: number;
  requests: number;
}

export interface LoadReport {
  type: 'load';
  acksPerSecond: number;
  seconds: number;
  /** Processor seconds of this process while it measured. */
  cpuSeconds: number;
  p50Ms: number;
  p99Ms: number;
}

/** Sends the warm-up, then waits for the word, so that the parent can read the clocks between. */
const input = benchInput<LoadInput>();
const warmUp = signedOrders('WARM', input.warmUpRequests);
const measured = signedOrders('ORD', input.requests);
await send(warmUp);
process.send?.({ type: 'ready' });
await once(process, 'message');
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const latency = await send(measured);
const seconds = (performance.now() - startedAt) / 1000;
const cpu = process.cpuUsage(cpuBefore);
const report: LoadReport = {
  type: 'load',
  acksPerSecond: measured.length / seconds,
  seconds,
  cpuSeconds: (cpu.user + cpu.system) / 1_000_000,
  p50Ms: latency.p50,
  p99Ms: latency.p99,
};
process.send?.(report, () => process.disconnect());

/** Each connection has its own share of the bodies, built before the first one is sent. */
async function send(requests: LoadRequest[]): Promise<{ p50: number; p99: number }> {
  const { url, connections } = input;
  const share = Math.floor(requests.length / connections);
  let next = 0;
  const result = await autocannon({
    url,
    connections,
    amount: share * connections,
    setupClient(client) {
      client.setRequests(requests.slice(next, next + share));
      next += share;
    },
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0) throw new Error(`${failed} of ${requests.length} requests were not acknowledged`);
  return result.latency;
}
