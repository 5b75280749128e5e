import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { runTraced } from '../../src/mapping/bundle.ts';
import { runGolden } from '../../src/mapping/golden.ts';
import { OUR_SCHEMAS } from '../../src/vocabulary/registry.ts';
import { arbitraryOf } from '../support/mapping-arbitrary.ts';
import { shippedWiring } from '../support/shipped-wiring.ts';

const { bundle, connections } = shippedWiring();
const RUNS = { numRuns: 200 };

function mapped(name: string, input: unknown): unknown {
  const { source } = bundle.mapping(name);
  const result = bundle.map(name, source.parse(input));
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.output;
}

function errorsOf(name: string, input: unknown) {
  const result = bundle.map(name, bundle.mapping(name).source.parse(input));
  return result.ok ? [] : result.errors;
}

const ENVELOPE = {
  event_id: 'evt_1',
  event_version: '1.0',
  timestamp: '2026-01-17T14:32:00Z',
  source: 'system',
};

const ORDER = {
  order_id: 'ORD-12345',
  customer: { id: 'C-1', account_priority: 'gold' },
  fulfillment: { method: 'ship', requested_date: '2026-01-20' },
  items: [
    { line_id: '1', sku: 'SKU-111', qty: 2 },
    { line_id: '2', sku: 'SKU-222', qty: 1 },
  ],
};

function created(payload: object = {}) {
  return { ...ENVELOPE, event_type: 'ORDER.CREATED', payload: { ...ORDER, ...payload } };
}

const ADDRESS = { connection: 'crm', order_id: 'ORD-12345' };

describe('golden cases', () => {
  const { failed, uncovered, passed } = runGolden(bundle);

  test('all pass', () => {
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(100);
  });

  test('reach every rule, every case and every row', () => {
    expect(uncovered.map(({ mapping, what }) => `${mapping} ${what}`)).toEqual([]);
  });
});

describe('the four fields that issue 5 names', () => {
  test('CRM.order_id -> task.external_ref.id, and the priority with it', () => {
    const command = {
      order: ADDRESS,
      priority: 'high',
      due_at: null,
      line_count: 2,
      unit_count: 3,
    };
    expect(mapped('tasks.create', command)).toMatchObject({
      external_ref: { type: 'order', id: 'ORD-12345' },
      priority: 'high',
    });
  });

  test('CRM.items.sku -> WMS.line_items.sku', () => {
    const order = mapped('crm.order_created', created()) as { lines: object[]; priority: string };
    const request = mapped('wms.pick_request', {
      order: ADDRESS,
      reference: 'pick:ORD-12345:0:1',
      priority: order.priority,
      requested_at: ENVELOPE.timestamp,
      lines: order.lines,
    });
    expect(request).toMatchObject({
      payload: {
        line_items: [
          { sku: 'SKU-111', qty: 2 },
          { sku: 'SKU-222', qty: 1 },
        ],
      },
    });
  });

  test('CRM.customer.account_priority -> task.priority', () => {
    const of = (word: string) =>
      mapped('crm.order_created', created({ customer: { account_priority: word } }));
    expect(['platinum', 'gold', 'silver', 'bronze'].map(of)).toMatchObject(
      ['urgent', 'high', 'normal', 'low'].map((priority) => ({ priority })),
    );
  });

  test('WMS.pick_id -> task.metadata.pick_id, and nothing else is patched', () => {
    expect(mapped('tasks.update', { task_id: 'T-1', pick_ids: ['PICK-1', 'PICK-2'] })).toEqual({
      metadata: { pick_ids: ['PICK-1', 'PICK-2'], pick_id: 'PICK-2' },
    });
  });
});

describe('an order of the CRM', () => {
  test.each(['00123', '1e5', 'NO'])('keeps the SKU %s', (sku) => {
    const order = mapped('crm.order_created', created({ items: [{ line_id: '1', sku, qty: 1 }] }));
    expect(order).toMatchObject({ lines: [{ line_id: '1', sku, qty: 1 }] });
  });

  test('of one line is an array', () => {
    const order = mapped('crm.order_created', created({ items: [{ sku: 'SKU-1', qty: 1 }] }));
    expect(order).toMatchObject({ lines: [{ line_id: 'ORD-12345-1', sku: 'SKU-1', qty: 1 }] });
  });

  test('with a priority that nobody agreed on is MAP_ENUM, not a guess', () => {
    const customer = { account_priority: 'diamond' };
    expect(errorsOf('crm.order_created', created({ customer }))).toMatchObject([
      {
        code: 'MAP_ENUM',
        mapping: 'crm.order_created',
        source: 'payload.customer.account_priority',
        target: 'priority',
      },
    ]);
  });

  test('without a priority is a normal one', () => {
    expect(mapped('crm.order_created', created({ customer: {} }))).toMatchObject({
      priority: 'normal',
    });
  });

  test('whose third line lacks its SKU is refused before any rule, by its place', () => {
    const items = [...ORDER.items, { line_id: '3', qty: 1 }];
    const parsed = bundle.mapping('crm.order_created').source.safeParse(created({ items }));
    expect(parsed.error?.issues.map(({ path }) => path)).toEqual([['payload', 'items', 2, 'sku']]);
  });
});

test('what no schema requires and a rule does is MAP_MISSING at items[2].sku', () => {
  const sample = arbitraryOf(OUR_SCHEMAS['command.request_pick']);
  fc.assert(
    fc.property(sample, (command) => {
      const lines = [1, 2, 3].map((no) => ({ line_id: String(no), sku: 'A', qty: 1 }));
      const broken = { ...(command as object), lines: lines.toSpliced(2, 1, lines[2] as never) };
      delete (broken.lines[2] as { sku?: string }).sku;
      const result = bundle.map('wms.pick_request', broken);
      const errors = result.ok ? [] : result.errors;
      expect(errors).toContainEqual(
        expect.objectContaining({ code: 'MAP_MISSING', source: 'lines[2].sku' }),
      );
    }),
    { numRuns: 5 },
  );
});

const NAMES = [...bundle.mappings.keys()];

describe('whatever the input, what comes out passes its target or is a named error', () => {
  test.each(NAMES)('%s', (name) => {
    const { source, target } = bundle.mapping(name);
    const property = fc.property(arbitraryOf(source), (input) => {
      const result = bundle.map(name, input);
      expect(runTraced(bundle, name, input).result).toEqual(result);
      if (result.ok) {
        expect(target.safeParse(result.output)).toMatchObject({ success: true });
        return;
      }
      for (const { code, mapping, rule, target: at } of result.errors) {
        expect({ code, mapping, rule, at }).toEqual({
          code: expect.stringMatching(/^MAP_[A-Z]+$/),
          mapping: name,
          rule: expect.stringMatching(/^rules\/.+:\d+:\d+$/),
          at: expect.any(String),
        });
      }
    });
    fc.assert(property, { numRuns: 60 });
  });
});

/** Units of lines, by the key that holds them. */
function unitsOf(lines: unknown, key: string): number {
  return (lines as Record<string, number>[]).reduce((sum, line) => sum + (line[key] ?? 0), 0);
}

describe('units are neither made nor lost', () => {
  test('from the CRM to the request of a pick', () => {
    const source = bundle.mapping('crm.order_created').source as z.ZodType<{
      payload: { items: { qty: number }[] };
    }>;
    let arrived = 0;
    const property = fc.property(arbitraryOf(source), (event) => {
      const { payload } = event as { payload: { items: object[] } };
      const order = bundle.map('crm.order_created', event);
      if (!order.ok) return;
      arrived += 1;
      const { lines, priority } = order.output as { lines: { qty: number }[]; priority: string };
      expect(unitsOf(lines, 'qty')).toBe(unitsOf(payload.items, 'qty'));
      const command = {
        order: ADDRESS,
        reference: 'r',
        priority,
        requested_at: ENVELOPE.timestamp,
      };
      const request = bundle.map('wms.pick_request', { ...command, lines });
      if (!request.ok) return;
      const sent = (request.output as { payload: { line_items: unknown } }).payload.line_items;
      expect(unitsOf(sent, 'qty')).toBe(unitsOf(payload.items, 'qty'));
    });
    fc.assert(property, RUNS);
    expect(arrived).toBeGreaterThan(RUNS.numRuns / 10);
  });

  test('from a pick of the warehouse to our record of it', () => {
    const property = fc.property(arbitraryOf(bundle.mapping('wms.pick').source), (pick) => {
      const { lines } = mapped('wms.pick', pick) as { lines: unknown };
      for (const key of ['requested', 'allocated', 'picked', 'shipped', 'short', 'cancelled']) {
        expect(unitsOf(lines, key)).toBe(unitsOf((pick as { lines: unknown }).lines, key));
      }
    });
    fc.assert(property, RUNS);
  });
});

test('a notice reaches the CRM with every field of it, and what is null is left out', () => {
  const property = fc.property(arbitraryOf(OUR_SCHEMAS['command.tell_crm']), (given) => {
    const notice = given as z.infer<(typeof OUR_SCHEMAS)['command.tell_crm']>;
    const { event_id, type, at, sequence, status, lines, backorder_id, pick_id } = notice;
    const result = bundle.map('crm.event', notice);
    const payload = {
      ...{ order_id: notice.order.order_id, sequence, status, lines },
      ...(backorder_id === null ? {} : { backorder_id }),
      ...(pick_id === null ? {} : { pick_id }),
    };
    const body = {
      ...{ event_id, event_type: type, event_version: '1.0', timestamp: at },
      ...{ source: 'crossdock', payload },
    };
    if (result.ok) expect(result.output).toEqual(body);
    else
      expect(bundle.mapping('crm.event').target.safeParse(body).success && status !== '').toBe(
        false,
      );
  });
  fc.assert(property, RUNS);
});

test('every file of connections is compiled, and the three built-in ones need no address', () => {
  expect([...connections.keys()]).toEqual(expect.arrayContaining(['crm', 'tasks', 'wms']));
  for (const name of ['crm', 'tasks', 'wms']) {
    expect(connections.get(name)?.url.text).toMatch(/^http:\/\/127\.0\.0\.1:/);
  }
});
