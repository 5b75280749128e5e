import { messageOf } from '../../errors.ts';

export interface Check {
  check: string;
  /** `skipped`: there is nothing to look at now, or another check has said it already. */
  status: 'ok' | 'failed' | 'skipped';
  detail: string;
  /** One line: what to do. */
  remedy?: string;
}

export function ok(check: string, detail: string): Check {
  return { check, status: 'ok', detail };
}

export function failed(check: string, detail: string, remedy: string): Check {
  return { check, status: 'failed', detail: oneLine(detail), remedy };
}

export function skipped(check: string, detail: string): Check {
  return { check, status: 'skipped', detail };
}

/** A check that breaks is a finding too. */
export async function guarded(check: string, work: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await work();
  } catch (error) {
    const remedy = 'Repair what the message names, then run `crossdock doctor` again.';
    return [failed(check, messageOf(error), remedy)];
  }
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
