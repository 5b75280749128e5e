import type { Profile } from '../profile.ts';
import type { Secret } from '../secrets.ts';
import type { SignedRequest } from '../verdict.ts';

/** One thing that has to hold for a request to be authentic, and what was found. */
export interface Check {
  check:
    | 'headers'
    | 'signature-format'
    | 'credentials-format'
    | 'event-id'
    | 'timestamp'
    | 'secrets'
    | 'signature'
    | 'credentials';
  ok: boolean;
  /** For the operator: what was expected, what is there, what to do. Never a secret. */
  detail: string;
}

export interface Examination {
  profile: Profile;
  /** All that are known of the connection, retired ones included. */
  secrets: readonly Secret[];
  /** Live secrets of other connections: a sender may have called the wrong address. */
  others: readonly OtherSecrets[];
  request: SignedRequest;
  nowMs: number;
}

export interface OtherSecrets {
  connection: string;
  profile: Profile;
  secrets: readonly Secret[];
}

export function passed(check: Check['check'], detail: string): Check {
  return { check, ok: true, detail };
}

export function failed(check: Check['check'], detail: string): Check {
  return { check, ok: false, detail };
}

/** A span of time as a person says it. */
export function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 600) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

export function isoOf(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? 'a time that is none' : date.toISOString();
}
