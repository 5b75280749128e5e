/** Times in ms, already scaled. */
export interface CircuitSettings {
  /** First pause after the far side could not be reached, doubled each time up to the maximum. */
  pauseFirstMs: number;
  pauseMaxMs: number;
  /** Calls in flight when the far side is well. */
  inFlightMax: number;
  /** Pause of a command that found every place taken. */
  fullPauseMs: number;
}

/** Whether a command may go out now; if not, how long it is parked. */
export type Pass = { go: true } | { go: false; waitMs: number; reason: string };

export interface Circuit {
  enter(): Pass;
  /** Ends what `enter` let go. `down`: the far side could not be reached at all. */
  leave(result: 'reached' | 'down'): void;
  isOpen(): boolean;
}

export interface CircuitOptions {
  name: string;
  settings: CircuitSettings;
  now: () => number;
  random: () => number;
  onChange: (open: boolean) => void;
}

/**
 * Parks commands while a system is away, so that they keep their attempts, and lets them out with
 * a ramp when it is back: one, then two, then four at a time.
 */
export function createCircuit({ name, settings, now, random, onChange }: CircuitOptions): Circuit {
  let failures = 0;
  let openUntil = 0;
  let inFlight = 0;
  let allowed = settings.inFlightMax;

  return {
    isOpen: () => failures > 0,
    enter() {
      if (failures > 0 && now() < openUntil) {
        const waitMs = openUntil - now() + random() * settings.pauseFirstMs;
        return { go: false, waitMs, reason: `${name} cannot be reached` };
      }
      if (inFlight >= allowed) {
        const waitMs = settings.fullPauseMs * (1 + random());
        return { go: false, waitMs, reason: `${name} has ${allowed} calls in flight` };
      }
      inFlight += 1;
      return { go: true };
    },
    leave(result) {
      inFlight -= 1;
      if (result === 'down') {
        const opened = failures === 0;
        failures += 1;
        allowed = 1;
        const doubled = settings.pauseFirstMs * 2 ** Math.min(failures - 1, 20);
        openUntil = now() + Math.min(settings.pauseMaxMs, doubled);
        if (opened) onChange(true);
        return;
      }
      allowed = Math.min(settings.inFlightMax, allowed * 2);
      if (failures === 0) return;
      failures = 0;
      onChange(false);
    },
  };
}
