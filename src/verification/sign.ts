import { createHmac } from 'node:crypto';

interface SignInput {
  secret: string;
  /** The exact JSON text that is sent; its `event_id` goes into the header as well. */
  body: string;
}

/** Headers of profile `template` (seed 4): hex HMAC-SHA256 of the body and the body's event id. */
export function signTemplate(input: SignInput): Record<string, string> {
  const { event_id: eventId } = JSON.parse(input.body) as { event_id?: unknown };
  if (typeof eventId !== 'string') throw new Error('A body to sign needs a text event_id.');
  return {
    'x-signature': createHmac('sha256', input.secret).update(input.body).digest('hex'),
    'x-event-id': eventId,
  };
}
