import { createBreaker, type Breaker } from './breaker.ts';
import type { Sign } from './far-side.ts';
import { createLanes, type Lane, type Lanes, type LaneSettings } from './lane.ts';
import { createPace, type Pace, type PaceSettings } from './pace.ts';
import { createParked, type Parked } from './parked.ts';

export interface CircuitSettings extends LaneSettings {
  /** Pause of a command that found every place taken. */
  fullPauseMs: number;
  /** Parked commands come back spread over this time for each of them. */
  spreadMs?: number;
  pace?: PaceSettings;
}

/** A command that wants to go out. */
export interface Call {
  key: string;
  order: string;
  kind: string;
}

type Parking = { go: false; waitMs: number; reason: string };

/** Whether a command may go out now; if not, how long it is parked. */
export type Pass = { go: true } | Parking;

/** The same for what waits behind commands: nothing waits while the connection is closed. */
export type PassBehind =
  | { go: true }
  | { go: false; closed: true; reason: string }
  | { go: false; closed: false; waitMs: number; reason: string };

/** How a call ended. */
export interface CallEnd {
  sign: Sign;
  startedAt: number;
  /** What the far side asked of all of us. */
  holdMs?: number;
  error?: string;
}

export interface CircuitChange {
  open: boolean;
  /** The kind of command that is parked, or `all`. */
  scope: string;
  cause: string;
  parked: number;
  openForMs: number;
}

export interface CircuitOptions {
  name: string;
  settings: CircuitSettings;
  now: () => number;
  random: () => number;
  onChange: (change: CircuitChange) => void;
  /** Reads something harmless: whether the far side serves at all. Without it, commands find out. */
  read?: () => Promise<boolean>;
}

const BACK = 'it answers again';

/**
 * Parks commands while a system is away, so that they keep their attempts, and lets them out with a
 * ramp when it is back. Away is a system that cannot be reached; one that fails a command and then
 * fails a harmless read too; and, for one kind of command, one that was away for several orders in
 * a row. A command that fails alone, while others or the read succeed, spends its attempts.
 */
export class Circuit {
  private readonly options: CircuitOptions;
  private readonly whole: Breaker;
  private readonly lanes: Lanes;
  private readonly parking: Parked;
  private readonly pace: Pace;
  private heldUntil = 0;
  private wellAt = -Infinity;
  private reading: Promise<boolean> | undefined;

  constructor(options: CircuitOptions) {
    const { settings, now } = options;
    this.options = options;
    this.whole = createBreaker(settings, now);
    this.lanes = createLanes(settings, now);
    this.parking = createParked(now);
    this.pace = createPace(settings.pace ?? { perSecond: 0, burst: 1 }, now);
  }

  isOpen(): boolean {
    return this.whole.isOpen() || this.lanes.isAnyOpen();
  }

  parked(): number {
    return this.parking.count();
  }

  async enter(call: Call): Promise<Pass> {
    const { name, settings, now } = this.options;
    const heldMs = this.heldUntil - now();
    if (heldMs > 0) return this.park(call, heldMs, `${name} asked for a pause`);
    if (!(await this.isBack())) return this.park(call, this.whole.pauseLeftMs(), `${name} is down`);
    const lane = this.lanes.of(call.kind).breaker;
    const pauseMs = lane.pauseLeftMs();
    if (pauseMs > 0) return this.park(call, pauseMs, `${name} fails every ${call.kind}`);
    if (!this.whole.takePlace()) return this.park(call, settings.fullPauseMs, `${name} is busy`);
    if (!lane.takePlace()) {
      this.whole.freePlace();
      return this.park(call, settings.fullPauseMs, `${name} fails every ${call.kind}`);
    }
    const turnInMs = this.pace.turnInMs(call.key);
    if (turnInMs > 0) {
      this.whole.freePlace();
      lane.freePlace();
      this.parking.park(call.key, now() + turnInMs);
      return { go: false, waitMs: turnInMs, reason: `${name} takes no more calls per second` };
    }
    this.parking.leave(call.key);
    return { go: true };
  }

  /**
   * Ends what `enter` let go. A number when the far side is down: that attempt is not spent, and
   * its command is parked for so long.
   */
  async leave(call: Call, end: CallEnd): Promise<number | null> {
    const lane = this.lanes.of(call.kind);
    this.whole.freePlace();
    lane.breaker.freePlace();
    this.pace.settle(this.whole.inFlight());
    const cause = end.error ?? end.sign;
    switch (end.sign) {
      case 'well':
        this.wellAt = this.options.now();
        this.change({ breaker: this.whole, scope: 'all', cause: BACK }, () => this.whole.well());
        this.change({ breaker: lane.breaker, scope: call.kind, cause: BACK }, () => lane.well());
        return null;
      case 'limited':
        this.limited(end.holdMs ?? 0);
        return null;
      case 'unreachable':
        this.change({ breaker: this.whole, scope: 'all', cause }, () => this.whole.down());
        break;
      case 'away':
        await this.suspect(end, cause);
        if (!this.whole.isOpen()) this.failedLane(lane, call, cause);
        break;
      case 'stumbled':
        await this.suspect(end, cause);
    }
    if (this.whole.isOpen()) return this.park(call, this.whole.pauseLeftMs(), cause).waitMs;
    if (!lane.breaker.isOpen() || end.sign === 'stumbled') return null;
    return this.park(call, lane.breaker.pauseLeftMs(), cause).waitMs;
  }

  /** A pass for what gives way to commands; one that has waited long enough need not be `patient`. */
  enterBehind(patient: boolean): PassBehind {
    const { name, settings, now } = this.options;
    if (this.heldUntil > now())
      return { go: false, closed: true, reason: `${name} asked for a pause` };
    if (this.whole.pauseLeftMs() > 0) return { go: false, closed: true, reason: `${name} is down` };
    const waitMs = settings.fullPauseMs;
    const free = this.whole.isOpen() || (this.parking.count() === 0 && this.pace.isFree());
    const wait = { go: false, closed: false, waitMs } as const;
    if (patient && !free) return { ...wait, reason: `${name} serves orders first` };
    return this.whole.takePlace() ? { go: true } : { ...wait, reason: `${name} is busy` };
  }

  /** Ends what `enterBehind` let go; what it found counts only while the far side is known to be down. */
  leaveBehind(served: boolean): void {
    this.whole.freePlace();
    if (!this.whole.isOpen()) return;
    const cause = served ? BACK : 'still down';
    this.change({ breaker: this.whole, scope: 'all', cause }, () =>
      served ? this.whole.reopen() : this.whole.down(),
    );
  }

  /** Counts a call against the rate. */
  charge(): void {
    this.pace.charge();
  }

  /** True when nothing is known against the far side; at most one read at a time finds out. */
  private async isBack(): Promise<boolean> {
    const { read } = this.options;
    if (!this.whole.isOpen()) return true;
    if (this.whole.pauseLeftMs() > 0 || this.reading !== undefined) return false;
    if (read === undefined) return true;
    const up = await this.serves(read);
    const found = { breaker: this.whole, scope: 'all', cause: BACK };
    this.change(found, () => (up ? this.whole.reopen() : this.whole.down()));
    return up;
  }

  /** One read at a time, whose answer all that wait for it share. */
  private serves(read: () => Promise<boolean>): Promise<boolean> {
    this.reading ??= read()
      .catch(() => false)
      .finally(() => {
        this.reading = undefined;
      });
    return this.reading;
  }

  private failedLane(lane: Lane, call: Call, cause: string): void {
    const failed = lane.failed(call.order);
    // A system that fails one kind of command for everybody is failing this one too.
    if (!failed && !this.lanes.isAnyOpen()) return;
    this.change({ breaker: lane.breaker, scope: call.kind, cause }, () => lane.breaker.down());
  }

  /** A command failed: is it the command, or the system? */
  private async suspect(end: CallEnd, cause: string): Promise<void> {
    const { read } = this.options;
    const whole = { breaker: this.whole, scope: 'all', cause };
    if (read === undefined) {
      // The command was the trial, and the far side can be reached again.
      if (this.whole.isOpen()) this.change(whole, () => this.whole.reopen());
      return;
    }
    const othersAreWell = this.wellAt >= end.startedAt;
    if (othersAreWell || this.whole.isOpen() || (await this.serves(read))) return;
    this.change(whole, () => this.whole.down());
  }

  private limited(holdMs: number): void {
    this.wellAt = this.options.now();
    if (this.whole.isOpen()) {
      const found = { breaker: this.whole, scope: 'all', cause: BACK };
      this.change(found, () => this.whole.reopen());
    }
    this.whole.slower();
    this.heldUntil = Math.max(this.heldUntil, this.wellAt + holdMs);
  }

  private park(call: Call, leastMs: number, reason: string): Parking {
    const { settings, now, random } = this.options;
    const spreadMs = settings.pauseFirstMs + this.parking.count() * (settings.spreadMs ?? 0);
    const waitMs = leastMs + random() * spreadMs;
    this.parking.park(call.key, now() + waitMs);
    return { go: false, waitMs, reason };
  }

  private change({ breaker, scope, cause }: Change, act: () => void): void {
    const { now, onChange } = this.options;
    const wasOpen = breaker.isOpen();
    const openForMs = wasOpen ? now() - breaker.openedAt() : 0;
    act();
    const open = breaker.isOpen();
    if (open !== wasOpen) {
      onChange({ open, scope, cause, parked: this.parking.count(), openForMs });
    }
  }
}

interface Change {
  breaker: Breaker;
  scope: string;
  cause: string;
}

export function createCircuit(options: CircuitOptions): Circuit {
  return new Circuit(options);
}
