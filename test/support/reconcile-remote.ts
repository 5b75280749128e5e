import type { HttpCall, HttpClient, HttpResult } from '../../src/connections/http.ts';
import type { CrmOrder } from '../../src/contracts/crm.ts';
import type { Pick } from '../../src/contracts/picks.ts';
import type { Task } from '../../src/contracts/tasks.ts';

/** What other systems hold; tests write into it behind everybody's back. */
export interface FakeRemote {
  orders: Map<string, CrmOrder & { cancellation?: unknown }>;
  picks: Map<string, Pick>;
  tasks: Map<string, Task>;
  audit: { checked: number; findings: unknown[] };
  deliveries: { delivery_id: string; event_type: string }[];
  /** Paths asked for, with their method. */
  calls: string[];
  /** Bodies of the commands that were sent. */
  bodies: unknown[];
  /** Answers a call on a connection instead of the system. */
  disturb(connection: string, call: HttpCall): HttpResult | undefined;
}

export function createFakeRemote(): FakeRemote {
  return {
    orders: new Map(),
    picks: new Map(),
    tasks: new Map(),
    audit: { checked: 0, findings: [] },
    deliveries: [],
    calls: [],
    bodies: [],
    disturb: () => undefined,
  };
}

/** The way to a fake remote as a connection of that name. */
export function clientOf(remote: FakeRemote, connection: string): HttpClient {
  return {
    close: () => Promise.resolve(),
    call(call) {
      remote.calls.push(`${call.method} ${call.path}`);
      if (call.body !== undefined) remote.bodies.push(call.body);
      const disturbed = remote.disturb(connection, call);
      return Promise.resolve(disturbed ?? answerOf(remote, call));
    },
  };
}

export function answer(status: number, body: unknown): HttpResult {
  return { kind: 'answer', status, retryAfter: undefined, body, text: JSON.stringify(body) };
}

function answerOf(remote: FakeRemote, call: HttpCall): HttpResult {
  const url = new URL(call.path, 'http://far.side');
  const [, list = '', id, act] = url.pathname.split('/');
  if (list === 'audit') return audited(remote, call);
  if (list === 'webhook-deliveries') {
    return call.method === 'POST' ? answer(202, {}) : answer(200, { items: remote.deliveries });
  }
  const { orders, picks, tasks } = remote;
  const rows = { orders, picks, tasks }[list];
  if (rows === undefined) return answer(404, {});
  if (id === undefined) return answer(200, listOf([...rows.entries()], url.searchParams));
  const row = rows.get(decodeURIComponent(id));
  if (row === undefined) return answer(404, {});
  return answer(200, act === 'cancel' ? { result: 'ACCEPTED', lines: [], pick: row } : row);
}

function audited({ audit }: FakeRemote, { body }: HttpCall): HttpResult {
  const { repair } = body as { repair: boolean };
  const findings = audit.findings.map((one) => ({ ...(one as object), repaired: repair }));
  return answer(200, { checked: audit.checked, findings });
}

/** Oldest change first, after the cursor, at or after `since`, as all three systems list. */
function listOf(rows: [string, CrmOrder | Pick | Task][], query: URLSearchParams) {
  const since = query.get('since') ?? query.get('updated_since') ?? '';
  const cursor = query.get('cursor') ?? '';
  const limit = Number(query.get('limit'));
  const placeOf = (id: string, row: { updated_at: string }): string => `${row.updated_at} ${id}`;
  const fitting = rows
    .filter(([, row]) => row.updated_at >= since)
    .filter(([, row]) => !query.has('status') || row.status === query.get('status'))
    .filter(
      ([, row]) =>
        !query.has('order_id') || ('order_id' in row && row.order_id === query.get('order_id')),
    )
    .filter(
      ([, row]) =>
        !query.has('external_ref') ||
        ('external_ref' in row && row.external_ref.id === query.get('external_ref')),
    )
    .map(([id, row]) => ({ place: placeOf(id, row), row }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1))
    .filter(({ place }) => place > cursor);
  const page = fitting.slice(0, limit);
  const next = fitting.length > limit ? (page.at(-1)?.place ?? null) : null;
  return { items: page.map(({ row }) => row), next };
}
