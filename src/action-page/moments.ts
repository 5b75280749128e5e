const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `2 h 10 min`, for people: no more than two units. */
export function spanOf(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / MINUTE_MS);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joined(`${hours} h`, minutes % 60, 'min');
  const days = Math.floor(hours / 24);
  return joined(days === 1 ? '1 day' : `${days} days`, hours % 24, 'h');
}

function joined(first: string, rest: number, unit: string): string {
  return rest === 0 ? first : `${first} ${rest} ${unit}`;
}

export type Urgency = 'late' | 'soon' | 'calm';

export interface Due {
  text: string;
  urgency: Urgency;
}

/** How much time is left, and whether that is little. */
export function dueIn(dueAt: string | null, now: number): Due {
  if (dueAt === null) return { text: 'No due time', urgency: 'calm' };
  const left = Date.parse(dueAt) - now;
  if (left < 0) return { text: `Overdue by ${spanOf(left)}`, urgency: 'late' };
  return { text: `Due in ${spanOf(left)}`, urgency: left < HOUR_MS ? 'soon' : 'calm' };
}

/** Writes instants in the zone that the business works in. */
export function clockOf(timeZone: string): (instant: string, now: number) => string {
  const near = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' },
  });
  const far = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, day: 'numeric', month: 'short', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', timeZoneName: 'short' },
  });
  return (instant, now) => {
    const at = Date.parse(instant);
    return (Math.abs(at - now) < 5 * DAY_MS ? near : far).format(at);
  };
}
