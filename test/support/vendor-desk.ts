import { bundleOfTexts, callOf, specOf } from './vendor-spec.ts';
import { startStub, type StubCall, type StubReply } from './vendor-stub.ts';
import type { TasksTarget } from './vendor-conformance-tasks.ts';

/** A task manager with issues, labels and numbered pages. */

const TICKET = `schema: desk.ticket
shape: {key: string, about: string, kind: string, phase: 'enum(TODO, DOING, DONE, DROPPED)', rank: 'enum(P1, P2, P3)', name: string, due: datetime|null, 'picks?': [string], 'late?': [string], at: datetime}
`;

const FILES = {
  'schemas/ticket.yaml': TICKET,
  'schemas/new.yaml': `schema: desk.new
shape: {about: string, kind: string, rank: 'enum(P1, P2, P3)', name: string, due: datetime|null, 'url?': string}
`,
  'schemas/patch.yaml': `schema: desk.patch
shape: {'phase?': 'enum(TODO, DOING, DONE, DROPPED)', 'rank?': 'enum(P1, P2, P3)', 'due?': datetime|null, 'picks?': [string], 'late?': [string]}
`,
  'tables/rank.yaml':
    'table: rank\nbidirectional: true\nrows: {urgent: P1, high: P2, normal: P3}\n',
  'tables/phase.yaml':
    'table: phase\nbidirectional: true\nrows: {OPEN: TODO, ASSIGNED: DOING, COMPLETED: DONE, CANCELLED: DROPPED}\n',
  'rules/new.yaml': `mapping: command.create_task -> desk.new
version: 1
rules:
  - {to: about, from: order.order_id}
  - {to: kind, const: pick}
  - {to: rank, from: priority, table: rank, otherwise: {const: P3}}
  - {to: name, join: [unit_count, line_count], sep: ' in '}
  - {to: due, from: due_at, null: pass}
`,
  'rules/ask.yaml': `mapping: command.open_action_task -> desk.new
version: 1
rules:
  - {to: about, from: order.order_id}
  - {to: kind, const: question}
  - {to: rank, from: priority, table: rank, otherwise: {const: P3}}
  - {to: name, from: title}
  - {to: due, from: due_at, null: pass}
  - {to: url, from: link}
`,
  'rules/patch.yaml': `mapping: command.update_task -> desk.patch
version: 1
patch: true
rules:
  - {to: phase, from: status, table: phase}
  - {to: rank, from: priority, table: rank, otherwise: error}
  - {to: due, from: due_at, null: pass}
  - {to: picks, from: pick_ids, empty: pass}
  - {to: late, from: backorder_ids, empty: pass}
`,
  'rules/repatch.yaml': `mapping: command.update_action_task -> desk.patch
version: 1
rules:
  - {to: phase, from: status, table: phase, absent: omit}
  - {to: rank, from: priority, table: rank, otherwise: {const: P3}}
  - {to: due, from: due_at, null: pass}
`,
  'rules/record.yaml': `mapping: desk.ticket -> task.record
version: 1
rules:
  - {to: task_id, from: key, locked: true}
  - {to: external_ref.type, const: order}
  - {to: external_ref.id, from: about}
  - {to: task_type, from: kind}
  - {to: status, from: phase, table: phase, reverse: true}
  - {to: priority, from: rank, table: rank, reverse: true}
  - {to: title, from: name}
  - {to: instructions, const: null}
  - {to: due_date, from: due, null: pass}
  - {to: assignee, const: null}
  - {to: metadata.pick_ids, from: picks, absent: {const: []}, empty: pass}
  - {to: metadata.backorder_ids, from: late, absent: {const: []}, empty: pass}
  - {to: created_at, from: at}
  - {to: updated_at, from: at}
`,
};

const PAGE = 2;

type Ticket = Record<string, unknown> & { key: string };

export async function startDesk(): Promise<TasksTarget> {
  const tickets: Ticket[] = [];
  const keys = new Map<string, Ticket>();
  const stub = await startStub((call) => answer({ tickets, keys }, call));
  const record = 'desk.ticket -> task.record';
  const create = (send: string) =>
    callOf('POST /tickets', { send, receive: record, keyHeader: 'Request-Key' });
  return {
    spec: specOf({
      name: 'desk',
      kind: 'tasks',
      calls: {
        create_task: create('command.create_task -> desk.new'),
        open_action_task: create('command.open_action_task -> desk.new'),
        update_task: callOf('PATCH /tickets/{task_id}', {
          send: 'command.update_task -> desk.patch',
        }),
        update_action_task: callOf('PATCH /tickets/{task_id}', {
          send: 'command.update_action_task -> desk.patch',
          receive: record,
        }),
        look_at_task: callOf('GET /tickets/{task_id}', { receive: record }),
        list_tasks: callOf('GET /tickets', {
          query: { p: '{page}', size: '{limit}', about: '{order_id}' },
          items: 'tickets',
          paging: { kind: 'page', first: 1 },
          receive: record,
        }),
        alive: callOf('GET /tickets?size=1'),
      },
    }),
    bundle: bundleOfTexts(FILES),
    stub,
    tickets,
    pageSize: PAGE,
    lose: (taskId) =>
      void tickets.splice(
        tickets.findIndex(({ key }) => key === taskId),
        1,
      ),
  };
}

function answer(
  { tickets, keys }: { tickets: Ticket[]; keys: Map<string, Ticket> },
  { method, path, query, headers, body }: StubCall,
): StubReply {
  const id = decodeURIComponent(path.split('/')[2] ?? '');
  if (method === 'POST') {
    const known = keys.get(headers['request-key'] ?? '');
    const ticket = known ?? {
      ...(body as object),
      ...{ key: `T-${tickets.length + 1}`, phase: 'TODO', at: '2026-01-02T03:04:05Z' },
    };
    if (known === undefined) tickets.push(ticket);
    keys.set(headers['request-key'] ?? '', ticket);
    return { status: known === undefined ? 201 : 200, body: ticket };
  }
  if (id === '') {
    const ours = tickets.filter(
      ({ about }) => query['about'] === undefined || about === query['about'],
    );
    const from = (Number(query['p'] ?? 1) - 1) * PAGE;
    return { status: 200, body: { tickets: ours.slice(from, from + PAGE) } };
  }
  const ticket = tickets.find(({ key }) => key === id);
  if (ticket === undefined) return { status: 404, body: { why: 'unknown' } };
  if (method === 'PATCH') {
    Object.assign(ticket, body);
    return { status: 204 };
  }
  return { status: 200, body: ticket };
}
