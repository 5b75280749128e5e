import { createHmac } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { EnvelopeSchema } from '../../src/contracts/envelope.ts';
import { pageOf } from '../../src/contracts/primitives.ts';
import {
  CreatedSubscriptionSchema,
  DeliveryPageSchema,
  DeliverySchema,
  SubscriptionPageSchema,
  SubscriptionSchema,
  TestAnswerSchema,
} from '../../src/api/subscription-schemas.ts';
import { ProblemSchema } from '../../src/contracts/problem.ts';
import { eventually, pause } from '../support/eventually.ts';
import { startReceiver, type Receiver } from '../support/misbehaving-receiver.ts';
import { openOperationsStage, type OperationsStage } from '../support/operations-stage.ts';

const PATH = '/api/v1/subscriptions';

async function receiver(): Promise<Receiver> {
  const started = await startReceiver();
  onTestFinished(() => started.close());
  return started;
}

async function subscribe(stage: OperationsStage, url: string, patterns = ['ALERT.*']) {
  const answer = await stage.send('POST', PATH, { url, event_types: patterns });
  expect(answer.status).toBe(201);
  return CreatedSubscriptionSchema.parse(await answer.json());
}

function publish(stage: OperationsStage, eventId: string, eventType = 'ALERT.RAISED'): void {
  const payload = { alert_id: eventId };
  stage.operations.subscriptions.publisher.publish({ eventId, eventType, payload, at: Date.now() });
}

async function deliveries(stage: OperationsStage, query = '') {
  const answer = await stage.get(`/api/v1/deliveries${query}`);
  expect(answer.status).toBe(200);
  return DeliveryPageSchema.parse(await answer.json()).items;
}

async function problemOf(answer: Response): Promise<string> {
  return ProblemSchema.parse(await answer.json()).type.replace(/^.*\//, '');
}

test('an event reaches whoever subscribed to its type, once, signed with the secret shown once', async () => {
  const stage = openOperationsStage();
  const [told, other] = [await receiver(), await receiver()];
  const { secret, subscription_id: id } = await subscribe(stage, told.url);
  await subscribe(stage, other.url, ['TASK.HUMAN_ACTION_REQUIRED']);
  publish(stage, 'evt_1');
  publish(stage, 'evt_1');
  const [item] = await eventually(async () => {
    const found = await deliveries(stage, `?subscription_id=${id}&status=delivered`);
    return found.length > 0 && found;
  });
  await pause(50);
  expect(told.received).toHaveLength(1);
  expect(other.received).toHaveLength(0);
  const call = told.received[0];
  const body = call?.body ?? '';
  expect(call?.headers['x-signature']).toBe(
    createHmac('sha256', secret).update(body).digest('hex'),
  );
  expect(call?.headers['x-event-id']).toBe('evt_1');
  expect(EnvelopeSchema.parse(JSON.parse(body))).toMatchObject({
    event_id: 'evt_1',
    event_type: 'ALERT.RAISED',
    source: 'crossdock',
    payload: { alert_id: 'evt_1' },
  });
  expect(item).toMatchObject({ event_id: 'evt_1', body, attempts: [{ status: 202, error: null }] });
  const listed = await (await stage.get(PATH)).text();
  expect(SubscriptionPageSchema.parse(JSON.parse(listed)).items).toHaveLength(2);
  expect(listed).not.toContain(secret);
  expect(await (await stage.get(`${PATH}/${id}`)).text()).not.toContain(secret);
});

test('a receiver that stumbles is tried again, and one that refuses is not', async () => {
  const stage = openOperationsStage();
  const target = await receiver();
  await subscribe(stage, target.url, ['*']);
  target.script({ status: 500 }, 'reset', { status: 202 }, { status: 400, body: 'no such thing' });
  publish(stage, 'evt_1');
  await eventually(async () => (await deliveries(stage, '?status=delivered')).length === 1);
  publish(stage, 'evt_2');
  const [failed] = await eventually(async () => {
    const found = await deliveries(stage, '?status=failed');
    return found.length > 0 && found;
  });
  expect(failed?.attempts.map((attempt) => attempt.status)).toEqual([400]);
  expect(failed?.attempts[0]?.error).toContain('no such thing');
  expect(target.received.map((call) => call.headers['x-event-id'])).toEqual([
    'evt_1',
    'evt_1',
    'evt_1',
    'evt_2',
  ]);
});

test('a disabled subscription is owed what happens, and gets it when it is enabled', async () => {
  const stage = openOperationsStage();
  const target = await receiver();
  const { subscription_id: id } = await subscribe(stage, target.url);
  const disabled = await stage.send('POST', `${PATH}/${id}/disable`);
  expect(SubscriptionSchema.parse(await disabled.json())).toMatchObject({
    enabled: false,
    disabled_reason: 'disabled by an operator',
  });
  publish(stage, 'evt_1');
  await pause(100);
  await stage.restart();
  await pause(100);
  expect(target.received).toHaveLength(0);
  const [owed] = await deliveries(stage);
  expect(owed?.status).toBe('pending');
  const again = await stage.send('POST', `/api/v1/deliveries/${owed?.delivery_id ?? ''}/redeliver`);
  expect(again.status).toBe(409);
  expect(await problemOf(again)).toBe('subscription-disabled');
  const enabled = await stage.send('POST', `${PATH}/${id}/enable`);
  expect(SubscriptionSchema.parse(await enabled.json()).disabled_reason).toBeNull();
  await eventually(() => target.received.length === 1);
});

test('what may wait for a subscription is bounded; the rest is kept and can be sent by hand', async () => {
  const stage = openOperationsStage({ CROSSDOCK_SUBSCRIPTION_PENDING_MAX: '2' });
  const target = await receiver();
  const { subscription_id: id } = await subscribe(stage, target.url);
  await stage.send('POST', `${PATH}/${id}/disable`);
  for (const eventId of ['evt_1', 'evt_2', 'evt_3']) publish(stage, eventId);
  const kept = await deliveries(stage, '?status=suppressed');
  expect(kept.map((one) => one.event_id)).toEqual(['evt_3']);
  await stage.send('POST', `${PATH}/${id}/enable`);
  await eventually(() => target.received.length === 2);
  const path = `/api/v1/deliveries/${kept[0]?.delivery_id ?? ''}/redeliver`;
  const answer = await stage.send('POST', path);
  expect(answer.status).toBe(202);
  expect(DeliverySchema.parse(await answer.json()).status).toBe('pending');
  await eventually(() => target.received.length === 3);
});

test('410 disables a subscription', async () => {
  const stage = openOperationsStage();
  const target = await receiver();
  const { subscription_id: id } = await subscribe(stage, target.url);
  target.script({ status: 410 });
  publish(stage, 'evt_1');
  const gone = await eventually(async () => {
    const one = SubscriptionSchema.parse(await (await stage.get(`${PATH}/${id}`)).json());
    return !one.enabled && one;
  });
  expect(gone.disabled_reason).toContain('410');
});

test('a test is sent once, also to a disabled subscription, and answers with its attempt', async () => {
  const stage = openOperationsStage();
  const target = await receiver();
  const { subscription_id: id } = await subscribe(stage, target.url);
  await stage.send('POST', `${PATH}/${id}/disable`);
  target.script({ status: 503, body: 'busy' }, { status: 204 });
  const failed = await stage.send('POST', `${PATH}/${id}/test`);
  expect(TestAnswerSchema.parse(await failed.json())).toMatchObject({
    delivered: false,
    attempt: { status: 503, error: 'HTTP 503: busy' },
    delivery: { event_type: 'SUBSCRIPTION.TEST', status: 'failed' },
  });
  const passed = await stage.send('POST', `${PATH}/${id}/test`);
  expect(TestAnswerSchema.parse(await passed.json()).delivered).toBe(true);
  await pause(50);
  expect(target.received).toHaveLength(2);
});

test('a deleted subscription gets nothing more, and its log stays', async () => {
  const stage = openOperationsStage();
  const target = await receiver();
  const { subscription_id: id } = await subscribe(stage, target.url);
  await stage.send('POST', `${PATH}/${id}/disable`);
  publish(stage, 'evt_1');
  expect((await stage.send('DELETE', `${PATH}/${id}`)).status).toBe(204);
  expect((await stage.get(`${PATH}/${id}`)).status).toBe(404);
  expect((await stage.send('DELETE', `${PATH}/${id}`)).status).toBe(404);
  expect((await stage.send('POST', `${PATH}/${id}/test`)).status).toBe(404);
  publish(stage, 'evt_2');
  await pause(50);
  expect(target.received).toHaveLength(0);
  expect((await deliveries(stage)).map((one) => one.status)).toEqual(['suppressed']);
});

test('what our own network answers cannot be asked for', async () => {
  const stage = openOperationsStage({ CROSSDOCK_OUTBOUND_ALLOW_CIDRS: '' });
  const target = await receiver();
  for (const url of [target.url, 'https://localhost/x', 'https://[::1]/x', 'http://10.0.0.1/']) {
    const answer = await stage.send('POST', PATH, { url, event_types: ['*'] });
    expect(answer.status).toBe(422);
    expect(await problemOf(answer)).toBe('url-refused');
  }
  expect((await deliveries(stage)).length).toBe(0);
});

test('the address is judged at every attempt, a literal one and what a name leads to', async () => {
  const stage = openOperationsStage();
  const target = await receiver();
  const urls = [target.url, `http://localhost:${target.port}/named`];
  for (const url of urls) await subscribe(stage, url);
  publish(stage, 'evt_1');
  await eventually(() => target.received.length === 2);
  await stage.restart({ CROSSDOCK_OUTBOUND_ALLOW_CIDRS: '' });
  publish(stage, 'evt_2');
  const failed = await eventually(async () => {
    const found = await deliveries(stage, '?status=failed');
    return found.length === 2 && found;
  });
  expect(target.received).toHaveLength(2);
  for (const one of failed) {
    expect(one.attempts).toHaveLength(1);
    expect(one.attempts[0]?.error).toContain('not on the public internet');
  }
  expect(stage.log.filter((line) => line['msg'] === 'delivery.blocked')).toHaveLength(2);
});

test('pages of subscriptions show each once', async () => {
  const stage = openOperationsStage({ CROSSDOCK_SUBSCRIPTIONS_MAX: '3' });
  const target = await receiver();
  for (let n = 0; n < 3; n += 1) await subscribe(stage, target.url);
  const full = await stage.send('POST', PATH, { url: target.url, event_types: ['*'] });
  expect(full.status).toBe(409);
  expect(await problemOf(full)).toBe('too-many-subscriptions');
  const seen: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`;
    const answer = await stage.get(`${PATH}?limit=2${cursor}`);
    const page = pageOf(z.object({ subscription_id: z.string() })).parse(await answer.json());
    seen.push(...page.items.map((one) => one.subscription_id));
    next = page.next;
  }
  expect(new Set(seen).size).toBe(3);
  expect(seen).toHaveLength(3);
});

test.each([
  { url: 'http://127.0.0.1/', event_types: [] },
  { url: 'http://127.0.0.1/', event_types: ['alert.raised'] },
  { url: 'http://127.0.0.1/', event_types: ['ALERT.RAISED*'] },
  { event_types: ['*'] },
])('refuses the subscription %j', async (body) => {
  const stage = openOperationsStage();
  expect((await stage.send('POST', PATH, body)).status).toBe(422);
});
