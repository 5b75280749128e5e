/** Times in ms, already scaled. */
export interface BreakerSettings {
  /** First pause after the far side was found down, doubled each time up to the maximum. */
  pauseFirstMs: number;
  pauseMaxMs: number;
  /** Calls in flight when the far side is well. */
  inFlightMax: number;
}

export interface Breaker {
  isOpen(): boolean;
  openedAt(): number;
  /** What is left of the pause; 0 when a trial may go out, and always when closed. */
  pauseLeftMs(): number;
  takePlace(): boolean;
  freePlace(): void;
  inFlight(): number;
  down(): void;
  /** A call came back well: closes, and lets out twice as many. */
  well(): void;
  /** The far side is back but no command has shown it yet: closes, and lets one out. */
  reopen(): void;
  /** The far side asked for less. */
  slower(): void;
}

/** Open or closed, and how many calls may be in flight: one, then two, then four after an outage. */
export function createBreaker(settings: BreakerSettings, now: () => number): Breaker {
  let failures = 0;
  let openedAt = 0;
  let pausedUntil = 0;
  let inFlight = 0;
  let allowed = settings.inFlightMax;

  return {
    isOpen: () => failures > 0,
    openedAt: () => openedAt,
    pauseLeftMs: () => (failures > 0 ? Math.max(0, pausedUntil - now()) : 0),
    takePlace() {
      if (inFlight >= allowed) return false;
      inFlight += 1;
      return true;
    },
    freePlace() {
      inFlight -= 1;
    },
    inFlight: () => inFlight,
    down() {
      // Calls that were under way together fail together: that is one failure.
      if (failures > 0 && now() < pausedUntil) return;
      if (failures === 0) openedAt = now();
      failures += 1;
      allowed = 1;
      const doubled = settings.pauseFirstMs * 2 ** Math.min(failures - 1, 20);
      pausedUntil = now() + Math.min(settings.pauseMaxMs, doubled);
    },
    well() {
      failures = 0;
      allowed = Math.min(settings.inFlightMax, allowed * 2);
    },
    reopen() {
      failures = 0;
      allowed = 1;
    },
    slower() {
      allowed = 1;
    },
  };
}
