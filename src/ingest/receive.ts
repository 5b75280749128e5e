import type { IncomingMessage } from 'node:http';
import type { SignedRequest, Verdict } from '../verification/verdict.ts';
import type { Connection, Connections } from './connections.ts';
import { isPlainJson } from './headers.ts';
import { readBody } from './read-body.ts';
import {
  ABORTED,
  headerMissing,
  NOT_AUTHENTIC,
  overRate,
  tooLarge,
  unavailable,
  WRONG_TYPE,
  type Refusal,
} from './refusals.ts';
import { storeEvent, type Receipt, type StoreOptions } from './store-event.ts';

export interface ReceiverOptions extends StoreOptions {
  connections: Connections;
  now: () => number;
}

/** Name of a connection that is not known: what a stranger writes must not become a label. */
const UNKNOWN = 'unknown';

/** Takes one webhook through every check, in the order of the design, up to its durable row. */
export function createReceiver(options: ReceiverOptions) {
  const { connections, settings } = options;

  return async (incoming: IncomingMessage, path: string): Promise<Receipt> => {
    const connection = connections.at(path);
    const name = connection?.name ?? UNKNOWN;
    const refuse = (refusal: Refusal, cause?: string): Receipt => ({
      taken: false,
      connection: name,
      refusal,
      ...(cause === undefined ? {} : { cause }),
    });
    const read = await readBody(incoming, settings.bodyBytesMax);
    if (!read.ok) {
      return refuse(read.cause === 'aborted' ? ABORTED : tooLarge(settings.bodyBytesMax));
    }
    if (!isPlainJson(incoming.headers)) return refuse(WRONG_TYPE);
    const { body } = read;
    const now = options.now();
    const verdict = (connection?.verifier ?? connections.decoy).verify(
      requestOf(incoming, body),
      now,
    );
    if (connection === undefined) return refuse(NOT_AUTHENTIC, 'connection-unknown');
    if (!verdict.authentic) return refuse(refusalOf(verdict, connection), verdict.check);
    const rate = connection.rate.take(now);
    if (!rate.ok) return refuse(overRate(rate.waitMs, rate.headers));
    if (options.gauge.backlog >= settings.backlogMax) {
      return refuse(
        unavailable(
          'backlog-full',
          'More events wait for their orders than this inbox may hold.',
          settings.retryAfterMs,
        ),
      );
    }
    return storeEvent({ connection, incoming, body, verdict, now }, options);
  };
}

function requestOf(incoming: IncomingMessage, body: Buffer): SignedRequest {
  return {
    method: incoming.method ?? 'POST',
    url: incoming.url ?? '/',
    body,
    header: (name) => {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
  };
}

function refusalOf(
  verdict: Extract<Verdict, { authentic: false }>,
  connection: Connection,
): Refusal {
  if (verdict.check === 'header-missing') return headerMissing(verdict.header ?? 'signature');
  if (verdict.check === 'id-malformed') return headerMissing(connection.verifier.idHeader ?? 'id');
  return NOT_AUTHENTIC;
}
