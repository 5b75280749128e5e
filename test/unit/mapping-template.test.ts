import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Attempt } from '../../src/connections/attempt.ts';
import type { HttpCall, HttpClient } from '../../src/connections/http.ts';
import { createTemplateCrm } from '../../src/connections/template/crm.ts';
import { createTemplateTasks } from '../../src/connections/template/tasks.ts';
import { createTemplateWms } from '../../src/connections/template/wms.ts';
import type { Command } from '../../src/domain/commands.ts';
import type { Bundle } from '../../src/mapping/bundle.ts';
import { intentOf } from '../../src/normalise/crm.ts';
import { readEvent, type ConnectionKind } from '../../src/normalise/read-event.ts';
import { arbitraryOf } from '../support/mapping-arbitrary.ts';
import { TEMPLATE_SCHEMAS } from '../support/mapping-schemas.ts';
import { templateBundle } from '../support/mapping-stage.ts';

/** Whatever the code of the template contract makes of an input, its mapping files make of it. */

const RUNS = { numRuns: 200 };
let bundle: Bundle;

beforeAll(async () => {
  bundle = await templateBundle();
});

function schemaOf(name: string): z.ZodType {
  const schema = TEMPLATE_SCHEMAS[name];
  if (schema === undefined) throw new Error(`There is no schema ${name}.`);
  return schema;
}

function mapped(name: string, input: unknown): unknown {
  const result = bundle.map(name, input);
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.output;
}

interface Event {
  fact: { connection: string; eventId: string; receivedAt: number };
  timestamp: string;
  payload: unknown;
}

function normalised(event: Event, { type, kind }: { type: string; kind: ConnectionKind }) {
  const { fact, timestamp, payload } = event;
  const raw = { event_id: 'evt_1', event_type: type, event_version: '1.0', timestamp, source: 's' };
  const read = readEvent({ connection: fact.connection, kind }, { ...raw, payload });
  if (!read.ok) throw read.error;
  return read.event.normalise(fact);
}

/** The code names the first mistake of an order, the mapping all of them. */
const CODES: Record<string, string> = { MAP_ENUM: 'MAP_ENUM', MAP_LINE_ID: 'MAP_CARDINALITY' };

const EVENTS = [
  {
    type: 'ORDER.CREATED',
    kind: 'crm',
    from: 'crm.order_created',
    mapping: 'crm.order_created -> order.created',
  },
  {
    type: 'ORDER.UPDATED',
    kind: 'crm',
    from: 'crm.order_updated',
    mapping: 'crm.order_updated -> order.updated',
  },
  {
    type: 'ORDER.CANCELLED',
    kind: 'crm',
    from: 'crm.order_cancelled',
    mapping: 'crm.order_cancelled -> order.cancelled',
  },
  { type: 'PICK.PARTIAL', kind: 'wms', from: 'wms.pick_event', mapping: 'wms.picked' },
  { type: 'SHIPMENT.CREATED', kind: 'wms', from: 'wms.pick_event', mapping: 'wms.shipped' },
] as const;

describe('an event becomes the same input of its order', () => {
  test.each(EVENTS)('$type', ({ type, kind, from, mapping }) => {
    const seen = new Set<string>();
    const property = fc.property(arbitraryOf(schemaOf(from)), (event) => {
      const today = normalised(event as Event, { type, kind });
      const result = bundle.map(mapping, event);
      const input = today?.to === 'order' ? today.input : null;
      seen.add(input?.type ?? 'nothing');
      if (input?.type !== 'event_unmapped') {
        expect(result).toEqual({ ok: true, output: input });
        return;
      }
      const codes = result.ok ? [] : result.errors.map(({ code }) => code);
      expect(codes).toContain(CODES[input.code]);
    });
    fc.assert(property, RUNS);
    expect([...seen].some((each) => each !== 'event_unmapped')).toBe(true);
  });

  test.each([
    ['TASK.CREATED', 'tasks.created'],
    ['TASK.ASSIGNED', 'tasks.assigned'],
    ['TASK.COMPLETED', 'tasks.completed'],
  ])('%s, and only that of an order has one', (type, mapping) => {
    const property = fc.property(arbitraryOf(schemaOf('tasks.event')), (event) => {
      const today = normalised(event as Event, { type, kind: 'tasks' });
      const address = mapped('tasks.event -> order.address', event);
      if (today?.to !== 'order') {
        expect(address).toEqual({});
        return;
      }
      expect(address).toEqual({ order: today.order });
      expect(mapped(mapping, event)).toEqual(today.input);
    });
    fc.assert(property, RUNS);
  });

  test('a pick event is addressed by our reference, or by its order', () => {
    const property = fc.property(arbitraryOf(schemaOf('wms.pick_event')), (event) => {
      const today = normalised(event as Event, { type: 'PICK.PARTIAL', kind: 'wms' });
      const order = today?.to === 'order' ? today.order : undefined;
      expect(mapped('wms.pick_event -> order.address', event)).toEqual({ order });
    });
    fc.assert(property, RUNS);
  });

  test('an alert of stock is one only when stock rose', () => {
    const property = fc.property(arbitraryOf(schemaOf('wms.inventory_alert')), (event) => {
      const today = normalised(event as Event, { type: 'INVENTORY.ALERT', kind: 'wms' });
      const { wms, ...rest } = mapped('wms.inventory_alert -> stock.risen', event) as Record<
        string,
        unknown
      >;
      const { fact } = event as Event;
      expect(wms).toBe(fact.connection);
      expect(rest).toEqual(today?.to === 'stock' ? { sku: today.sku } : {});
    });
    fc.assert(property, RUNS);
  });
});

/** A far side that answers everything in the same way and keeps what it was sent. */
function farSide(body: unknown, status = 200): { http: HttpClient; calls: HttpCall[] } {
  const calls: HttpCall[] = [];
  const http: HttpClient = {
    close: async () => {},
    async call(call) {
      calls.push(call);
      return { kind: 'answer', status, retryAfter: undefined, body, text: '' };
    },
  };
  return { http, calls };
}

const TIMEOUT = { timeoutMs: 1000 };
const linkTo = (actionId: string): string => `http://here/actions/${actionId}`;

type Sent = Record<string, unknown> & { order: { connection: string; orderId: string } };

async function sentFor(
  kind: 'crm' | 'tasks' | 'wms',
  input: Sent,
  command: unknown,
): Promise<unknown> {
  const { http, calls } = farSide({});
  const connector = {
    crm: () => createTemplateCrm({ http, intentOf: (order, version) => intentOf(order, version) }),
    tasks: () => createTemplateTasks({ http, linkTo }),
    wms: () => createTemplateWms(http),
  }[kind]();
  await connector.send(command as Command, { order: input.order, ...TIMEOUT });
  return calls[0]?.body;
}

const ORDER = { connection: 'crm', orderId: 'ORD-1' };

describe('a command is sent with the same body', () => {
  test.each([
    { kind: 'create_task', system: 'tasks', mapping: 'command.create_task -> tasks.create' },
    { kind: 'request_pick', system: 'wms', mapping: 'command.request_pick -> wms.pick_request' },
    { kind: 'update_pick', system: 'wms', mapping: 'command.update_pick -> wms.pick_patch' },
    { kind: 'cancel_pick', system: 'wms', mapping: 'command.cancel_pick -> wms.pick_cancel' },
  ] as const)('$kind', async ({ kind, system, mapping }) => {
    const source = schemaOf(`command.${kind}`);
    const property = fc.asyncProperty(arbitraryOf(source), async (given) => {
      const input = { order: ORDER, ...(given as object) } as Sent;
      const fixed = { pickId: 'PICK-1', reference: 'ref', key: 'key' };
      const body = await sentFor(system, input, { ...fixed, ...input, kind });
      expectBody(bundle.map(mapping, given), body, mapping);
    });
    await fc.assert(property, RUNS);
  });

  test('update_task sends what changed and nothing else', async () => {
    const property = fc.asyncProperty(
      arbitraryOf(schemaOf('command.update_task')),
      async (patch) => {
        const command = { kind: 'update_task', key: 'k', taskId: 'T-1', patch };
        const body = await sentFor('tasks', { order: ORDER }, command);
        expect(mapped('command.update_task -> tasks.patch', patch)).toEqual(body);
      },
    );
    await fc.assert(property, RUNS);
  });

  test('open_action_task and update_action_task', async () => {
    const property = fc.asyncProperty(
      arbitraryOf(schemaOf('command.open_action_task')),
      fc.boolean(),
      async (given, statusChanges) => {
        const input = given as Sent & { actionId: string; face: object };
        const source = { ...input, link: linkTo(input.actionId) };
        const open = await sentFor('tasks', input, {
          ...input,
          kind: 'open_action_task',
          key: 'k',
        });
        expect(mapped('command.open_action_task -> tasks.create', source)).toEqual(open);
        const update = {
          kind: 'update_action_task',
          key: 'k',
          taskId: 'T-1',
          statusChanges,
          ...input,
        };
        const body = await sentFor('tasks', input, update);
        expect(
          mapped('command.update_action_task -> tasks.patch', { face: input.face, statusChanges }),
        ).toEqual(body);
      },
    );
    await fc.assert(property, RUNS);
  });

  test('tell_crm', async () => {
    const property = fc.asyncProperty(arbitraryOf(schemaOf('command.tell_crm')), async (given) => {
      const input = given as Sent & { notice: object };
      const body = (await sentFor('crm', input, {
        kind: 'tell_crm',
        key: 'k',
        notices: [input.notice],
      })) as Sent;
      const source = { ...input, key: body['event_id'] };
      expect(mapped('command.tell_crm -> crm.event', source)).toEqual(body);
    });
    await fc.assert(property, RUNS);
  });
});

/** The code sends what the warehouse would refuse; the mapping says so before. */
function expectBody(result: ReturnType<Bundle['map']>, body: unknown, mapping: string): void {
  if (result.ok) {
    expect(result.output).toEqual(body);
    return;
  }
  expect(bundle.mapping(mapping).target.safeParse(body).success).toBe(false);
  const codes = new Set(result.errors.map(({ code }) => code));
  expect(
    [...codes].every((code) => ['MAP_TARGET', 'MAP_MISSING', 'MAP_CARDINALITY'].includes(code)),
  ).toBe(true);
}

function outcomeOf(attempt: Attempt): unknown {
  return attempt.kind === 'done' ? attempt.outcome : attempt;
}

/** As it looks after a trip over the wire: absent keys and undefined ones are the same. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('an answer is read the same', () => {
  test('a pick that was looked at', async () => {
    const property = fc.asyncProperty(arbitraryOf(schemaOf('wms.pick')), async (pick) => {
      const { http } = farSide(pick);
      const command = { kind: 'look_at_pick', key: 'k', reference: 'r', pickId: 'P' } as const;
      const seen = await createTemplateWms(http).send(command, { order: ORDER, ...TIMEOUT });
      const snapshot = mapped('wms.pick -> order.pick_snapshot', pick);
      expect({ type: 'pick_seen', pick: snapshot }).toEqual(outcomeOf(seen));
    });
    await fc.assert(property, RUNS);
  });

  test('a cancel that was answered', async () => {
    const property = fc.asyncProperty(arbitraryOf(schemaOf('wms.cancel_answer')), async (given) => {
      const { asked, answer } = given as { asked: string[] | null; answer: unknown };
      const { http } = farSide(answer);
      const base = {
        kind: 'cancel_pick',
        key: 'k',
        reference: 'r',
        pickId: 'P',
        reason: null,
      } as const;
      const attempt = await createTemplateWms(http).send(
        { ...base, lines: asked },
        { order: ORDER, ...TIMEOUT },
      );
      expect(mapped('wms.cancel_answer -> order.cancel_answered', given)).toEqual(
        outcomeOf(attempt),
      );
    });
    await fc.assert(property, RUNS);
  });

  test('a task that was looked at', async () => {
    const property = fc.asyncProperty(arbitraryOf(schemaOf('tasks.task')), async (task) => {
      const { http } = farSide(task);
      const command = { kind: 'look_at_task', key: 'k', taskId: 'T' } as const;
      const seen = await createTemplateTasks({ http, linkTo }).send(command, {
        order: ORDER,
        ...TIMEOUT,
      });
      expect(mapped('tasks.task -> order.task_seen', task)).toEqual(outcomeOf(seen));
    });
    await fc.assert(property, RUNS);
  });

  test('an order that the CRM was asked for', async () => {
    const property = fc.asyncProperty(arbitraryOf(schemaOf('crm.order')), async (order) => {
      const { http } = farSide(order);
      const crm = createTemplateCrm({
        http,
        intentOf: (given, version) => intentOf(given, version),
      });
      const attempt = await crm.send({ kind: 'ask_crm', key: 'k' }, { order: ORDER, ...TIMEOUT });
      const result = bundle.map('crm.order -> order.stated', order);
      if (attempt.kind === 'done') {
        expect(result).toMatchObject({ ok: true });
        expect({ type: 'crm_order', ...(result.ok ? (result.output as object) : {}) }).toEqual(
          attempt.outcome,
        );
        return;
      }
      const code =
        attempt.kind === 'refused' ? attempt.error.slice(0, attempt.error.indexOf(':')) : '';
      expect(result.ok ? [] : result.errors.map((error) => error.code)).toContain(CODES[code]);
    });
    await fc.assert(property, RUNS);
  });

  test('where the CRM stands', async () => {
    const events = arbitraryOf(schemaOf('crm.events')) as fc.Arbitrary<{ items: unknown[] }>;
    const property = fc.asyncProperty(
      arbitraryOf(schemaOf('crm.order')),
      events,
      async (order, page) => {
        const last = { ...page, next: null };
        const http: HttpClient = {
          close: async () => {},
          async call({ path }) {
            const body = path.includes('/events') ? last : order;
            return { kind: 'answer', status: 200, retryAfter: undefined, body, text: '' };
          },
        };
        const crm = createTemplateCrm({
          http,
          intentOf: (given, version) => intentOf(given, version),
        });
        const attempt = await crm.send(
          { kind: 'look_at_crm', key: 'k' },
          { order: ORDER, ...TIMEOUT },
        );
        const { announced } = mapped('crm.events -> order.announced', last) as {
          announced: unknown[];
        };
        const standing = mapped('crm.standing -> order.crm_snapshot', { order, announced });
        expect({ type: 'crm_seen', crm: standing }).toEqual(plain(outcomeOf(attempt)));
      },
    );
    await fc.assert(property, RUNS);
  });
});
