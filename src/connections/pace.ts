export interface PaceSettings {
  /** Calls per second over time; 0 for no limit. */
  perSecond: number;
  /** Calls that may go out at once after a quiet time. */
  burst: number;
}

/** A rate that calls are held to. */
export interface Pace {
  /** Ms until it is the turn of this key, which is kept for it; 0 takes the turn. */
  turnInMs(key: string): number;
  /** True when a call could go out now, with nobody waiting for a turn. */
  isFree(): boolean;
  /** Called for every call that goes out: what a command calls beyond its first is paid later. */
  charge(): void;
  /** Called when a command ends: at most one turn per command in flight is still to be used. */
  settle(inFlight: number): void;
}

/** Turns kept for commands that are to come back. */
const TURNS_MAX = 10_000;

/**
 * How late a command may come for its turn. Turns that are taken late bunch up, so in any time T
 * there are at most `burst + perSecond x (T + this)` calls.
 */
const TURN_LATE_MAX_MS = 1000;

const UNLIMITED: Pace = {
  turnInMs: () => 0,
  isFree: () => true,
  charge: () => undefined,
  settle: () => undefined,
};

/**
 * A token bucket that hands out turns: whoever must wait is told when to come back and finds its
 * turn kept, so a long queue costs one wait each and not one poll each.
 */
export function createPace({ perSecond, burst }: PaceSettings, now: () => number): Pace {
  if (perSecond <= 0) return UNLIMITED;
  const everyMs = 1000 / perSecond;
  const slackMs = (burst - 1) * everyMs;
  const turns = new Map<string, number>();
  let paidUntil = 0;
  let prepaid = 0;

  const take = (): void => {
    paidUntil = Math.max(paidUntil, now()) + everyMs;
  };
  /** Turns are kept in their order, so those that were let go of come first. */
  const forget = (): void => {
    for (const [key, at] of turns) {
      if (at + TURN_LATE_MAX_MS >= now()) return;
      turns.delete(key);
    }
  };

  return {
    turnInMs(key) {
      forget();
      const kept = turns.get(key);
      const at = kept ?? Math.max(paidUntil - slackMs, now());
      const waitMs = at - now();
      if (waitMs > 0 && (kept !== undefined || turns.size >= TURNS_MAX)) return waitMs;
      if (kept === undefined) take();
      if (waitMs > 0) {
        turns.set(key, at);
        return waitMs;
      }
      turns.delete(key);
      prepaid += 1;
      return 0;
    },
    isFree: () => paidUntil - slackMs <= now(),
    charge() {
      if (prepaid > 0) prepaid -= 1;
      else take();
    },
    settle(inFlight) {
      prepaid = Math.min(prepaid, inFlight);
    },
  };
}
