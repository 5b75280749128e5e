import { isListed, LIST_CALL, type OutsideConnection } from './outside.ts';
import type { RunKind } from './phases.ts';

interface Scope {
  connections: readonly OutsideConnection[];
  only: string | null;
}

/** Runs that say something about every open order. */
const WHOLE: readonly RunKind[] = ['T2', 'T3', 'all'];

/** How connections are covered that list nothing, by name; null when all of them list. */
export function coverageOf(
  kind: RunKind,
  { connections, only }: Scope,
): Record<string, string> | null {
  if (!WHOLE.includes(kind)) return null;
  const unlisted = connections
    .map(({ spec }) => spec)
    .filter((spec) => (only === null || spec.name === only) && !isListed(spec));
  if (unlisted.length === 0) return null;
  return Object.fromEntries(
    unlisted.map(({ name, kind: system, file }) => [
      name,
      `${file} has no call ${LIST_CALL[system]}: each open order is looked at by itself, and asked when something differs`,
    ]),
  );
}
