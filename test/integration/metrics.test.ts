import { expect, test } from 'vitest';
import { createMetrics } from '../../src/api/metrics.ts';
import { openApiStage, type ApiStage } from '../support/api-stage.ts';
import { addDeadLetter, shelve } from '../support/books-shelf.ts';

async function scrape(stage: ApiStage): Promise<string[]> {
  const answer = await stage.app.request('/metrics');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  return (await answer.text()).split('\n');
}

test('counts acks by connection and outcome, and their time in buckets', async () => {
  const stage = openApiStage();
  stage.metrics.ack('crm', 'accepted', 0.002);
  stage.metrics.ack('crm', 'accepted', 0.3);
  stage.metrics.ack('wms', 'duplicate', 0.002);
  const lines = await scrape(stage);
  expect(lines).toContain('crossdock_acks_total{connection="crm",outcome="accepted"} 2');
  expect(lines).toContain('crossdock_acks_total{connection="wms",outcome="duplicate"} 1');
  expect(lines).toContain('crossdock_ack_seconds_bucket{le="0.0025"} 2');
  expect(lines).toContain('crossdock_ack_seconds_bucket{le="+Inf"} 3');
});

test('counts the events that were dispatched', async () => {
  const stage = openApiStage();
  stage.metrics.dispatched('dispatched', 3);
  stage.metrics.dispatched('late', 1);
  stage.metrics.dispatched('dispatched', 2);
  const lines = await scrape(stage);
  expect(lines).toContain('crossdock_dispatched_events_total{outcome="dispatched"} 5');
  expect(lines).toContain('crossdock_dispatched_events_total{outcome="late"} 1');
});

test('strangers who make up connections cannot make up series', async () => {
  const metrics = createMetrics({ processDefaults: false });
  metrics.ack('crm', 'accepted', 0.001);
  for (let n = 0; n < 5000; n += 1) metrics.ack(`made-up-${n}`, 'unknown', 0.001);
  metrics.ack('crm', 'accepted', 0.001);
  const lines = (await metrics.text()).split('\n');
  const series = lines.filter((line) => line.startsWith('crossdock_acks_total{'));
  expect(series.length).toBeLessThanOrEqual(201);
  expect(series).toContain('crossdock_acks_total{connection="crm",outcome="accepted"} 2');
  expect(series).toContain('crossdock_acks_total{connection="other",outcome="other"} 4801');
});

test('shows the backlog, the age of its oldest event and whether Temporal is away', async () => {
  const stage = openApiStage();
  stage.temporal.state = 'away';
  Object.assign(stage.readings, { backlog: 12, oldestAgeMs: 4500, drainSeconds: null });
  const lines = await scrape(stage);
  expect(lines).toContain('crossdock_inbox_backlog 12');
  expect(lines).toContain('crossdock_inbox_oldest_age_seconds 4.5');
  expect(lines).toContain('crossdock_temporal_away 1');
});

test('counts orders by stage and open dead letters, no further than it may', async () => {
  const stage = openApiStage({ env: { CROSSDOCK_API_COUNT_ROWS_MAX: '3' } });
  const waiting = Array.from({ length: 5 }, (_, n) => ({
    orderId: `ORD-W${n}`,
    stage: 'WAITING' as const,
  }));
  shelve(stage.books, [...waiting, { orderId: 'ORD-1', stage: 'FULFILLING' }]);
  addDeadLetter(stage.books, { id: 'DL-1', orderId: 'ORD-1' });
  addDeadLetter(stage.books, { id: 'DL-2', orderId: 'ORD-1', status: 'replayed' });
  const lines = await scrape(stage);
  expect(lines).toContain('crossdock_orders{stage="WAITING"} 3');
  expect(lines).toContain('crossdock_orders{stage="FULFILLING"} 1');
  expect(lines).toContain('crossdock_orders{stage="FULFILLED"} 0');
  expect(lines).toContain('crossdock_dead_letters_open 1');
});

test('a count of orders is kept for its time, however often it is asked for', async () => {
  const stage = openApiStage({ env: { CROSSDOCK_API_COUNT_TTL_MS: '5000' } });
  shelve(stage.books, [{ orderId: 'ORD-1', stage: 'WAITING' }]);
  expect(await scrape(stage)).toContain('crossdock_orders{stage="WAITING"} 1');
  shelve(stage.books, [{ orderId: 'ORD-2', stage: 'WAITING' }]);
  stage.clock.now += 4999;
  expect(await scrape(stage)).toContain('crossdock_orders{stage="WAITING"} 1');
  stage.clock.now += 1;
  expect(await scrape(stage)).toContain('crossdock_orders{stage="WAITING"} 2');
});

test('says nothing of orders as long as there are no books, and does not fail', async () => {
  const stage = openApiStage({ withoutBooks: true });
  const lines = await scrape(stage);
  expect(lines).toContain('crossdock_orders{stage="WAITING"} 0');
  expect(lines).toContain('crossdock_dead_letters_open 0');
});

test('the process itself is measured when asked for', async () => {
  const text = await createMetrics().text();
  expect(text).toContain('process_resident_memory_bytes');
  expect(text).toContain('nodejs_eventloop_lag_seconds');
});
