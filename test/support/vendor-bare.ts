import { bundleOfTexts, callOf, specOf } from './vendor-spec.ts';
import { startStub, type StubCall, type StubReply } from './vendor-stub.ts';
import type { WmsTarget } from './vendor-conformance.ts';

/**
 * A warehouse that has little: no keys, a search that finds what is like its word, creates answered
 * by an id alone, lines known by their SKU, no sequence, whole cancels, no changes, pages by offset.
 */

const FILES = {
  'schemas/job.yaml': `schema: bare.job
shape: {id: integer, label?: string|null, open: boolean, lines: [{sku: string, ordered: integer, done: integer}]}
`,
  'schemas/new.yaml': `schema: bare.new
shape: {label: string, lines: [{sku: string, ordered: integer}]}
`,
  'schemas/made.yaml': 'schema: bare.made\nshape: {id: integer}\n',
  'schemas/free.yaml': 'schema: bare.free\nshape: {sku: string, qty: integer}\n',
  'rules/new.yaml': `mapping: command.request_pick -> bare.new
version: 1
rules:
  - {to: label, from: reference, locked: true}
  - each: {from: 'lines[*]', to: 'lines[*]'}
    rules:
      - {to: sku, from: sku}
      - {to: ordered, from: qty}
`,
  'rules/made.yaml': `mapping: bare.made -> pick.named
version: 1
rules:
  - {to: pick_id, from: id, ops: [to_string]}
`,
  'rules/job.yaml': `mapping: bare.job -> pick.record
version: 1
rules:
  - {to: pick_id, from: id, ops: [to_string]}
  - {to: reference, from: label, absent: {const: null}, null: pass, empty: pass}
  - {to: status, const: CREATED, when: {path: open, eq: true}, else: {const: COMPLETED}}
  - each: {from: 'lines[*]', to: 'lines[*]', min: 0}
    rules:
      - {to: sku, from: sku}
      - {to: requested, from: ordered}
      - {to: allocated, const: 0}
      - {to: picked, from: done}
      - {to: shipped, const: 0}
      - {to: short, const: 0}
      - {to: cancelled, const: 0}
`,
  'rules/free.yaml': `mapping: bare.free -> stock.level
version: 1
rules:
  - {to: sku, from: sku}
  - {to: available, from: qty}
`,
};

interface Job {
  id: number;
  label: string;
  open: boolean;
  lines: { sku: string; ordered: number; done: number }[];
}

export async function startBare(): Promise<WmsTarget> {
  const jobs: Job[] = [];
  const stub = await startStub((call) => answer(jobs, call));
  return {
    spec: specOf({
      name: 'bare',
      kind: 'wms',
      can: {
        idempotentCreate: false,
        find: 'search',
        searchLagMs: 5,
        events: 'none',
        cancel: 'whole',
        shipments: false,
      },
      calls: {
        request_pick: callOf('POST /jobs', {
          send: 'command.request_pick -> bare.new',
          receive: 'bare.made -> pick.named',
        }),
        find_pick: callOf('GET /jobs', {
          query: { q: '{reference}', skip: '{offset}', take: '{limit}' },
          items: '',
          paging: { kind: 'offset' },
          receive: 'bare.job -> pick.record',
        }),
        look_at_pick: callOf('GET /jobs/{pick_id}', { receive: 'bare.job -> pick.record' }),
        cancel_pick: callOf('DELETE /jobs/{pick_id}', {
          outcomes: [{ statuses: [403], where: [], means: 'rejected' }],
        }),
        read_stock: callOf('GET /free/{sku}', {
          receive: 'bare.free -> stock.level',
          outcomes: [{ statuses: [404], where: [], means: 'missing' }],
        }),
        list_picks: callOf('GET /jobs', {
          query: { skip: '{offset}', take: '{limit}' },
          items: '',
          paging: { kind: 'offset' },
          receive: 'bare.job -> pick.record',
        }),
        alive: callOf('GET /jobs?take=1'),
      },
    }),
    bundle: bundleOfTexts(FILES),
    stub,
    sku: 'A1',
    emptySku: null,
    unmapped: null,
    picksUnder: (reference) => jobs.filter(({ label }) => label === reference).length,
    finish(pickId) {
      const job = jobs.find(({ id }) => String(id) === pickId);
      if (job === undefined) return;
      job.open = false;
      for (const line of job.lines) line.done = line.ordered;
    },
    stockOf: { A1: 4, GONE: 0 },
  };
}

function answer(jobs: Job[], { method, path, query, body }: StubCall): StubReply {
  const [, room, id = ''] = path.split('/');
  if (room === 'free') {
    return id === 'A1' ? { status: 200, body: { sku: id, qty: 4 } } : { status: 404, body: {} };
  }
  if (method === 'POST') {
    const { label, lines } = body as Pick<Job, 'label' | 'lines'>;
    const job = { id: jobs.length + 1, label, open: true };
    jobs.push({ ...job, lines: lines.map((line) => ({ ...line, done: 0 })) });
    return { status: 202, body: { id: job.id } };
  }
  if (id === '') {
    // Like many searches: everything that begins with the word.
    const found = jobs.filter(({ label }) => label.startsWith(query['q'] ?? ''));
    const skip = Number(query['skip'] ?? 0);
    // And it gives less than it was asked for.
    return { status: 200, body: found.slice(skip, skip + Math.min(2, Number(query['take']))) };
  }
  const job = jobs.find((each) => String(each.id) === id);
  if (job === undefined) return { status: 410 };
  if (method === 'DELETE') {
    if (!job.open) return { status: 403, body: { why: 'done' } };
    job.open = false;
    return { status: 204 };
  }
  return { status: 200, body: job };
}
