import { rungTimes } from '../sla/ladder.ts';
import { note, type Turn } from '../turn.ts';
import type { Action } from './action.ts';

/**
 * Calls everybody on the ladder whose time has come, in order and each once: what is due depends on
 * the calendar alone, so a worker that was away finds every rung that it missed.
 */
export function fireRungs(turn: Turn, action: Action): void {
  const { sla } = turn.state.policy;
  const times = rungTimes(sla, action);
  action.dueAt = times.find((_, index) => (sla.ladder[index]?.afterMs ?? 0) > 0) ?? null;
  for (;;) {
    const dueAt = times[action.rung] ?? null;
    const rung = sla.ladder[action.rung];
    if (rung === undefined || dueAt === null || dueAt > turn.now) {
      action.nextRungAt = dueAt;
      return;
    }
    action.rung += 1;
    note(turn, 'escalation', `${action.actionId}: the ${rung.name} is called`);
  }
}

/** The clocks of open actions stand while the order is on hold. */
export function pauseClocks(actions: readonly Action[], now: number): void {
  for (const { pauses } of actions) {
    if (pauses.at(-1)?.to !== null || pauses.length === 0) pauses.push({ from: now, to: null });
  }
}

export function resumeClocks(actions: readonly Action[], now: number): void {
  for (const { pauses } of actions) {
    const last = pauses.at(-1);
    if (last !== undefined) last.to ??= now;
  }
}
