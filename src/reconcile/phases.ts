import { isListed, listsBy, type OutsideConnection } from './outside.ts';

export const TIERS = ['T1', 'T2', 'T3', 'T4'] as const;
export type Tier = (typeof TIERS)[number];

/** What a run covers: a tier, one order, or everything because somebody asked. */
export type RunKind = Tier | 'order' | 'all';

export type System = 'crm' | 'wms' | 'tasks';

/** A listing of another system, page by page. */
export interface Listing {
  kind: 'listing';
  /** Its marks go by this name. */
  name: string;
  connection: string;
  system: System;
  /** `changed`: since the mark; `open`: what is not at its end; `full`: all there is. */
  extent: 'changed' | 'open' | 'full';
  status?: string;
}

export type Phase =
  | Listing
  | { kind: 'audit-stock'; name: string; connection: string }
  | { kind: 'order' | 'absences' | 'audit-orders' | 'audit-outbox'; name: string }
  | { kind: 'act' | 'close'; name: string };

const SYSTEMS: readonly System[] = ['crm', 'wms', 'tasks'];

/** Statuses of what is not at its end, where a listing can be narrowed to one. */
const OPEN_STATUSES: Record<System, readonly string[]> = {
  crm: [],
  wms: ['CREATED', 'ASSIGNED', 'IN_PROGRESS', 'PARTIAL'],
  tasks: ['OPEN', 'ASSIGNED'],
};

const ABSENCES: Phase = { kind: 'absences', name: 'absences' };

const END: readonly Phase[] = [
  { kind: 'act', name: 'act' },
  { kind: 'close', name: 'close' },
];

interface Scope {
  connections: readonly OutsideConnection[];
  /** Null for all of them. */
  only: string | null;
}

/** What a run does, one phase after the other, each page by page. */
export function phasesOf(kind: RunKind, { connections, only }: Scope): Phase[] {
  const inScope = SYSTEMS.flatMap((system) =>
    connections.filter(({ spec }) => spec.kind === system),
  ).filter(({ spec }) => only === null || spec.name === only);
  const audits = (): Phase[] => auditsOf(inScope, only);
  switch (kind) {
    case 'T1':
      return [...inScope.flatMap(changedOf), ...END];
    case 'T2':
      return [...inScope.flatMap(openOf), ABSENCES, ...END];
    case 'T3':
      return [...inScope.flatMap(fullOf), ABSENCES, ...END];
    case 'T4':
      return [...audits(), ...END];
    case 'order':
      return [{ kind: 'order', name: 'order' }, ...END];
    case 'all':
      return [...inScope.flatMap(fullOf), ABSENCES, ...audits(), ...END];
  }
}

function listing({ spec }: OutsideConnection, extent: Listing['extent'], status?: string): Listing {
  return {
    ...{ kind: 'listing', name: `${spec.name}:${status ?? extent}` },
    ...{ connection: spec.name, system: spec.kind, extent },
    ...(status === undefined ? {} : { status }),
  };
}

/** What cannot be asked for what changed is left to the listings of the other tiers. */
function changedOf(one: OutsideConnection): Phase[] {
  return listsBy(one.spec, 'since') ? [listing(one, 'changed')] : [];
}

function openOf(one: OutsideConnection): Phase[] {
  if (!isListed(one.spec)) return [];
  const statuses = listsBy(one.spec, 'status') ? OPEN_STATUSES[one.spec.kind] : [];
  if (statuses.length === 0) return [listing(one, 'open')];
  return statuses.map((status) => listing(one, 'open', status));
}

function fullOf(one: OutsideConnection): Phase[] {
  return isListed(one.spec) ? [listing(one, 'full')] : [];
}

function auditsOf(inScope: readonly OutsideConnection[], only: string | null): Phase[] {
  const stocks = inScope.filter(hasStockAudit).map(({ spec }): Phase => {
    return { kind: 'audit-stock', name: `audit-stock:${spec.name}`, connection: spec.name };
  });
  if (only !== null) return stocks;
  return [
    { kind: 'audit-orders', name: 'audit-orders' },
    ...stocks,
    { kind: 'audit-outbox', name: 'audit-outbox' },
  ];
}

/** The built-in warehouse: it audits its own books, and shows which of its webhooks failed. */
export function hasStockAudit({ spec }: OutsideConnection): boolean {
  return spec.calls.has('audit_stock');
}

/** The phase after the one named; undefined after the last. */
export function phaseAfter(phases: readonly Phase[], name: string): Phase | undefined {
  return phases[phases.findIndex((phase) => phase.name === name) + 1];
}
