import { describe, expect, it } from 'vitest';
import { loadReconcileConfig } from '../../src/config/reconcile.ts';
import {
  flapLimitOf,
  hasShrunk,
  judge,
  repairsAllowed,
  type Judged,
} from '../../src/reconcile/brakes.ts';
import type { OutsideConnection } from '../../src/reconcile/outside.ts';
import { phasesOf, type RunKind } from '../../src/reconcile/phases.ts';
import { shippedWiring } from '../support/shipped-wiring.ts';

const { settings, everyMs } = loadReconcileConfig({});

const drift: Judged = {
  class: 'D15',
  action: 'reconcile_asked',
  mode: 'repair',
  acted: 0,
  allowed: 1,
  repairedBefore: 0,
  flapsMax: 3,
  off: [],
  touched: false,
};

describe('repairs of one run and class', () => {
  it.each([
    [0, 1],
    [10, 1],
    [39, 1],
    [40, 2],
    [400, 20],
    [1000, 50],
    [100_000, 50],
  ])('of %i scanned are at most %i', (scanned, allowed) => {
    expect(repairsAllowed('D15', scanned, settings.brakes)).toBe(allowed);
  });

  it('that only hand on what another system says follow an outage of its webhooks', () => {
    for (const name of ['D5', 'D16', 'D17'] as const) {
      expect(repairsAllowed(name, 10, settings.brakes)).toBe(5000);
    }
  });
});

describe('a drift', () => {
  it('is acted on when nothing speaks against it', () => {
    expect(judge(drift)).toEqual({ act: true });
  });

  it.each([
    ['reported', { action: 'human' }],
    ['report_only', { mode: 'report' }],
    ['off', { off: ['D4', 'D15'] }],
    ['operator', { touched: true }],
    ['flapping', { repairedBefore: 3 }],
    ['braked', { acted: 1 }],
  ] as const)('is %s otherwise', (result, change) => {
    expect(judge({ ...drift, ...change })).toEqual({ act: false, result });
  });

  it('that only hands on what another system says passes an operator', () => {
    expect(judge({ ...drift, class: 'D5', touched: true })).toEqual({ act: true });
  });

  it('of an order that stands still is asked about once; of its task the order counts itself', () => {
    expect(flapLimitOf('D19', settings.flaps, settings.keepMs)).toEqual({
      max: 1,
      windowMs: settings.keepMs,
    });
    expect(flapLimitOf('D15', settings.flaps, settings.keepMs).max).toBe(Infinity);
    expect(flapLimitOf('D5', settings.flaps, settings.keepMs)).toEqual(settings.flaps);
  });
});

describe('a full listing', () => {
  it('that lost more than half is not believed, unless it was short before', () => {
    expect(hasShrunk(49, 100, settings.brakes)).toBe(true);
    expect(hasShrunk(50, 100, settings.brakes)).toBe(false);
    expect(hasShrunk(0, 9, settings.brakes)).toBe(false);
  });
});

describe('the settings', () => {
  it('are 5 min, 1 h, 24 h and 1 h, and 2 min to settle', () => {
    expect(everyMs).toEqual({ T1: 300_000, T2: 3_600_000, T3: 86_400_000, T4: 3_600_000 });
    expect(settings).toMatchObject({ settlingMs: 120_000, overlapMs: 300_000 });
  });

  it('are scaled but for the tolerance of clocks, and never below what a schedule can', () => {
    const env = { CROSSDOCK_TIME_SCALE: '0.001' };
    const scaled = loadReconcileConfig(env);
    expect(scaled.everyMs).toEqual({ T1: 1000, T2: 3600, T3: 86_400, T4: 3600 });
    expect(scaled.settings).toMatchObject({ settlingMs: 120, clockSkewMaxMs: 300_000 });
  });

  it('take classes that are switched off, and refuse what is none', () => {
    const env = { CROSSDOCK_RECON_OFF: 'D15, d4' };
    expect(loadReconcileConfig(env).settings.brakes.off).toEqual(['D15', 'D4']);
    expect(() => loadReconcileConfig({ ...env, CROSSDOCK_RECON_OFF: 'D99' })).toThrow(/D1 to D24/);
  });
});

describe('a run', () => {
  const { connections } = shippedWiring();
  const named = (...names: string[]) =>
    names.flatMap((name) => {
      const spec = connections.get(name);
      return spec === undefined ? [] : [{ spec, address: '' }];
    });
  const phases = (kind: RunKind, only: string | null, ...more: OutsideConnection[]): string[] =>
    phasesOf(kind, { connections: [...named('tasks', 'wms', 'crm'), ...more], only }).map(
      (phase) => phase.name,
    );
  const like = (name: string, other: string, without: string[] = []): OutsideConnection[] =>
    named(name).map(({ spec, address }) => {
      const calls = [...spec.calls].filter(([call]) => !without.includes(call));
      return { spec: { ...spec, name: other, calls: new Map(calls) }, address };
    });

  it('of one connection lists nothing of the others', () => {
    expect(phases('T3', 'wms')).toEqual(['wms:full', 'absences', 'act', 'close']);
    expect(phases('T3', 'crm')).toEqual(['crm:full', 'absences', 'act', 'close']);
    expect(phases('T4', 'wms')).toEqual(['audit-stock:wms', 'act', 'close']);
  });

  it('lists every connection that can be listed, each under its own name', () => {
    const more = [...like('wms', 'north'), ...like('crm', 'crm-b'), ...like('tasks', 'jobs')];
    expect(phases('T1', null, ...more)).toEqual([
      ...['crm:changed', 'crm-b:changed', 'wms:changed', 'north:changed', 'act', 'close'],
    ]);
    expect(phases('T3', null, ...more)).toEqual([
      ...['crm:full', 'crm-b:full', 'wms:full', 'north:full', 'tasks:full', 'jobs:full'],
      ...['absences', 'act', 'close'],
    ]);
    expect(phases('T2', 'north', ...more)).toEqual([
      ...['north:CREATED', 'north:ASSIGNED', 'north:IN_PROGRESS', 'north:PARTIAL'],
      ...['absences', 'act', 'close'],
    ]);
    expect(phases('T4', null, ...more)).toContain('audit-stock:north');
  });

  it('lists and audits nothing of a connection that has no such call', () => {
    const mute = like('wms', 'mute', ['list_picks', 'audit_stock']);
    for (const kind of ['T1', 'T2', 'T3', 'T4', 'all'] as const) {
      expect(phases(kind, null, ...mute).filter((name) => name.includes('mute'))).toEqual([]);
    }
  });

  it('lists once, and not what changed, where a listing cannot be narrowed', () => {
    const plain = like('wms', 'plain').map(({ spec, address }) => {
      const calls = new Map(spec.calls);
      const list = spec.calls.get('list_picks');
      if (list !== undefined) calls.set('list_picks', { ...list, query: new Map() });
      return { spec: { ...spec, calls }, address };
    });
    const only = (kind: RunKind): string[] => phases(kind, 'plain', ...plain);
    expect(only('T1')).toEqual(['act', 'close']);
    expect(only('T2')).toEqual(['plain:open', 'absences', 'act', 'close']);
  });
});
