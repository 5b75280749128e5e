import type { IncomingMessage } from 'node:http';
import type { SignedRequest, Verdict } from '../verification/verdict.ts';
import type { Connection, Connections } from './connections.ts';
import { isPlainJson } from './headers.ts';
import { readBody } from './read-body.ts';
import {
  ABORTED,
  BACKLOG_FULL,
  CONNECTION_PAUSED,
  headerMissing,
  NOT_AUTHENTIC,
  overRate,
  tooLarge,
  unavailable,
  WRONG_TYPE,
  type Refusal,
} from './refusals.ts';
import { refuse, storeEvent, type Receipt, type StoreOptions } from './store-event.ts';

export interface ReceiverOptions extends StoreOptions {
  connections: Connections;
  now: () => number;
}

/** Name of a connection that is not known: what a stranger writes must not become a label. */
const UNKNOWN = 'unknown';

/** Takes one webhook through every check, in the order of the design, up to its durable row. */
export function createReceiver(options: ReceiverOptions) {
  const { connections, settings, gauge } = options;

  return async (incoming: IncomingMessage, path: string): Promise<Receipt> => {
    const connection = connections.at(path);
    const name = connection === undefined ? UNKNOWN : connection.name;
    const read = await readBody(incoming, settings.bodyBytesMax);
    if (!read.ok) {
      return refuse(name, read.cause === 'aborted' ? ABORTED : tooLarge(settings.bodyBytesMax));
    }
    if (!isPlainJson(incoming.headers)) return refuse(name, WRONG_TYPE);
    const { body } = read;
    const now = options.now();
    const verifier = connection === undefined ? connections.decoy : connection.verifier;
    const verdict = verifier.verify(requestOf(incoming, body), now);
    if (connection === undefined) return refuse(name, NOT_AUTHENTIC, 'connection-unknown');
    if (!verdict.authentic) return refuse(name, refusalOf(verdict, connection), verdict.check);
    connection.tally.verified(verdict.secretId, now);
    if (connection.paused !== null) {
      return refuse(
        name,
        unavailable('connection-paused', CONNECTION_PAUSED, settings.pausedRetryAfterMs),
      );
    }
    const rate = connection.rate.take(now);
    if (!rate.ok) return refuse(name, overRate(rate.waitMs, rate.headers));
    if (gauge.backlog >= settings.backlogMax) {
      return refuse(name, unavailable('backlog-full', BACKLOG_FULL, settings.retryAfterMs));
    }
    return storeEvent({ connection, incoming, body, verdict, now }, options);
  };
}

function requestOf(incoming: IncomingMessage, body: Buffer): SignedRequest {
  const { method = 'POST', url = '/', headers } = incoming;
  return { method, url, body, headers };
}

function refusalOf(
  verdict: Extract<Verdict, { authentic: false }>,
  connection: Connection,
): Refusal {
  if (verdict.check === 'header-missing') return headerMissing(verdict.header ?? 'signature');
  if (verdict.check === 'id-malformed') return headerMissing(connection.verifier.idHeader ?? 'id');
  return NOT_AUTHENTIC;
}
