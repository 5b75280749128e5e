import type { SignedProfile } from '../profile.ts';
import { headerOf, isStale, type SignedRequest } from '../verdict.ts';
import { idPatternOf, UNIX_SECONDS } from '../verify-signature.ts';
import { failed, isoOf, passed, spanOf, type Check, type Examination } from './check.ts';
import { idOf, timeOf } from './parts.ts';

/** The event id in its header and in the body; none where the profile reads none. */
export function checkEventId(profile: SignedProfile, request: SignedRequest): Check[] {
  const { id: rule } = profile;
  if (rule === null) return [];
  const id = idOf(profile, request);
  if (id === undefined) return [failed('event-id', `The header ${rule.header} is missing.`)];
  if (!idPatternOf(profile).test(id)) {
    return [
      failed(
        'event-id',
        `${rule.header} ${JSON.stringify(id.slice(0, 128))} is no id that may be signed: 1 to 128 of A-Z a-z 0-9 _ -, and . : where nothing is joined with dots. A header given twice is none either.`,
      ),
    ];
  }
  if (!rule.matchesBody) return [passed('event-id', `${rule.header} is ${id}.`)];
  const inBody = fieldOf(request.body, 'event_id');
  if (inBody === id) return [passed('event-id', `${rule.header} and event_id are both ${id}.`)];
  const told =
    inBody === undefined
      ? 'the body has no event_id that can be read'
      : `event_id of the body is ${JSON.stringify(inBody).slice(0, 140)}`;
  const remedy = "Send the body's event_id in the header.";
  return [failed('event-id', `${rule.header} is ${id}, and ${told}. ${remedy}`)];
}

/** When it was signed, and how far from now; none where the profile has no time. */
export function checkTimestamp(profile: SignedProfile, examination: Examination): Check[] {
  const { timestamp } = profile;
  if (timestamp === null) return [];
  if (timestamp.from === 'body') return [bodyTime(timestamp.field, profile, examination)];
  const place = timestamp.from === 'header' ? timestamp.header : `${timestamp.key}= in the header`;
  return [headerTime(place, profile, examination)];
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/;

function bodyTime(field: string, profile: SignedProfile, examination: Examination): Check {
  const { request, nowMs } = examination;
  const text = fieldOf(request.body, field);
  const signedAt = typeof text === 'string' && INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(signedAt)) {
    const why = `${field} of the body is no ISO 8601 instant such as ${isoOf(nowMs)}.`;
    return failed('timestamp', why);
  }
  return judged(`${field} of the body`, signedAt, { nowMs, toleranceMs: profile.toleranceMs });
}

function headerTime(place: string, profile: SignedProfile, examination: Examination): Check {
  const { request, nowMs } = examination;
  const ts = timeOf(profile, request);
  if (ts === undefined) return failed('timestamp', `${place} is missing or given twice.`);
  const { timestamp } = profile;
  const echoed = timestamp?.from === 'element' ? timestamp.echo : null;
  const echo = echoed === null ? undefined : headerOf(request, echoed);
  if (echo !== undefined && echo !== ts) {
    return failed('timestamp', `${place} and the header ${echoed} that repeats it differ.`);
  }
  if (!UNIX_SECONDS.test(ts)) {
    const cause = /^\d{13}$/.test(ts) ? ' It is in milliseconds.' : '';
    const given = JSON.stringify(ts.slice(0, 32));
    const why = `${place} is ${given}; it must be ten digits, seconds since 1970.${cause}`;
    return failed('timestamp', why);
  }
  return judged(place, Number(ts) * 1000, { nowMs, toleranceMs: profile.toleranceMs });
}

function judged(
  place: string,
  signedAtMs: number,
  { nowMs, toleranceMs }: { nowMs: number; toleranceMs: number },
): Check {
  const offMs = Math.abs(nowMs - signedAtMs);
  const side = signedAtMs <= nowMs ? 'ago' : 'ahead of our clock';
  const told = `${place} says ${isoOf(signedAtMs)}, ${spanOf(offMs)} ${side}`;
  const limit = `the tolerance is ${spanOf(toleranceMs)}`;
  if (!isStale(signedAtMs, nowMs, toleranceMs)) return passed('timestamp', `${told}; ${limit}.`);
  return failed(
    'timestamp',
    `${told}; ${limit}, so it is out by ${spanOf(offMs - toleranceMs)}. Set the sender's clock, and sign anew at each attempt. An event that we have is still answered as a repeat; one that we do not have is kept in quarantine.`,
  );
}

function fieldOf(body: Buffer, name: string): unknown {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}
