import { orderOfLane } from '../../src/normalise/lane.ts';
import { normaliseEvent } from '../../src/normalise/normalise-event.ts';
import { readEvent } from '../../src/normalise/read-event.ts';
import type { Normalised, ReadEvent } from '../../src/normalise/definition.ts';
import type { OrderAddress } from '../../src/domain/ids.ts';
import { webhookConnections } from '../../src/config/connections.ts';
import type { Verdict, Verifier } from '../../src/verification/verdict.ts';
import { createVerifier } from '../../src/verification/verify.ts';
import { shippedWiring } from '../support/shipped-wiring.ts';
import { specNamed } from './connect.ts';
import type { Received } from './webhook-receiver.ts';

type Request = Pick<Received, 'body' | 'headers'>;

export interface WebhookReading {
  verify(request: Request, nowMs?: number): Verdict;
  /** The checks and mappings of the shipped files; throws what they refuse. */
  read(received: Received): {
    event: ReadEvent;
    order: OrderAddress | null;
    normalised: Normalised | null;
  };
}

/** Takes webhooks of a shipped connection as the api does. */
export function webhookReading(name: string, env: Record<string, string>): WebhookReading {
  const wiring = shippedWiring();
  const spec = specNamed(wiring, name);
  const [settings] = webhookConnections([spec], env).on;
  if (settings === undefined) throw new Error(`The secrets of ${name} are not set`);
  const verifier: Verifier = createVerifier(settings.profile, settings.secrets);
  const origin = { connection: name, kind: spec.kind };
  return {
    verify: ({ body, headers }, nowMs = Date.now()) =>
      verifier.verify({ method: 'POST', url: `/webhooks/${name}`, body, headers }, nowMs),
    read({ body, headers, value }) {
      const result = readEvent(wiring, origin, { body, headers, value });
      if (!result.ok) throw result.error;
      const { event } = result;
      const { eventId, eventType } = event;
      const kept = { ...origin, eventId, eventType, receivedAt: 1000, body };
      const order = orderOfLane(event.lane);
      return { event, order, normalised: normaliseEvent(wiring, kept) };
    },
  };
}

/** Places in which a request is altered by one bit, in its body or in its signature. */
export function* alteredRequests(
  { body, headers }: Request,
  header: string,
): Generator<Request & { what: string }> {
  for (let index = 0; index < body.length; index += 1) {
    const altered = Buffer.from(body);
    altered.writeUInt8(altered.readUInt8(index) ^ 1, index);
    yield { body: altered, headers, what: `byte ${index}` };
  }
  const signature = headers[header] ?? '';
  for (let index = 0; index < signature.length; index += 1) {
    const flipped = String.fromCharCode(signature.charCodeAt(index) ^ 1);
    const altered = signature.slice(0, index) + flipped + signature.slice(index + 1);
    yield { body, headers: { ...headers, [header]: altered }, what: `signature at ${index}` };
  }
  yield { body, headers: { ...headers, [header]: signature.slice(0, -2) }, what: 'a short one' };
  const without = Object.entries(headers).filter(([name]) => name !== header);
  yield { body, headers: Object.fromEntries(without), what: 'none' };
}
