import type { Fields, NodeReader } from '../mapping/yaml/fields.ts';
import type { Place, YamlNode } from '../mapping/yaml/node.ts';
import { conditionPaths, readConditions } from './read-condition.ts';
import { readProfile } from './read-profile.ts';
import { entriesOf, readKeys, readSecret, refuse, type Placed } from './read-parts.ts';
import type { EventSpec, WebhooksSpec, Whereabouts } from './spec.ts';

const KEYS = ['profile', 'secrets', 'ack', 'envelope', 'id', 'type', 'at', 'events'];

/** A secret in use, the one before it and the one to come. */
const SECRETS_MAX = 3;

/** An event type before its mapping is looked up. */
export interface DraftEvent extends Omit<EventSpec, 'meaning' | 'orderId' | 'reference'> {
  place: Place;
  mapPlace: Place;
  orderId: Placed<readonly string[]> | null;
  reference: Placed<readonly string[]> | null;
  /** Paths of `only`. */
  onlyPaths: Placed<readonly string[]>[];
}

export interface DraftWebhooks extends Omit<WebhooksSpec, 'events' | 'envelope'> {
  envelope: Placed<string> | null;
  /** Paths of `id`, `type` and `at` in the body. */
  paths: Placed<readonly string[]>[];
  events: DraftEvent[];
}

/** Null means that a mistake was added. */
export function readWebhooks(node: YamlNode, reader: NodeReader): DraftWebhooks | null {
  const fields = reader.fields(node, KEYS, 'webhooks');
  if (fields === null) return null;
  const need = (key: string): YamlNode | null =>
    reader.required(fields, key, `webhooks needs ${key}:.`);
  const profileNode = need('profile');
  const profile = profileNode === null ? null : readProfile(profileNode, reader);
  const id = readWhereabouts(need('id'), reader);
  const type = readWhereabouts(need('type'), reader);
  const atNode = fields.get('at');
  const at = atNode === undefined ? null : readWhereabouts(atNode, reader);
  const secrets = readSecrets(need('secrets'), reader);
  const envelopeNode = fields.get('envelope');
  const schema = envelopeNode === undefined ? null : reader.text(envelopeNode, 'envelope');
  const envelope =
    envelopeNode === undefined || schema === null
      ? null
      : { value: schema, place: envelopeNode.place };
  const events = entriesOf(need('events') ?? undefined, 'events', reader).flatMap(
    ({ key, keyPlace, value }) => {
      const event = readEvent({ type: key, place: keyPlace }, value, reader);
      return event === null ? [] : [event];
    },
  );
  if (profile === null || id === null || type === null) return null;
  const paths = ['id', 'type', 'at'].flatMap((key) => bodyPathsOf(fields.get(key), reader));
  return {
    profile,
    secrets,
    ack: readAck(fields.get('ack'), reader),
    envelope,
    paths,
    id,
    type,
    at,
    events,
  };
}

function readAck(node: YamlNode | undefined, reader: NodeReader): 200 | 202 {
  const status = node === undefined ? 202 : reader.count(node, 'ack');
  if (status === 200 || status === 202) return status;
  if (status !== null && node !== undefined) refuse(reader, node.place, 'ack is 200 or 202.');
  return 202;
}

function readSecrets(node: YamlNode | null, reader: NodeReader): WebhooksSpec['secrets'] {
  const items = node === null ? [] : (reader.list(node, 'secrets')?.items ?? []);
  if (node !== null && (items.length === 0 || items.length > SECRETS_MAX)) {
    refuse(reader, node.place, `secrets lists 1 to ${SECRETS_MAX} secrets.`);
  }
  return items.flatMap((each) => {
    const secret = readSecret(each, 'A webhook secret', reader);
    return secret === null ? [] : [secret];
  });
}

function bodyPathsOf(node: YamlNode | undefined, reader: NodeReader): Placed<readonly string[]>[] {
  return node?.kind === 'scalar' ? [readKeys(node, reader)].filter((path) => path !== null) : [];
}

/** `event_id`, `{header: X-Event-Id}` or `{digest: body}`. */
function readWhereabouts(node: YamlNode | null, reader: NodeReader): Whereabouts | null {
  if (node === null) return null;
  if (node.kind === 'scalar') {
    const path = readKeys(node, reader);
    return path === null ? null : { kind: 'body', path: path.value };
  }
  const fields = reader.fields(node, ['header', 'digest'], 'A place in an event');
  const header = fields?.get('header');
  const digest = fields?.get('digest');
  if (header !== undefined) {
    const name = reader.text(header, 'header');
    return name === null ? null : { kind: 'header', header: name.toLowerCase() };
  }
  if (digest !== undefined && reader.oneOf(digest, ['body'], 'digest') !== null) {
    return { kind: 'digest' };
  }
  return refuse(reader, node.place, 'It is a path in the body, {header: Name}, or {digest: body}.');
}

function readEvent(
  { type, place }: Pick<DraftEvent, 'type' | 'place'>,
  node: YamlNode,
  reader: NodeReader,
): DraftEvent | null {
  const fields = reader.fields(node, ['map', 'order', 'only', 'confirms'], `The event ${type}`);
  if (fields === null) return null;
  const mapNode = reader.required(fields, 'map', `The event ${type} needs map: a mapping's name.`);
  const map = mapNode === null ? null : reader.text(mapNode, 'map');
  const order = readOrder(fields, reader);
  const only = readConditions(fields.get('only'), reader);
  const onlyPaths = conditionPaths(fields.get('only'), reader);
  const confirms = reader.flag(fields, 'confirms');
  if (map === null || mapNode === null) return null;
  return { type, place, map, mapPlace: mapNode.place, ...order, only, onlyPaths, confirms };
}

function readOrder(fields: Fields, reader: NodeReader): Pick<DraftEvent, 'orderId' | 'reference'> {
  const node = fields.get('order');
  const order = node === undefined ? null : reader.fields(node, ['id', 'reference'], 'order');
  const path = (key: string): Placed<readonly string[]> | null => {
    const at = order?.get(key);
    return at === undefined ? null : readKeys(at, reader);
  };
  return { orderId: path('id'), reference: path('reference') };
}
