import { expect, test } from 'vitest';
import { ReadinessSchema, type Readiness } from '../../src/api/schemas.ts';
import { openApiStage, type ApiStage } from '../support/api-stage.ts';

async function ready(stage: ApiStage): Promise<{ status: number; body: Readiness }> {
  const answer = await stage.app.request('/health/ready');
  return { status: answer.status, body: ReadinessSchema.strict().parse(await answer.json()) };
}

test('is live whatever else is the matter', async () => {
  const stage = openApiStage();
  stage.readings.writable = false;
  stage.temporal.state = 'away';
  const answer = await stage.app.request('/health/live');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: 'live' });
});

test('is ready while the inbox writes and the backlog has room', async () => {
  const { status, body } = await ready(openApiStage());
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'ready',
    checks: {
      inbox: { status: 'ok' },
      temporal: { status: 'ok', away_ms: null },
      backlog: { status: 'ok', count: 0, count_max: 100, oldest_age_ms: 0, drain_seconds: 0 },
      books: { status: 'ok' },
    },
  });
});

test('stays 200 and says degraded while Temporal is away, for webhooks are still taken', async () => {
  const stage = openApiStage();
  stage.temporal.state = 'away';
  Object.assign(stage.readings, { backlog: 7, oldestAgeMs: 1500, drainSeconds: 2.5 });
  const { status, body } = await ready(stage);
  expect(status).toBe(200);
  expect(body.status).toBe('degraded');
  expect(body.checks.temporal).toEqual({ status: 'away', away_ms: 3000 });
  expect(body.checks.backlog).toEqual({
    status: 'ok',
    count: 7,
    count_max: 100,
    oldest_age_ms: 1500,
    drain_seconds: 2.5,
  });
});

test('stays 200 while the worker has not made its books', async () => {
  const { status, body } = await ready(openApiStage({ withoutBooks: true }));
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'degraded', checks: { books: { status: 'absent' } } });
});

test('is 503 when the inbox cannot write', async () => {
  const stage = openApiStage();
  stage.readings.writable = false;
  const { status, body } = await ready(stage);
  expect(status).toBe(503);
  expect(body).toMatchObject({ status: 'unavailable', checks: { inbox: { status: 'failed' } } });
});

test('is 503 when the backlog is at its limit', async () => {
  const stage = openApiStage();
  stage.readings.backlog = 100;
  const { status, body } = await ready(stage);
  expect(status).toBe(503);
  expect(body).toMatchObject({ status: 'unavailable', checks: { backlog: { status: 'full' } } });
});

test.each([
  ['ok', 'ready'],
  ['pending', 'ready'],
  ['degraded', 'degraded'],
] as const)('mappings that are %s make it %s', async (mappings, status) => {
  const stage = openApiStage();
  stage.readings.mappings = mappings;
  const answer = await ready(stage);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ status, checks: { mappings: { status: mappings } } });
});
