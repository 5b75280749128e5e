export const TIERS = ['T1', 'T2', 'T3', 'T4'] as const;
export type Tier = (typeof TIERS)[number];

/** What a run covers: a tier, one order, or everything because somebody asked. */
export type RunKind = Tier | 'order' | 'all';

export type System = 'crm' | 'wms' | 'tasks';

/** A listing of another system, page by page. */
export interface Listing {
  kind: 'listing';
  name: string;
  system: System;
  /** `changed`: since the mark; `open`: what is not at its end; `full`: all there is. */
  extent: 'changed' | 'open' | 'full';
  status?: string;
}

export type Phase =
  | Listing
  | { kind: 'order' | 'absences' | 'audit-orders' | 'audit-stock' | 'audit-outbox'; name: string }
  | { kind: 'act' | 'close'; name: string };

const listing = (system: System, extent: Listing['extent'], status?: string): Listing => ({
  kind: 'listing',
  name: `${system}:${status ?? extent}`,
  system,
  extent,
  ...(status === undefined ? {} : { status }),
});

const CHANGED: readonly Phase[] = [listing('crm', 'changed'), listing('wms', 'changed')];

const OPEN: readonly Phase[] = [
  listing('crm', 'open'),
  ...['CREATED', 'ASSIGNED', 'IN_PROGRESS', 'PARTIAL'].map((status) =>
    listing('wms', 'open', status),
  ),
  ...['OPEN', 'ASSIGNED'].map((status) => listing('tasks', 'open', status)),
  { kind: 'absences', name: 'absences' },
];

const FULL: readonly Phase[] = [
  listing('crm', 'full'),
  listing('wms', 'full'),
  listing('tasks', 'full'),
  { kind: 'absences', name: 'absences' },
];

const AUDIT: readonly Phase[] = [
  { kind: 'audit-orders', name: 'audit-orders' },
  { kind: 'audit-stock', name: 'audit-stock' },
  { kind: 'audit-outbox', name: 'audit-outbox' },
];

const END: readonly Phase[] = [
  { kind: 'act', name: 'act' },
  { kind: 'close', name: 'close' },
];

const PHASES: Record<RunKind, readonly Phase[]> = {
  T1: [...CHANGED, ...END],
  T2: [...OPEN, ...END],
  T3: [...FULL, ...END],
  T4: [...AUDIT, ...END],
  order: [{ kind: 'order', name: 'order' }, ...END],
  all: [...FULL, ...AUDIT, ...END],
};

/** What a run does, one phase after the other, each page by page. */
export function phasesOf(kind: RunKind, system: System | null): Phase[] {
  return PHASES[kind].filter((phase) => {
    if (system === null || phase.kind === 'act' || phase.kind === 'close') return true;
    if (phase.kind === 'listing') return phase.system === system;
    if (phase.kind === 'audit-stock') return system === 'wms';
    return phase.kind === 'absences' || phase.kind === 'order';
  });
}

/** The phase after the one named; undefined after the last. */
export function phaseAfter(phases: readonly Phase[], name: string): Phase | undefined {
  return phases[phases.findIndex((phase) => phase.name === name) + 1];
}
