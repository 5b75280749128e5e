import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { envelopeText, templateHeaders } from '../support/signed.ts';
import {
  postOrder,
  SECRETS,
  startWebhooks,
  type WebhooksServer,
} from '../support/signed-webhooks-server.ts';

const LIMIT = 262_144;

let server: WebhooksServer;

beforeAll(async () => {
  server = await startWebhooks();
});

afterAll(() => server.close());

interface RawOptions {
  head: string[];
  chunks: (string | Buffer)[];
  /** Cuts the connection after the last chunk. */
  cut?: boolean;
}

/** Writes bytes as they are and answers with all that came back, headers first. */
function raw({ head, chunks, cut = false }: RawOptions): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(server.port, '127.0.0.1');
    const done = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(3000, done);
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
      if (/\r\n\r\n[\s\S]*\}$/.test(answer) || answer.startsWith('HTTP/1.1 400 Bad')) done();
    });
    socket.on('error', done).on('close', done);
    socket.write(
      `POST /webhooks/orders HTTP/1.1\r\nHost: localhost\r\n${head.join('\r\n')}\r\n\r\n`,
    );
    for (const chunk of chunks) socket.write(chunk);
    if (cut) setTimeout(done, 50);
  });
}

function orderOf(eventId: string): string {
  return envelopeText({
    eventId,
    eventType: 'ORDER.CREATED',
    payload: { order_id: 'O', items: [{ sku: 'A', qty: 1 }] },
  });
}

function headOf(body: string): string[] {
  return Object.entries(templateHeaders(SECRETS.crm, body)).map(
    ([name, value]) => `${name}: ${value}`,
  );
}

function chunked(text: string, size: number): string[] {
  const chunks: string[] = [];
  for (let at = 0; at < text.length; at += size) {
    const part = text.slice(at, at + size);
    chunks.push(`${part.length.toString(16)}\r\n${part}\r\n`);
  }
  return [...chunks, '0\r\n\r\n'];
}

describe('chunked bodies', () => {
  test('are taken like any other', async () => {
    const body = orderOf('evt_chunked');
    const answer = await raw({
      head: [...headOf(body), 'Transfer-Encoding: chunked'],
      chunks: chunked(body, 7),
    });
    expect(answer).toMatch(/^HTTP\/1\.1 202 /);
    expect((await server.store.get('crm', 'evt_chunked'))?.body.toString()).toBe(body);
  });

  test('over the limit are 413, with the answer still readable', async () => {
    const answer = await raw({
      head: ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
      chunks: chunked('x'.repeat(LIMIT + 1), 65_536),
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('https://crossdock.dev/problems/too-large');
  });

  test('without an end are 413 as soon as they are too long', async () => {
    const [...chunks] = chunked('x'.repeat(LIMIT + 1), 65_536);
    const answer = await raw({
      head: ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
      chunks: chunks.slice(0, -1),
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('a lying Content-Length', () => {
  test('over the limit is 413 before the body is sent', async () => {
    const answer = await raw({
      head: ['Content-Type: application/json', `Content-Length: ${LIMIT + 1}`],
      chunks: ['{}'],
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('that is too small never lets the rest pass', async () => {
    const body = orderOf('evt_short');
    const answer = await raw({
      head: [...headOf(body), `Content-Length: ${body.length - 5}`],
      chunks: [body],
    });
    expect(answer).toMatch(/^HTTP\/1\.1 40[01] /);
    expect(await server.store.get('crm', 'evt_short')).toBeUndefined();
  });

  test('beside chunked encoding is refused', async () => {
    const body = orderOf('evt_both');
    const answer = await raw({
      head: [...headOf(body), 'Transfer-Encoding: chunked', 'Content-Length: 10'],
      chunks: chunked(body, 100),
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(await server.store.get('crm', 'evt_both')).toBeUndefined();
  });

  test('that is never reached stores nothing and harms nobody', async () => {
    const body = orderOf('evt_cut');
    await raw({
      head: [...headOf(body), `Content-Length: ${body.length + 10}`],
      chunks: [body],
      cut: true,
    });
    expect(await server.store.get('crm', 'evt_cut')).toBeUndefined();
    expect((await postOrder(server.url, orderOf('evt_after'))).status).toBe(202);
  });
});

test('a header given twice is refused', async () => {
  const body = orderOf('evt_twice');
  const head = [...headOf(body), `Content-Length: ${body.length}`];
  for (const name of ['x-signature', 'x-event-id']) {
    const again = head.find((line) => line.startsWith(name)) ?? '';
    const answer = await raw({ head: [...head, again], chunks: [body] });
    expect(answer).toMatch(/^HTTP\/1\.1 40[01] /);
  }
  expect(await server.store.get('crm', 'evt_twice')).toBeUndefined();
});
