import { bundleOfTexts, callOf, specOf } from './vendor-spec.ts';
import { startStub, type StubCall, type StubReply } from './vendor-stub.ts';
import type { WmsTarget } from './vendor-conformance.ts';

/** A warehouse with other words, keys, line ids and a cursor: all that the core can use. */

const PICK_SCHEMA = `schema: acme.pick
shape:
  no: string
  ext_ref: string|null
  state: enum(NEW, WORK, DONE, STOPPED, UNHEARD)
  rev: integer
  rows: [{line: string, article: string, want: integer, held: integer, taken: integer, sent: integer, missing: integer, dropped: integer}]
`;
const ORDER_SCHEMA = `schema: acme.order
shape: {ext_ref: string, customer_order: string, haste: 'enum(A, B)', asked_at: datetime, rows: [{line: string, article: string, want: integer}]}
`;
const STOP_SCHEMA = `schema: acme.stop
shape: {why: string|null, 'lines?': [string]}
`;
const STOPPED_SCHEMA = `schema: acme.stopped
shape: {verdict: 'enum(YES, PARTLY, NO)', pick: any}
`;
const LEVEL_SCHEMA = `schema: acme.level
shape: {article: string, free: integer}
`;
const HASTE_SCHEMA = `schema: acme.haste
shape: {haste: 'enum(A, B)'}
`;

const PICK = `mapping: acme.pick -> pick.record
name: acme.pick_record
version: 2
rules:
  - {to: pick_id, from: no, locked: true}
  - {to: reference, from: ext_ref, null: pass}
  - {to: status, from: state, table: acme_state, otherwise: error}
  - {to: sequence, from: rev}
  - each: {from: 'rows[*]', to: 'lines[*]', min: 0}
    rules:
      - {to: line_id, from: line, locked: true}
      - {to: sku, from: article}
      - {to: requested, from: want}
      - {to: allocated, from: held}
      - {to: picked, from: taken}
      - {to: shipped, from: sent}
      - {to: short, from: missing}
      - {to: cancelled, from: dropped}
`;

const FILES = {
  'schemas/pick.yaml': PICK_SCHEMA,
  'schemas/order.yaml': ORDER_SCHEMA,
  'schemas/stop.yaml': STOP_SCHEMA,
  'schemas/stopped.yaml': STOPPED_SCHEMA,
  'schemas/level.yaml': LEVEL_SCHEMA,
  'schemas/haste.yaml': HASTE_SCHEMA,
  'tables/state.yaml':
    'table: acme_state\nrows: {NEW: CREATED, WORK: IN_PROGRESS, DONE: COMPLETED, STOPPED: CANCELLED}\n',
  'tables/haste.yaml': 'table: acme_haste\nrows: {urgent: A, high: A, normal: B}\n',
  'rules/pick.yaml': PICK,
  'rules/order.yaml': `mapping: command.request_pick -> acme.order
name: acme.order
version: 3
rules:
  - {to: ext_ref, from: reference, locked: true}
  - {to: customer_order, from: order.order_id}
  - {to: haste, from: priority, table: acme_haste, otherwise: error}
  - {to: asked_at, from: requested_at}
  - each: {from: 'lines[*]', to: 'rows[*]'}
    rules:
      - {to: line, from: line_id}
      - {to: article, from: sku}
      - {to: want, from: qty}
`,
  'rules/haste.yaml': `mapping: command.update_pick -> acme.haste
name: acme.haste
version: 1
rules:
  - {to: haste, from: priority, table: acme_haste, otherwise: {const: B}}
`,
  'rules/stop.yaml': `mapping: command.cancel_pick -> acme.stop
name: acme.stop
version: 1
rules:
  - {to: why, from: reason, null: pass, empty: pass}
  - {to: lines, from: lines, null: omit}
`,
  'rules/stopped.yaml': `mapping: acme.stopped -> pick.cancel_answered
name: acme.stopped
version: 1
rules:
  - {to: result, from: verdict, table: acme_verdict}
`,
  'tables/verdict.yaml':
    'table: acme_verdict\nrows: {YES: ACCEPTED, PARTLY: PARTIALLY_ACCEPTED, NO: REJECTED}\n',
  'rules/level.yaml': `mapping: acme.level -> stock.level
name: acme.level
version: 1
rules:
  - {to: sku, from: article}
  - {to: available, from: free}
`,
};

interface Row {
  line: string;
  article: string;
  want: number;
  held: number;
  taken: number;
  sent: number;
  missing: number;
  dropped: number;
}

interface Pick {
  no: string;
  ext_ref: string;
  state: 'NEW' | 'WORK' | 'DONE' | 'STOPPED';
  rev: number;
  rows: Row[];
}

const PAGE = 2;

export async function startAcme(): Promise<WmsTarget> {
  const picks = new Map<string, Pick>();
  const keys = new Map<string, StubReply>();
  const stub = await startStub((call) => answer({ picks, keys }, call));
  return {
    spec: specOf({
      name: 'acme',
      kind: 'wms',
      can: { find: 'reference' },
      calls: {
        request_pick: callOf('POST /v2/orders', {
          send: 'acme.order',
          receive: 'acme.pick_record',
          keyHeader: 'X-Request-Id',
          outcomes: [
            { statuses: [409], where: [sold()], means: 'out_of_stock' },
            { statuses: [409], where: [twin()], means: 'exists' },
          ],
        }),
        find_pick: callOf('GET /v2/orders', {
          query: { ext_ref: '{reference}' },
          items: 'page.rows',
          receive: 'acme.pick_record',
        }),
        look_at_pick: callOf('GET /v2/orders/{pick_id}', { receive: 'acme.pick_record' }),
        update_pick: callOf('PUT /v2/orders/{pick_id}', {
          send: 'acme.haste',
          receive: 'acme.pick_record',
          keyHeader: 'X-Request-Id',
        }),
        cancel_pick: callOf('POST /v2/orders/{pick_id}/stop', {
          send: 'acme.stop',
          receive: 'acme.stopped',
          outcomes: [{ statuses: [422], where: [], means: 'rejected' }],
        }),
        read_stock: callOf('GET /v2/levels', {
          query: { article: '{sku}', after: '{cursor}' },
          items: 'rows',
          paging: { kind: 'cursor', at: ['after'] },
          receive: 'acme.level',
        }),
        list_picks: callOf('GET /v2/orders', {
          query: { changed: '{since|epoch_s}', after: '{cursor}' },
          items: 'page.rows',
          paging: { kind: 'cursor', at: ['page', 'after'] },
          receive: 'acme.pick_record',
        }),
        alive: callOf('GET /v2/levels?limit=1'),
      },
    }),
    bundle: bundleOfTexts(FILES),
    stub,
    sku: 'A1',
    emptySku: 'SOLD',
    unmapped: { priority: 'low', code: 'MAP_ENUM' },
    picksUnder: (reference) => [...picks.values()].filter((p) => p.ext_ref === reference).length,
    finish(pickId) {
      const pick = picks.get(pickId);
      if (pick === undefined) return;
      pick.state = 'DONE';
      pick.rev += 1;
      for (const row of pick.rows) Object.assign(row, { held: 0, taken: row.want });
    },
    stockOf: { A1: 12 },
  };
}

function sold() {
  return { path: ['error'], op: 'eq', value: 'sold-out' } as const;
}

function twin() {
  return { path: ['error'], op: 'like', pattern: /^twin-.*$/ } as const;
}

interface State {
  picks: Map<string, Pick>;
  keys: Map<string, StubReply>;
}

function answer(state: State, call: StubCall): StubReply {
  const { picks } = state;
  const [, , room = '', id = '', verb = ''] = call.path.split('/').map(decodeURIComponent);
  const pick = picks.get(id);
  if (room === 'levels') return levels(call);
  if (call.method === 'POST' && id === '') return create(state, call);
  if (call.method === 'GET' && id === '') return list(state, call);
  if (pick === undefined) return { status: 404, body: { error: 'unknown' } };
  if (verb === 'stop') return stop(pick, call);
  return { status: 200, body: pick };
}

function create({ picks, keys }: State, { headers, body }: StubCall): StubReply {
  const key = headers['x-request-id'] ?? '';
  const known = keys.get(key);
  if (known !== undefined) return known;
  const { ext_ref, rows } = body as {
    ext_ref: string;
    rows: { line: string; article: string; want: number }[];
  };
  if (rows.every(({ article }) => article === 'SOLD')) {
    return { status: 409, body: { error: 'sold-out' } };
  }
  if ([...picks.values()].some((pick) => pick.ext_ref === ext_ref)) {
    return { status: 409, body: { error: 'twin-of-an-order' } };
  }
  const none = { taken: 0, sent: 0, missing: 0, dropped: 0 };
  const pick: Pick = {
    no: `N ${picks.size + 1}/7`,
    ext_ref,
    state: 'NEW',
    rev: 1,
    rows: rows.map((row) => ({ ...row, held: row.want, ...none })),
  };
  picks.set(pick.no, pick);
  const reply = { status: 201, body: pick };
  keys.set(key, structuredClone(reply));
  return reply;
}

function list({ picks }: State, { query }: StubCall): StubReply {
  const all = [...picks.values()].filter(
    ({ ext_ref }) => query['ext_ref'] === undefined || ext_ref === query['ext_ref'],
  );
  const from = Number(query['after'] ?? 0);
  const after = from + PAGE < all.length ? from + PAGE : null;
  return { status: 200, body: { page: { rows: all.slice(from, from + PAGE), after } } };
}

function stop(pick: Pick, { body }: StubCall): StubReply {
  const { lines } = body as { lines?: string[] };
  if (pick.state === 'DONE') return { status: 422, body: { error: 'too-late' } };
  for (const row of pick.rows.filter(({ line }) => lines === undefined || lines.includes(line))) {
    row.dropped += row.held;
    row.held = 0;
  }
  pick.rev += 1;
  if (pick.rows.every(({ dropped, want }) => dropped === want)) pick.state = 'STOPPED';
  return { status: 200, body: { verdict: 'YES', pick: null } };
}

function levels({ query }: StubCall): StubReply {
  const after = query['after'];
  const rows =
    after === undefined
      ? [
          { article: 'A1', free: 5 },
          { article: 'A11', free: 90 },
        ]
      : [{ article: 'A1', free: 7 }];
  return { status: 200, body: { rows, after: after === undefined ? 'p2' : null } };
}
