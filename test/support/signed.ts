import { createHmac } from 'node:crypto';
import { PROFILES } from '../../src/verification/profiles.ts';
import type { Profile } from '../../src/verification/profile.ts';
import type { SignedRequest } from '../../src/verification/verdict.ts';

export function profileNamed(name: string): Profile {
  const profile = PROFILES.get(name);
  if (profile === undefined) throw new Error(`There is no profile ${name}.`);
  return profile;
}

/** A request as the verifier sees it. */
export function requestOf(body: Buffer | string, headers: Record<string, string>): SignedRequest {
  return {
    method: 'POST',
    url: '/webhooks/crm',
    body: Buffer.from(body),
    headers,
  };
}

export function hexHmac(secret: string, ...parts: (Buffer | string)[]): string {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

interface EnvelopeParts {
  eventId: string;
  eventType: string;
  payload: unknown;
  timestamp?: string;
}

export function envelopeText({ eventId, eventType, payload, timestamp }: EnvelopeParts): string {
  return JSON.stringify({
    event_id: eventId,
    event_type: eventType,
    event_version: '1.0',
    timestamp: timestamp ?? new Date().toISOString(),
    source: 'test',
    payload,
  });
}

/** Headers of profile `template`; the id of the body unless another is asked for. */
export function templateHeaders(
  secret: string,
  body: Buffer | string,
  eventId?: string,
): Record<string, string> {
  const id = eventId ?? (JSON.parse(body.toString()) as { event_id: string }).event_id;
  return {
    'content-type': 'application/json',
    'x-signature': hexHmac(secret, body),
    'x-event-id': id,
  };
}
