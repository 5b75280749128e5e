import { expect, test, onTestFinished } from 'vitest';
import { ProblemSchema, type Problem } from '../../src/contracts/problem.ts';
import { serveApp } from '../../src/http/serve.ts';
import { API_KEY, openApiStage } from '../support/api-stage.ts';
import { addDeadLetter, shelve } from '../support/books-shelf.ts';

const PROTECTED = [
  ['GET', '/api/v1/orders'],
  ['GET', '/api/v1/orders/ORD-1'],
  ['GET', '/api/v1/events'],
  ['GET', '/api/v1/events/evt_1'],
  ['GET', '/api/v1/dead-letters'],
  ['POST', '/api/v1/dead-letters/DL-1/replay'],
  ['GET', '/api/v1/no-such-thing'],
] as const;

const WRONG = [
  undefined,
  '',
  'Bearer',
  'Bearer ',
  `Bearer ${API_KEY}x`,
  `Bearer ${API_KEY.slice(0, -1)}`,
  `Basic ${API_KEY}`,
  API_KEY,
];

async function problemOf(answer: Response): Promise<Problem> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const body = ProblemSchema.parse(await answer.json());
  expect(body.status).toBe(answer.status);
  return body;
}

for (const [method, path] of PROTECTED) {
  test(`${method} ${path} answers 401 without the API key, whatever is sent instead`, async () => {
    const stage = openApiStage();
    for (const authorization of WRONG) {
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await stage.app.request(path, { method, headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect((await problemOf(answer)).type).toMatch(/\/unauthorized$/);
    }
  });
}

for (const path of ['/health/live', '/health/ready', '/metrics', '/openapi.json']) {
  test(`${path} needs no key`, async () => {
    const stage = openApiStage();
    expect((await stage.app.request(path)).status).toBe(200);
  });
}

test('the scheme of the key may be written in any case', async () => {
  const stage = openApiStage();
  const headers = { authorization: `bearer ${API_KEY}` };
  expect((await stage.app.request('/api/v1/orders', { headers })).status).toBe(200);
});

test('what does not exist is a 404 problem, behind the key and before it', async () => {
  const stage = openApiStage();
  for (const path of ['/api/v1/no-such-thing', '/nowhere', '/api/v1/orders/A/B']) {
    const answer = await stage.get(path);
    expect(answer.status, path).toBe(404);
    expect((await problemOf(answer)).detail).toContain(`GET ${path}`);
  }
});

test('every answer carries its request id, the same as instance, and the one that was sent', async () => {
  const stage = openApiStage();
  const answer = await stage.app.request('/nowhere', { headers: { 'x-request-id': 'req-1' } });
  expect(answer.headers.get('x-request-id')).toBe('req-1');
  expect((await problemOf(answer)).instance).toBe('req-1');
  const own = await stage.get('/nowhere');
  expect((await problemOf(own)).instance).toBe(own.headers.get('x-request-id'));
});

test('answers carry headers that keep browsers from guessing and framing', async () => {
  const stage = openApiStage();
  const answer = await stage.get('/api/v1/orders');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN');
});

test('over real HTTP, a body that is too large is a 413, told in advance or chunked', async () => {
  const stage = openApiStage({ env: { CROSSDOCK_API_BODY_BYTES_MAX: '1000' } });
  shelve(stage.books, [{ orderId: 'ORD-1' }]);
  addDeadLetter(stage.books, { id: 'DL-1', orderId: 'ORD-1' });
  const server = await serveApp({ app: stage.app, hostname: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close(0));
  const url = `http://127.0.0.1:${server.port}/api/v1/dead-letters/DL-1/replay`;
  const send = (body: string | ReadableStream<Uint8Array>): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      body,
      headers: {
        authorization: `Bearer ${API_KEY}`,
        'idempotency-key': 'k',
        'content-type': 'application/json',
      },
      ...({ duplex: 'half' } as object),
    });
  const chunked = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start(controller) {
        for (let n = 0; n < 20; n += 1) controller.enqueue(new Uint8Array(100));
        controller.close();
      },
    });
  for (const body of ['x'.repeat(1001), chunked()]) {
    const answer = await send(body);
    expect(answer.status).toBe(413);
    expect((await problemOf(answer)).type).toMatch(/\/too-large$/);
  }
  expect(stage.sent).toEqual([]);
  expect((await send('{}')).status).toBe(202);
});

test('a fault of ours shows no message of its own', async () => {
  const stage = openApiStage();
  stage.inbox.list = () => Promise.reject(new Error('secret detail'));
  const answer = await stage.get('/api/v1/events');
  expect(answer.status).toBe(500);
  const body = await problemOf(answer);
  expect(body.type).toMatch(/\/internal$/);
  expect(JSON.stringify(body)).not.toContain('secret');
});
