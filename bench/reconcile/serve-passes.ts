import { performance } from 'node:perf_hooks';

/** One pass over all orders, as the process that made it measured it. */
export interface PassReport {
  type: 'pass';
  seconds: number;
  /** Processor seconds of this process alone. */
  cpuSeconds: number;
  /** Most memory that this process has held so far. */
  memoryMb: number;
  /** Records of the other systems that were read or compared. */
  records: number;
}

const KIB_PER_MB = 1024;

/** Makes a pass each time the parent says so, until it says stop. */
export function servePasses(pass: () => Promise<number>, close: () => Promise<void>): void {
  process.on('message', () => void measured(pass).then((report) => process.send?.(report)));
  process.once('SIGTERM', () => void close().then(() => process.disconnect()));
  process.send?.({ type: 'ready' });
}

async function measured(pass: () => Promise<number>): Promise<PassReport> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const records = await pass();
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const memoryMb = process.resourceUsage().maxRSS / KIB_PER_MB;
  return { type: 'pass', seconds, cpuSeconds: (user + system) / 1_000_000, memoryMb, records };
}
