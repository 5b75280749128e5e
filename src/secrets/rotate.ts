import { endOf, type Secret } from '../verification/secrets.ts';

/** A secret as it is kept; `createdAt` is null for one that came from the settings. */
export interface KeptSecret extends Secret {
  createdAt: number | null;
}

interface RotateInput {
  kept: readonly KeptSecret[];
  id: string;
  value: string;
  now: number;
  overlapMs: number;
  /** Ends a running overlap at once. */
  force: boolean;
}

export type Rotated =
  | { rotated: true; kept: KeptSecret[]; previousUntil: number }
  /** A former secret is still accepted; another rotation would pull it from under its sender. */
  | { rotated: false; overlapUntil: number };

/** Makes a new secret the active one; what was active is accepted for `overlapMs` longer. */
export function rotateSecrets(input: RotateInput): Rotated {
  const { kept, id, value, now, overlapMs, force } = input;
  const overlapUntil = Math.max(0, ...kept.filter(isRetiring).map(endOf));
  if (overlapUntil > now && !force) return { rotated: false, overlapUntil };
  const previousUntil = now + overlapMs;
  const former = kept.map((secret): KeptSecret => {
    if (secret.state === 'next') return secret;
    const until = secret.state === 'active' ? previousUntil : Math.min(endOf(secret), now);
    return { ...secret, state: 'retiring', until };
  });
  const made: KeptSecret = { id, value, state: 'active', until: null, createdAt: now };
  return { rotated: true, kept: [...former, made], previousUntil };
}

function isRetiring({ state }: KeptSecret): boolean {
  return state === 'retiring';
}
