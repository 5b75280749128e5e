import type { Fields, NodeReader } from '../mapping/yaml/fields.ts';
import type { Place, YamlNode } from '../mapping/yaml/node.ts';
import { readAuth } from './read-auth.ts';
import { readCall, type DraftCall } from './read-call.ts';
import {
  entriesOf,
  millisecondsOf,
  readSetting,
  refuse,
  textOf,
  type Placed,
} from './read-parts.ts';
import { readWebhooks, type DraftWebhooks } from './read-webhooks.ts';
import {
  CALLS_OF,
  type Assumption,
  type Capabilities,
  type ConnectionKind,
  type ConnectionSpec,
  type PollSpec,
  type RateSpec,
  type Setting,
} from './spec.ts';

const KEYS = [
  'connection',
  'kind',
  'title',
  'assumptions',
  'url',
  'auth',
  'headers',
  'rate',
  'webhooks',
  'calls',
  'can',
  'poll',
  'orders',
];

/** The grammar of a connection's name: it stands in paths, keys and workflow ids. */
const NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** The path of webhooks by which the connection `crm` is reached too. */
const TAKEN = 'orders';

export interface StatedCapabilities extends Partial<Capabilities> {
  place: Place;
}

/** A connection file that is well written, before its names are held against the mappings. */
export interface DraftConnection extends Omit<ConnectionSpec, 'webhooks' | 'calls' | 'can'> {
  place: Place;
  /** Where `orders` names the connections that orders go to. */
  routes: { kind: 'wms' | 'tasks'; name: Placed<string> }[];
  webhooks: DraftWebhooks | null;
  calls: DraftCall[];
  can: StatedCapabilities;
}

/** Null means that a mistake was added. */
export function readConnection(node: YamlNode, reader: NodeReader): DraftConnection | null {
  const fields = reader.fields(node, KEYS, 'A connection');
  if (fields === null) return null;
  const need = (key: string, what: string): YamlNode | null =>
    reader.required(fields, key, `A connection needs ${key}: ${what}.`);
  const name = readName(need('connection', 'its name'), reader);
  const kindNode = need('kind', 'crm, tasks or wms');
  const kind =
    kindNode === null ? null : reader.oneOf(kindNode, ['crm', 'tasks', 'wms'] as const, 'kind');
  const urlNode = need('url', 'where it is reached');
  const url = urlNode === null ? null : readSetting(urlNode, 'url', reader);
  const authNode = fields.get('auth');
  const auth = authNode === undefined ? ({ kind: 'none' } as const) : readAuth(authNode, reader);
  const webhooksNode = fields.get('webhooks');
  const webhooks = webhooksNode === undefined ? null : readWebhooks(webhooksNode, reader);
  const callsNode = need('calls', 'what it is asked');
  const common = readCommon(fields, reader);
  if (kind === null) return null;
  const calls = readCalls(kind, callsNode, reader);
  if (name === null || url === null || auth === null) return null;
  return {
    ...{ name, kind, url, auth, webhooks, calls, ...common },
    below: belowOf(urlNode, reader),
    title: common.title ?? name,
    place: fields.place,
    file: fields.place.file.path,
  };
}

function readName(node: YamlNode | null, reader: NodeReader): string | null {
  const name = node === null ? null : reader.text(node, 'connection');
  if (name === null || node === null) return null;
  if (NAME.test(name) && name !== TAKEN) return name;
  const why =
    name === TAKEN ? 'is taken: it is a path of crm' : 'is no name; write it like acme-north';
  return refuse(reader, node.place, `${name} ${why}.`);
}

function belowOf(node: YamlNode | null, reader: NodeReader): string {
  const below = node?.kind === 'map' ? node.entries.find(({ key }) => key === 'below') : undefined;
  return below === undefined ? '' : (reader.text(below.value, 'below') ?? '');
}

function readCommon(fields: Fields, reader: NodeReader) {
  const orders = fields.get('orders');
  const routes = orders === undefined ? null : reader.fields(orders, ['wms', 'tasks'], 'orders');
  return {
    title: textOf(fields.get('title'), 'title', reader),
    assumptions: readAssumptions(fields.get('assumptions'), reader),
    headers: readHeaders(fields.get('headers'), reader),
    rate: readRate(fields.get('rate'), reader),
    poll: readPoll(fields.get('poll'), reader),
    can: readCan(fields, reader),
    orders: {
      wms: textOf(routes?.get('wms'), 'wms', reader),
      tasks: textOf(routes?.get('tasks'), 'tasks', reader),
    },
    routes: (['wms', 'tasks'] as const).flatMap((kind) => {
      const node = routes?.get(kind);
      const name = node === undefined ? null : reader.text(node, kind);
      return node === undefined || name === null
        ? []
        : { kind, name: { value: name, place: node.place } };
    }),
  };
}

function readAssumptions(node: YamlNode | undefined, reader: NodeReader): Assumption[] {
  const items = node === undefined ? [] : (reader.list(node, 'assumptions')?.items ?? []);
  return items.flatMap((each) => {
    const fields = reader.fields(each, ['says', 'so'], 'An assumption');
    const says = textOf(fields?.get('says'), 'says', reader);
    const so = textOf(fields?.get('so'), 'so', reader);
    if (says !== null && so !== null) return { says, so };
    return refuse(reader, each.place, 'An assumption has says: and so:.') ?? [];
  });
}

function readHeaders(node: YamlNode | undefined, reader: NodeReader): Map<string, Setting> {
  const headers = new Map<string, Setting>();
  for (const { key, value } of entriesOf(node, 'headers', reader)) {
    const setting = readSetting(value, key, reader);
    if (setting !== null) headers.set(key.toLowerCase(), setting);
  }
  return headers;
}

const BURST = 10;

function readRate(node: YamlNode | undefined, reader: NodeReader): RateSpec | null {
  const fields = node === undefined ? null : reader.fields(node, ['per_s', 'burst'], 'rate');
  const perNode = fields === null ? null : reader.required(fields, 'per_s', 'rate needs per_s:.');
  if (fields === null || perNode === null) return null;
  const perSecond = perNode.kind === 'scalar' ? perNode.value : null;
  if (typeof perSecond !== 'number' || perSecond <= 0) {
    return refuse(reader, perNode.place, 'per_s is a number of calls per second above 0.');
  }
  const burst = fields.get('burst');
  return { perSecond, burst: (burst === undefined ? null : reader.count(burst, 'burst')) ?? BURST };
}

const POLL_FIRST_MS = 60_000;
const POLL_MAX_MS = 900_000;

function readPoll(node: YamlNode | undefined, reader: NodeReader): PollSpec | null {
  const fields = node === undefined ? null : reader.fields(node, ['first_s', 'most_s'], 'poll');
  if (fields === null) return null;
  const firstMs = millisecondsOf(fields.get('first_s'), 'first_s', reader) ?? POLL_FIRST_MS;
  const maxMs = millisecondsOf(fields.get('most_s'), 'most_s', reader) ?? POLL_MAX_MS;
  return { firstMs, maxMs: Math.max(firstMs, maxMs) };
}

function readCan(connection: Fields, reader: NodeReader): StatedCapabilities {
  const node = connection.get('can');
  const known = ['create', 'search_lag_s', 'events', 'cancel', 'shipments'];
  const fields = node === undefined ? null : reader.fields(node, known, 'can');
  if (fields === null) return { place: connection.place };
  const word = <Word extends string>(key: string, words: readonly Word[]): Word | null => {
    const at = fields.get(key);
    return at === undefined ? null : reader.oneOf(at, words, key);
  };
  const events = word('events', ['lines', 'headers', 'none'] as const);
  const cancel = word('cancel', ['lines', 'whole', 'none'] as const);
  const lagMs = millisecondsOf(fields.get('search_lag_s'), 'search_lag_s', reader);
  return {
    place: fields.place,
    ...readCreate(fields.get('create'), reader),
    ...(events === null ? {} : { events }),
    ...(cancel === null ? {} : { cancel }),
    ...(lagMs === null ? {} : { searchLagMs: lagMs }),
    ...(fields.has('shipments') ? { shipments: reader.flag(fields, 'shipments') } : {}),
  };
}

const CREATE = ['key', 'reference', 'search', 'none'] as const;

function readCreate(node: YamlNode | undefined, reader: NodeReader): Partial<Capabilities> {
  if (node === undefined) return {};
  const nodes = node.kind === 'list' ? node.items : [node];
  const words = nodes.map((each) => reader.oneOf(each, CREATE, 'create'));
  return {
    idempotentCreate: words.includes('key'),
    find: words.find((word) => word === 'reference' || word === 'search') ?? 'none',
  };
}

function readCalls(kind: ConnectionKind, node: YamlNode | null, reader: NodeReader): DraftCall[] {
  const fields = node === null ? null : reader.fields(node, CALLS_OF[kind], 'calls');
  if (fields === null) return [];
  return CALLS_OF[kind].flatMap((name) => {
    const call = fields.get(name);
    const read =
      call === undefined ? null : readCall({ name, place: fields.placeOf(name) }, call, reader);
    return read ?? [];
  });
}
