import { bundleOfTexts, callOf, specOf } from './vendor-spec.ts';
import { startStub, type StubCall, type StubReply } from './vendor-stub.ts';
import type { CrmTarget } from './vendor-conformance-crm.ts';

/** A CRM with other words, whose lists go on by links. */

const COUNTS = 'picked: integer, shipped: integer, late: integer, dropped: integer';

const FILES = {
  'schemas/order.yaml': `schema: shop.order
shape: {nr: string, revision: integer, phase: string, heard: integer, tier: string, wanted: [{row: string, article: string, count: integer}], rows: [{row: string, article: string, count: integer, ${COUNTS}}], at: datetime}
`,
  'schemas/note.yaml': `schema: shop.note
shape: {seq: integer, what: string, phase: string, rows: [{row: string, field: string, plus: integer, now: integer}], 'late_id?': string}
`,
  'rules/note.yaml': `mapping: command.tell_crm -> shop.note
version: 1
rules:
  - {to: seq, from: sequence}
  - {to: what, from: type}
  - {to: phase, from: status}
  - each: {from: 'lines[*]', to: 'rows[*]', min: 0}
    rules:
      - {to: row, from: line_id}
      - {to: field, from: bucket}
      - {to: plus, from: delta}
      - {to: now, from: cumulative}
  - {to: late_id, from: backorder_id, null: omit}
`,
  'rules/told.yaml': `mapping: shop.note -> order.announced
version: 1
rules:
  - {to: type, from: what, table: what, otherwise: error, empty: pass}
  - {to: backorder_id, from: late_id, absent: {const: null}}
`,
  'tables/what.yaml':
    'table: what\nrows: {ORDER.UPDATED: ORDER.UPDATED, BACKORDER.CREATED: BACKORDER.CREATED, PICK.PARTIAL: PICK.PARTIAL}\n',
  'tables/tier.yaml': 'table: tier\nrows: {first: urgent, second: normal}\n',
  'rules/stated.yaml': `mapping: shop.order -> order.stated
version: 1
rules:
  - {to: version, from: revision}
  - {to: priority, from: tier, table: tier, otherwise: error, empty: pass}
  - {to: promised_at, const: null}
  - each: {from: 'wanted[*]', to: 'lines[*]', min: 0}
    rules:
      - {to: line_id, from: row}
      - {to: sku, from: article}
      - {to: qty, from: count}
  - {to: cancel, const: null}
`,
  'rules/record.yaml': `mapping: shop.order -> order.record
version: 1
rules:
  - {to: order_id, from: nr, locked: true}
  - {to: version, from: revision}
  - {to: status, from: phase}
  - {to: sequence, from: heard}
  - each: {from: 'wanted[*]', to: 'items[*]', min: 0}
    rules:
      - {to: line_id, from: row}
      - {to: sku, from: article}
      - {to: qty, from: count}
  - each: {from: 'rows[*]', to: 'lines[*]', min: 0}
    rules:
      - {to: line_id, from: row}
      - {to: sku, from: article}
      - {to: ordered, from: count}
      - {to: picked, from: picked}
      - {to: shipped, from: shipped}
      - {to: backordered, from: late}
      - {to: cancelled, from: dropped}
  - {to: created_at, from: at}
  - {to: updated_at, from: at}
`,
};

const NONE = { picked: 0, shipped: 0, late: 0, dropped: 0 };

interface Note {
  seq: number;
  what: string;
  phase: string;
  late_id?: string;
}

export async function startShop(): Promise<CrmTarget> {
  const notes: Note[] = [];
  const order = {
    nr: 'O 1/ä',
    revision: 4,
    phase: 'open',
    heard: 0,
    tier: 'first',
    wanted: [{ row: 'r1', article: 'A1', count: 3 }],
    rows: [{ row: 'r1', article: 'A1', count: 5, ...NONE, picked: 2 }],
    at: '2026-01-02T03:04:05Z',
  };
  const stub = await startStub((call) => answer({ notes, order }, call));
  return {
    spec: specOf({
      name: 'shop',
      kind: 'crm',
      calls: {
        tell_crm: callOf('PUT /o/{order_id}/notes/{sequence}', {
          send: 'command.tell_crm -> shop.note',
          keyHeader: 'X-Note',
          outcomes: [{ statuses: [412], where: [], means: 'disagrees' }],
        }),
        get_order: callOf('GET /o/{order_id}', {
          receive: 'shop.order -> order.record',
          stated: 'shop.order -> order.stated',
        }),
        list_events: callOf('GET /o/{order_id}/notes', {
          query: { per: '{limit}' },
          items: '',
          paging: { kind: 'link' },
          receive: 'shop.note -> order.announced',
        }),
        list_orders: callOf('GET /o', {
          query: { changed: '{since|epoch_ms}' },
          items: 'o',
          receive: 'shop.order -> order.record',
          stated: 'shop.order -> order.stated',
        }),
        alive: callOf('GET /o'),
      },
    }),
    bundle: bundleOfTexts(FILES),
    stub,
    heard: () => notes.map(({ seq }) => seq),
    expected: {
      intent: {
        version: 4,
        priority: 'urgent',
        promisedAt: null,
        lines: [{ lineId: 'r1', sku: 'A1', qty: 3 }],
      },
      lines: [{ lineId: 'r1', picked: 2, shipped: 0, backordered: 0, cancelled: 0 }],
    },
    unmap: () => {
      order.tier = 'third';
    },
  };
}

function answer(
  { notes, order }: { notes: Note[]; order: { nr: string; heard: number } },
  { method, path, query, body, headers }: StubCall,
): StubReply {
  const [, , nr = '', , seq = ''] = path.split('/').map(decodeURIComponent);
  if (nr === '') return { status: 200, body: { o: [order, { nr: 'bad', phase: 7 }] } };
  if (nr !== order.nr) return { status: 404 };
  if (method === 'PUT') {
    if (Number(seq) !== notes.length + 1) return { status: 412, body: { heard: notes.length } };
    if (headers['x-note'] === undefined) return { status: 400, text: 'no key' };
    notes.push(body as Note);
    order.heard = notes.length;
    return { status: 204 };
  }
  if (path.endsWith('/notes')) {
    const from = Number(query['from'] ?? 0);
    const link =
      `<http://elsewhere.example/o/x/notes?from=${Math.max(0, from - 2)}>; rel=prev` +
      (from + 2 < notes.length
        ? `, <http://elsewhere.example/o/x/notes?from=${from + 2}&per=2>; title="a, b"; rel="last next"`
        : '');
    return { status: 200, body: notes.slice(from, from + 2), headers: { link } };
  }
  return { status: 200, body: order };
}
