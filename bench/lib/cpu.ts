import { readFileSync } from 'node:fs';

/** Linux counts processor time in ticks of this length for every program, whatever its kernel's. */
const TICK_SECONDS = 0.01;

/** Fields after the program's name, which may itself hold spaces and brackets. */
const USER_TICKS_FIELD = 11;
const SYSTEM_TICKS_FIELD = 12;

/** Processor seconds that a process has used so far; NaN where there is no `/proc`. */
export function cpuSecondsOf(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[USER_TICKS_FIELD]) + Number(fields[SYSTEM_TICKS_FIELD]);
    return ticks * TICK_SECONDS;
  } catch {
    return Number.NaN;
  }
}
