import type { SignedProfile } from '../profile.ts';
import { readSignatures } from '../signature-header.ts';
import type { SignedParts } from '../signed-string.ts';
import { headerOf, type SignedRequest } from '../verdict.ts';

const ID_HEADERS = ['x-event-id', 'webhook-id', 'svix-id', 'x-request-id'];
const TIME_HEADERS = ['x-timestamp', 'webhook-timestamp', 'svix-timestamp'];

/** What the template is filled with; also what the profile does not read, for guesses. */
export function partsOf(profile: SignedProfile, request: SignedRequest): SignedParts {
  const { method, url, body } = request;
  const id = idOf(profile, request) ?? firstOf(request, ID_HEADERS) ?? '';
  const ts = timeOf(profile, request) ?? firstOf(request, TIME_HEADERS) ?? '';
  return { id, ts, method, url, body };
}

export function idOf(profile: SignedProfile, request: SignedRequest): string | undefined {
  return profile.id === null ? undefined : headerOf(request, profile.id.header);
}

/** The time in a header; undefined when it is missing or stands in the body. */
export function timeOf(profile: SignedProfile, request: SignedRequest): string | undefined {
  const { timestamp } = profile;
  if (timestamp?.from === 'header') return headerOf(request, timestamp.header);
  if (timestamp?.from !== 'element') return undefined;
  const value = headerOf(request, profile.header);
  return value === undefined ? undefined : (readSignatures(profile, value).timestamp ?? undefined);
}

function firstOf(request: SignedRequest, names: readonly string[]): string | undefined {
  return names.map((name) => headerOf(request, name)).find((value) => value !== undefined);
}
