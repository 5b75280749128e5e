import type { Attempt } from './attempt.ts';

/**
 * What the end of a call says of the far side. `well`: it answered, whatever it said. `stumbled`: it
 * failed over this call. `away`: it, or what stands before it, does not serve now, or said nothing.
 * `unreachable`: no connection was made. `limited`: it asks for less.
 */
export type Sign = 'well' | 'stumbled' | 'away' | 'unreachable' | 'limited';

const AWAY_STATUSES = new Set([502, 503, 504]);

/** 4xx is an answer: it never means that a system is down. */
export function signOf(attempt: Attempt): Sign {
  switch (attempt.kind) {
    case 'done':
    case 'refused':
      return 'well';
    case 'unreachable':
      return 'unreachable';
    case 'retry':
      if (attempt.status === null || AWAY_STATUSES.has(attempt.status)) return 'away';
      if (attempt.status === 429) return 'limited';
      return attempt.status >= 500 ? 'stumbled' : 'well';
  }
}
