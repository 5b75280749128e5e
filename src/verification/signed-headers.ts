import type { SignedProfile } from './profile.ts';
import { readSignatures, type Offered, type OfferedSignature } from './signature-header.ts';
import { headerOf, type FailedCheck, type SignedRequest, type Verdict } from './verdict.ts';

/** What the headers of a signed request say, each null where the profile has none. */
export interface SignedHeaders {
  id: string | null;
  ts: string | null;
  signatures: OfferedSignature[];
}

export type Refusal = Extract<Verdict, { authentic: false }>;

export function refuse(check: FailedCheck, header: string | null = null): Refusal {
  return { authentic: false, check, header };
}

/** Reads every header that the profile asks for; the first that is missing refuses the request. */
export function readSigned(
  profile: SignedProfile,
  request: SignedRequest,
): SignedHeaders | Refusal {
  const signature = headerOf(request, profile.header);
  if (signature === undefined) return refuse('header-missing', profile.header);
  const id = profile.id === null ? null : headerOf(request, profile.id.header);
  if (id === undefined) return refuse('header-missing', profile.id?.header);
  const offered = readSignatures(profile, signature);
  const ts = timestampOf(profile, request, offered);
  return typeof ts === 'object' && ts !== null ? ts : { id, ts, signatures: offered.signatures };
}

function timestampOf(
  { timestamp }: SignedProfile,
  request: SignedRequest,
  offered: Offered,
): string | null | Refusal {
  if (timestamp === null || timestamp.from === 'body') return null;
  if (timestamp.from === 'header') {
    return headerOf(request, timestamp.header) ?? refuse('header-missing', timestamp.header);
  }
  if (offered.timestamp === null) return refuse('timestamp-malformed');
  const echo = timestamp.echo === null ? undefined : headerOf(request, timestamp.echo);
  const agrees = echo === undefined || echo === offered.timestamp;
  return agrees ? offered.timestamp : refuse('timestamp-echo');
}
