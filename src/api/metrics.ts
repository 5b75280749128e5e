import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { addActionGauges, type ActionSource } from './action-gauges.ts';
import { addConnectionGauges, type ConnectionSource } from './connection-gauges.ts';
import { addReconciliationGauges, type ReconciliationSource } from './reconciliation-gauges.ts';

/** What the gauges show; each is asked once per scrape. */
export interface GaugeSources {
  inbox(): { backlog: number; oldestAgeMs: number };
  temporalAway(): boolean;
  ordersByStage(): Iterable<readonly [stage: string, count: number]>;
  deadLettersOpen(): number;
  actions?: ActionSource;
  connections?: ConnectionSource;
  reconciliation?: ReconciliationSource;
}

export interface Metrics {
  /** One answered webhook. Safe for any connection name: labels are bounded. */
  ack(connection: string, outcome: string, seconds: number): void;
  /** One call of the dispatcher to Temporal, for `events` inbox events of one order. */
  dispatched(outcome: string, events: number): void;
  observe(sources: GaugeSources): void;
  contentType: string;
  text(): Promise<string>;
}

/** Pairs of connection and outcome that get a series of their own; the rest is counted as `other`. */
const ACK_SERIES_MAX = 200;
const DISPATCH_SERIES_MAX = 20;

const ACK_SECONDS_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
];

export interface MetricsOptions {
  /** Adds memory, event loop and garbage collection of the process. */
  processDefaults: boolean;
}

export function createMetrics(options: MetricsOptions = { processDefaults: true }): Metrics {
  const registry = new Registry();
  if (options.processDefaults) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const acks = new Counter({
    name: 'crossdock_acks_total',
    help: 'Webhooks answered, by connection and outcome.',
    labelNames: ['connection', 'outcome'],
    registers,
  });
  const ackSeconds = new Histogram({
    name: 'crossdock_ack_seconds',
    help: 'Seconds from the arrival of a webhook to its answer.',
    buckets: ACK_SECONDS_BUCKETS,
    registers,
  });
  const dispatches = new Counter({
    name: 'crossdock_dispatched_events_total',
    help: 'Inbox events handed to their order, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const ackSeries = boundedSeries({
    seriesMax: ACK_SERIES_MAX,
    open: (connection: string, outcome: string) => acks.labels(connection, outcome),
    overflow: () => acks.labels('other', 'other'),
  });
  const dispatchSeries = boundedSeries({
    seriesMax: DISPATCH_SERIES_MAX,
    open: (outcome: string) => dispatches.labels(outcome),
    overflow: () => dispatches.labels('other'),
  });
  return {
    ack: (connection, outcome, seconds) => {
      ackSeries(connection, outcome).inc();
      ackSeconds.observe(seconds);
    },
    dispatched: (outcome, events) => dispatchSeries(outcome, '').inc(events),
    observe: (sources) => addGauges(registry, sources),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

interface SeriesOptions<Series> {
  seriesMax: number;
  open(first: string, second: string): Series;
  overflow(): Series;
}

/** Resolves the labels of a series once, and never makes more than `seriesMax` of them. */
function boundedSeries<Series>(
  options: SeriesOptions<Series>,
): (first: string, second: string) => Series {
  const byFirst = new Map<string, Map<string, Series>>();
  let count = 0;
  return (first, second) => {
    const known = byFirst.get(first)?.get(second);
    if (known !== undefined) return known;
    if (count >= options.seriesMax) return options.overflow();
    count += 1;
    const series = options.open(first, second);
    const bySecond = byFirst.get(first) ?? new Map<string, Series>();
    byFirst.set(first, bySecond.set(second, series));
    return series;
  };
}

function addGauges(registry: Registry, sources: GaugeSources): void {
  if (sources.reconciliation) addReconciliationGauges(registry, sources.reconciliation);
  if (sources.actions) addActionGauges(registry, sources.actions);
  if (sources.connections) addConnectionGauges(registry, sources.connections);
  const registers = [registry];
  new Gauge({
    name: 'crossdock_inbox_backlog',
    help: 'Stored events that wait to be dispatched.',
    registers,
    collect() {
      this.set(sources.inbox().backlog);
    },
  });
  new Gauge({
    name: 'crossdock_inbox_oldest_age_seconds',
    help: 'Age of the oldest stored event that waits to be dispatched.',
    registers,
    collect() {
      this.set(sources.inbox().oldestAgeMs / 1000);
    },
  });
  new Gauge({
    name: 'crossdock_temporal_away',
    help: '1 while Temporal cannot be reached.',
    registers,
    collect() {
      this.set(sources.temporalAway() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'crossdock_dead_letters_open',
    help: 'Dead letters that wait for an operator, counted up to CROSSDOCK_API_COUNT_ROWS_MAX.',
    registers,
    collect() {
      this.set(sources.deadLettersOpen());
    },
  });
  new Gauge({
    name: 'crossdock_orders',
    help: 'Orders by stage, counted up to CROSSDOCK_API_COUNT_ROWS_MAX per stage.',
    labelNames: ['stage'],
    registers,
    collect() {
      for (const [stage, count] of sources.ordersByStage()) this.set({ stage }, count);
    },
  });
}
