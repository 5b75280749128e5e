import { addBusinessMs, businessMsBetween, type BusinessCalendar } from './calendar.ts';

/** One step of an escalation: who is told, and after how much business time. */
export interface Rung {
  /** owner, lead, manager ... */
  name: string;
  afterMs: number;
}

export interface SlaTerms {
  calendar: BusinessCalendar;
  /** Ascending by `afterMs`. */
  ladder: Rung[];
}

/** Pauses may overlap and may lie outside business hours; `to` is null while one is open. */
export interface SlaClock {
  openedAt: number;
  pauses: { from: number; to: number | null }[];
}

/** A time during which the clock runs; `to` is null when nothing stops it again. */
interface Running {
  from: number;
  to: number | null;
}

/**
 * When each rung is due, epoch ms: the first instant, not before the opening, at which its business
 * time has passed outside the pauses. Null while the clock stands (an open pause before that
 * instant) or when the calendar never reaches it.
 *
 * Nothing is counted down: the answer depends on the terms and the clock alone and not on when it
 * is asked, so a worker that was away finds every rung that it missed, in order.
 */
export function rungTimes(terms: SlaTerms, clock: SlaClock): (number | null)[] {
  const running = runningSpans(clock);
  return terms.ladder.map((rung) => dueAt(terms.calendar, running, rung.afterMs));
}

function dueAt(calendar: BusinessCalendar, running: Running[], afterMs: number): number | null {
  let toGo = afterMs;
  for (const { from, to } of running) {
    if (to === null) return addBusinessMs(calendar, from, toGo);
    const passed = businessMsBetween(calendar, from, to);
    if (toGo <= passed) return addBusinessMs(calendar, from, toGo);
    toGo -= passed;
  }
  return null;
}

/** The first begins at the opening, even when the clock stands from then on. */
function runningSpans({ openedAt, pauses }: SlaClock): Running[] {
  const spans: Running[] = [];
  let from = openedAt;
  for (const pause of pauses.toSorted((a, b) => a.from - b.from)) {
    const stopped = Math.max(from, pause.from);
    if (pause.to !== null && pause.to <= stopped) continue;
    spans.push({ from, to: stopped });
    if (pause.to === null) return spans;
    from = pause.to;
  }
  return [...spans, { from, to: null }];
}
