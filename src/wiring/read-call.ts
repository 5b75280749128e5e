import type { Fields, NodeReader } from '../mapping/yaml/fields.ts';
import type { Place, YamlNode } from '../mapping/yaml/node.ts';
import { readConditions } from './read-condition.ts';
import { entriesOf, readKeys, refuse, textOf, type Placed } from './read-parts.ts';
import { readTemplate } from './read-template.ts';
import type { CallName, CallSpec, Meaning, OutcomeRule, Paging, Template } from './spec.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const KEYS = [...METHODS, 'query', 'send', 'receive', 'stated', 'key', 'items', 'next', 'when'];
const MEANINGS: readonly Meaning[] = [
  'ok',
  'missing',
  'out_of_stock',
  'exists',
  'rejected',
  'disagrees',
  'retry',
  'refused',
];

/** Names that a call's templates may use, in the order in which they are shown. */
const LISTING = ['since', 'status', 'order_id', 'cursor', 'page', 'offset', 'limit'];
const PICK = ['pick_id', 'reference', 'order_id'];
const NAMES: Readonly<Record<CallName, readonly string[]>> = {
  tell_crm: ['order_id', 'key', 'sequence'],
  get_order: ['order_id'],
  list_orders: LISTING,
  list_events: ['order_id', 'cursor', 'page', 'offset', 'limit'],
  create_task: ['order_id', 'key'],
  open_action_task: ['order_id', 'key'],
  update_task: ['task_id', 'order_id'],
  update_action_task: ['task_id', 'order_id'],
  look_at_task: ['task_id', 'order_id'],
  list_tasks: LISTING,
  request_pick: ['reference', 'order_id', 'connection'],
  find_pick: ['reference', 'order_id'],
  look_at_pick: PICK,
  update_pick: PICK,
  cancel_pick: PICK,
  read_stock: ['sku'],
  list_picks: LISTING,
  audit_stock: [],
  alive: [],
};

/** A call before its mappings are looked up. */
export interface DraftCall extends Omit<CallSpec, 'send' | 'receive' | 'stated'> {
  name: CallName;
  place: Place;
  send: Placed<string> | null;
  receive: Placed<string> | null;
  stated: Placed<string> | null;
}

/** Null means that a mistake was added. */
export function readCall(
  { name, place }: Pick<DraftCall, 'name' | 'place'>,
  node: YamlNode,
  reader: NodeReader,
): DraftCall | null {
  const fields = reader.fields(node, KEYS, `The call ${name}`);
  if (fields === null) return null;
  const names = NAMES[name];
  const method = methodOf(fields, reader);
  const pathNode = method === null ? undefined : fields.get(method);
  const path = pathNode === undefined ? null : readTemplate(pathNode, names, reader);
  const query = new Map<string, Template>();
  for (const { key, value } of entriesOf(fields.get('query'), 'query', reader)) {
    const template = readTemplate(value, names, reader);
    if (template !== null) query.set(key, template);
  }
  const itemsNode = fields.get('items');
  const outcomes = readOutcomes(fields.get('when'), reader);
  const items = itemsNode === undefined ? null : readItems(itemsNode, reader);
  const paging = readPaging(fields.get('next'), reader);
  if (method === null || path === null) return null;
  return {
    ...{ name, place, path, query, items, paging, outcomes },
    method: METHOD_OF[method],
    send: mappingAt(fields, 'send', reader),
    receive: mappingAt(fields, 'receive', reader),
    stated: mappingAt(fields, 'stated', reader),
    keyHeader: textOf(fields.get('key'), 'key', reader),
  };
}

const METHOD_OF = {
  get: 'GET',
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
} as const;

function methodOf(fields: Fields, reader: NodeReader): (typeof METHODS)[number] | null {
  const given = METHODS.filter((method) => fields.has(method));
  const [method] = given;
  if (method !== undefined && given.length === 1) return method;
  return refuse(reader, fields.place, `A call has exactly one of ${METHODS.join(', ')}: its path.`);
}

function mappingAt(fields: Fields, key: string, reader: NodeReader): Placed<string> | null {
  const node = fields.get(key);
  const value = node === undefined ? null : reader.text(node, key);
  return value === null || node === undefined ? null : { value, place: node.place };
}

/** `.` when the answer is the list itself. */
function readItems(node: YamlNode, reader: NodeReader): readonly string[] | null {
  return readKeys(node, reader)?.value ?? null;
}

function readPaging(node: YamlNode | undefined, reader: NodeReader): Paging | null {
  if (node === undefined) return null;
  const wrong = 'next: is {cursor: path}, {page: 1}, {offset: 0} or link.';
  if (node.kind === 'scalar') {
    return node.value === 'link' ? { kind: 'link' } : refuse(reader, node.place, wrong);
  }
  const fields = reader.fields(node, ['cursor', 'page', 'offset'], 'next');
  const cursor = fields?.get('cursor');
  const page = fields?.get('page');
  if (cursor !== undefined) {
    const at = readKeys(cursor, reader);
    return at === null ? null : { kind: 'cursor', at: at.value };
  }
  if (page !== undefined) {
    const first = reader.count(page, 'page');
    return first === null ? null : { kind: 'page', first };
  }
  if (fields?.has('offset') === true) return { kind: 'offset' };
  return refuse(reader, node.place, wrong);
}

function readOutcomes(node: YamlNode | undefined, reader: NodeReader): OutcomeRule[] {
  const items = node === undefined ? [] : (reader.list(node, 'when')?.items ?? []);
  return items.flatMap((each) => {
    const rule = readOutcome(each, reader);
    return rule === null ? [] : [rule];
  });
}

function readOutcome(node: YamlNode, reader: NodeReader): OutcomeRule | null {
  const fields = reader.fields(node, ['status', 'where', 'means'], 'A rule of when');
  if (fields === null) return null;
  const meansNode = reader.required(fields, 'means', 'A rule of when needs means:.');
  const means = meansNode === null ? null : reader.oneOf(meansNode, MEANINGS, 'means');
  const where = readConditions(fields.get('where'), reader);
  const statuses = readStatuses(fields.get('status'), reader);
  if (statuses === null && where.length === 0) {
    return refuse(reader, fields.place, 'A rule of when has status:, where:, or both.');
  }
  return means === null ? null : { statuses, where, means };
}

function readStatuses(node: YamlNode | undefined, reader: NodeReader): readonly number[] | null {
  if (node === undefined) return null;
  const nodes = node.kind === 'list' ? node.items : [node];
  return nodes.flatMap((each) => {
    const status = reader.count(each, 'status');
    if (status === null || (status >= 100 && status <= 599)) return status ?? [];
    return refuse(reader, each.place, 'status is 100 to 599.') ?? [];
  });
}
