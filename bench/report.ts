import type { AcksRow } from './acks/row.ts';
import type { Machine } from './lib/machine.ts';
import { spreadBy, type Spread } from './lib/statistics.ts';
import type { MappingRow } from './mapping/row.ts';
import type { OrdersRow } from './orders/row.ts';
import type { ReconcileRow } from './reconcile/row.ts';

export interface BenchResult {
  at: string;
  machine: Machine;
  acks: AcksRow[];
  orders: OrdersRow | null;
  reconcile: ReconcileRow | null;
  mapping: MappingRow | null;
}

/** What each ratio is to reach (design section 14). */
export const GOALS = {
  acksOfEcho: 0.5,
  acksOfFloor: 0.7,
  acksOfFloorSlowDisk: 0.6,
  orders: 0.8,
  cpuPer1000Orders: 1.3,
  reconcile: 0.5,
  mapping: 0.2,
} as const;

/** Beyond this part of a core the generator, not the server, may be what was measured. */
const GENERATOR_BUSY = 0.95;

export function printResult(result: BenchResult): string {
  const blocks = [machineLines(result.machine), ...result.acks.map(acksLines)];
  if (result.orders !== null) blocks.push(ordersLines(result.orders));
  if (result.reconcile !== null) blocks.push(reconcileLines(result.reconcile));
  if (result.mapping !== null) blocks.push(mappingLines(result.mapping));
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function machineLines(machine: Machine): string[] {
  const packages = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, ${machine.kernel}`,
    `node ${machine.node}, ${packages.join(', ')}${machine.temporal === null ? '' : `, ${machine.temporal}`}`,
    `fsync of one 4 KiB page: ${range(machine.fsyncUs, 0)} us; load average at the start ${machine.loadAverage.toFixed(1)}`,
    'figures are medians over the rounds (least to most); ratios are taken within each round',
  ];
}

function acksLines({ settings, commitDelayMs, servers, rounds, ratios }: AcksRow): string[] {
  const spread = (
    name: (typeof servers)[number],
    figure: 'acksPerSecond' | 'p50Ms' | 'p99Ms' | 'serverCpuUs' | 'generatorCore',
  ) => spreadBy(rounds, (round) => round[name]?.[figure] ?? Number.NaN);
  const disk = commitDelayMs === 0 ? '' : `, every commit ${commitDelayMs} ms slower`;
  return [
    `durable acks, signed 1 KiB ORDER.CREATED of 3 lines${disk}; ${settings.connections} connections, ${settings.requests} requests, ${settings.rounds} rounds, dispatcher off`,
    ...servers.map((name) => {
      const busy = spread(name, 'generatorCore');
      const note = busy.median > GENERATOR_BUSY ? ' (generator saturated)' : '';
      return `  ${name.padEnd(10)} ${range(spread(name, 'acksPerSecond'), 0)}/s, p50 ${range(spread(name, 'p50Ms'), 0)} ms, p99 ${range(spread(name, 'p99Ms'), 0)} ms, server ${range(spread(name, 'serverCpuUs'), 0)} us CPU each, generator ${range(busy, 2)} core${note}`;
    }),
    ...ratios.map(({ bound, rate, cpu }) =>
      goalLine({
        what: `rate of ${bound}`,
        ratio: rate,
        goal: acksGoal(bound, commitDelayMs),
        least: true,
        more: `, CPU per ack ${range(cpu, 2)} of it`,
      }),
    ),
  ];
}

function acksGoal(bound: string, commitDelayMs: number): number {
  if (commitDelayMs > 0) return GOALS.acksOfFloorSlowDisk;
  return bound === 'echo' ? GOALS.acksOfEcho : GOALS.acksOfFloor;
}

function ordersLines(row: OrdersRow): string[] {
  const { settings, history } = row;
  return [
    `orders to completion; ${settings.openMax} under way at once, ${settings.orders} orders, ${settings.rounds} rounds`,
    ...(['crossdock', 'bare'] as const).map((name) => {
      const { events, workflowTasks, localActivities, signals } = history[name];
      return `  ${name.padEnd(10)} ${range(row.ordersPerSecond[name], 1)}/s, CPU per 1000: server ${range(row.serverCpu[name], 1)} s, worker ${range(row.workerCpu[name], 1)} s; ${events} events, ${workflowTasks} workflow tasks, ${localActivities} local activities, ${signals} signals`;
    }),
    goalLine({ what: 'rate of bare', ratio: row.rateRatio, goal: GOALS.orders, least: true }),
    goalLine({
      what: 'CPU of bare',
      ratio: row.cpuRatio,
      goal: GOALS.cpuPer1000Orders,
      least: false,
    }),
  ];
}

function reconcileLines(row: ReconcileRow): string[] {
  const { settings } = row;
  return [
    `reconciliation of ${settings.orders} orders with CRM, warehouse and task manager (T3), nothing differs; ${settings.rounds} rounds`,
    ...(['crossdock', 'reader'] as const).map(
      (name) =>
        `  ${name.padEnd(10)} ${range(row.ordersPerSecond[name], 0)} orders/s, ${range(row.cpu[name], 2)} s CPU of its own, ${range(row.memoryMb[name], 0)} MB at most`,
    ),
    goalLine({
      what: 'rate of a plain paged read of the same rows',
      ratio: row.rateRatio,
      goal: GOALS.reconcile,
      least: true,
    }),
  ];
}

function mappingLines({ settings, rounds, mapUs, parseUs, costRatio }: MappingRow): string[] {
  return [
    `mapping of an ORDER.CREATED of 1 KiB and ${rounds[0]?.lines} lines; ${settings.orders} orders, ${settings.rounds} rounds`,
    `  map        ${range(mapUs, 2)} us each`,
    `  parse      ${range(parseUs, 2)} us each: its text, and zod at both ends of the mapping`,
    goalLine({
      what: 'cost of parsing and validating',
      ratio: costRatio,
      goal: GOALS.mapping,
      least: false,
    }),
  ];
}

interface Goal {
  what: string;
  ratio: Spread;
  goal: number;
  /** At least the goal, or at most. */
  least: boolean;
  more?: string;
}

function goalLine({ what, ratio, goal, least, more = '' }: Goal): string {
  const met = least ? ratio.median >= goal : ratio.median <= goal;
  const bound = `${least ? 'at least' : 'at most'} ${goal}`;
  return `  ${met ? 'met   ' : 'MISSED'} ${range(ratio, 2)} ${what}, goal ${bound}${more}`;
}

function range({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}
