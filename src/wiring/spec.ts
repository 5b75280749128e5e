import type { Condition } from './condition.ts';
import type { Profile } from '../verification/profile.ts';

/** What an outside system is; it decides what it is asked and what it may tell. */
export type ConnectionKind = 'crm' | 'tasks' | 'wms';

/** A text of the file, or one that the environment holds when the process starts. */
export interface Setting {
  /** Variable of the environment; null when the file holds the text itself. */
  env: string | null;
  /** The text, or what holds when the variable is not set; null when it has to be set. */
  text: string | null;
}

/** How calls prove who we are. */
export type AuthSpec =
  | { kind: 'none' }
  | { kind: 'header'; header: string; value: Setting }
  | { kind: 'bearer'; token: Setting }
  | { kind: 'basic'; user: Setting; password: Setting }
  /** Client credentials (RFC 6749, 4.4). */
  | {
      kind: 'oauth2';
      tokenUrl: Setting;
      clientId: Setting;
      clientSecret: Setting;
      scope: string | null;
      /** Where the credentials go: HTTP Basic, or the form. */
      credentials: 'basic' | 'form';
      lifetime: TokenLifetime;
    }
  /** A call of the vendor's own that trades credentials for a token. */
  | {
      kind: 'login';
      /** Below the connection's address. */
      path: string;
      /** Fields of the JSON body. */
      send: ReadonlyMap<string, Setting>;
      /** Path of the token in the answer. */
      token: string;
      /** Header that later calls carry, and its text with `{token}`. */
      header: string;
      template: string;
      lifetime: TokenLifetime;
    };

export interface TokenLifetime {
  /** Path of the seconds that a token lives, in the answer; null when it does not say. */
  expiresIn: string | null;
  /** When it does not say. */
  seconds: number;
  /** A token is renewed this long before its end. */
  earlySeconds: number;
}

/** Where an event holds something: a path in its body, a header, or a digest of the whole body. */
export type Whereabouts =
  | { kind: 'body'; path: readonly string[] }
  | { kind: 'header'; header: string }
  | { kind: 'digest' };

/** What an event becomes; each is the target schema of its mapping. */
export type EventMeaning =
  | 'order.created'
  | 'order.updated'
  | 'order.cancelled'
  | 'pick.reported'
  | 'pick.touched'
  | 'stock.risen'
  | 'task.reported';

/** One event type of a vendor. */
export interface EventSpec {
  type: string;
  meaning: EventMeaning;
  /** Name of the mapping that reads the whole body. */
  map: string;
  /** Path of the order's own id; of a pick or a task it may be null. */
  orderId: readonly string[] | null;
  /** Path of our reference of the pick, which names its order for certain. */
  reference: readonly string[] | null;
  /** Events that fail this concern nobody: stored, and acted on by nobody. */
  only: readonly Condition[];
  /** It only confirms what we asked for, so it may wait to travel with the next of its order. */
  confirms: boolean;
}

export interface WebhooksSpec {
  profile: Profile;
  secrets: readonly Setting[];
  /** What a first delivery is answered with: some senders take nothing but 200. */
  ack: 200 | 202;
  /** Schema of what every event has, whatever its type; null when there is none. */
  envelope: string | null;
  id: Whereabouts;
  type: Whereabouts;
  /** When the vendor says that it happened; null when it does not say. */
  at: Whereabouts | null;
  events: ReadonlyMap<string, EventSpec>;
}

/** What an answer means beside its status. */
export type Meaning =
  /** As good as done. */
  | 'ok'
  /** It is not there. */
  | 'missing'
  /** Nothing of it can be had now. */
  | 'out_of_stock'
  /** It was made before, and is found by our reference. */
  | 'exists'
  /** A cancel that comes too late. */
  | 'rejected'
  /** Our event does not follow what the CRM has. */
  | 'disagrees'
  /** Worth another attempt. */
  | 'retry'
  /** Final. */
  | 'refused';

/** The first rule that fits an answer says what it means; none: the status table of seed 4. */
export interface OutcomeRule {
  /** Null for any. */
  statuses: readonly number[] | null;
  where: readonly Condition[];
  means: Meaning;
}

/** Text with `{name}` in it, `{name|filter}` with a form of its own. */
export type Template = readonly (
  string | { name: string; filter: 'epoch_s' | 'epoch_ms' | null }
)[];

export type Paging =
  /** The answer holds, at a path, what the next call gives as `{cursor}`. */
  | { kind: 'cursor'; at: readonly string[] }
  /** `{page}` rises by one while pages are full. */
  | { kind: 'page'; first: number }
  /** `{offset}` rises by what was read. */
  | { kind: 'offset' }
  /** RFC 8288: the `Link` header with rel="next". */
  | { kind: 'link' };

export interface CallSpec {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: Template;
  /** A parameter whose names have no value is left out. */
  query: ReadonlyMap<string, Template>;
  /** Mapping of our command to the body; null for none. */
  send: string | null;
  /** Mapping of the answer, or of each item of it, to our words; null when nothing is read of it. */
  receive: string | null;
  /** A second reading of the same answer: what the CRM wants (`order.stated`). */
  stated: string | null;
  /** Header that carries the idempotency key; null when the vendor knows none. */
  keyHeader: string | null;
  /** Path of the items in a list's answer; empty when the answer is the list. Null: no list. */
  items: readonly string[] | null;
  paging: Paging | null;
  outcomes: readonly OutcomeRule[];
}

export const CALLS_OF = {
  crm: ['tell_crm', 'get_order', 'list_orders', 'list_events', 'alive'],
  tasks: [
    'create_task',
    'update_task',
    'look_at_task',
    'open_action_task',
    'update_action_task',
    'list_tasks',
    'alive',
  ],
  wms: [
    'request_pick',
    'find_pick',
    'look_at_pick',
    'update_pick',
    'cancel_pick',
    'read_stock',
    'list_picks',
    'audit_stock',
    'alive',
  ],
} as const satisfies Record<ConnectionKind, readonly string[]>;

export type CallName = (typeof CALLS_OF)[ConnectionKind][number];

/** What a vendor can do; the core does otherwise where it cannot. */
export interface Capabilities {
  /** A create under a known key is answered with what the first one did. */
  idempotentCreate: boolean;
  /** What was created is found by our reference (`find_pick`), at once or after `searchLagMs`. */
  find: 'reference' | 'search' | 'none';
  searchLagMs: number;
  /** `lines`: what moved, in order. `headers`: that something did. `none`: nothing, so it is polled. */
  events: 'lines' | 'headers' | 'none';
  cancel: 'lines' | 'whole' | 'none';
  /** It reports shipments: orders end at `shipped`, otherwise at `picked`. */
  shipments: boolean;
}

/** How often a pick is looked at of which nothing is heard, in ms before CROSSDOCK_TIME_SCALE. */
export interface PollSpec {
  firstMs: number;
  maxMs: number;
}

export interface RateSpec {
  perSecond: number;
  burst: number;
}

/** A vendor's document left this open, and this is what was taken for granted. */
export interface Assumption {
  /** The source's own sentence, or what it is silent on. */
  says: string;
  so: string;
}

/** One outside system, as its file in `connections/` describes it. */
export interface ConnectionSpec {
  /** Also the last part of its webhooks' path. */
  name: string;
  kind: ConnectionKind;
  title: string;
  assumptions: readonly Assumption[];
  url: Setting;
  /** Appended to the address: `/api/v1`. */
  below: string;
  auth: AuthSpec;
  headers: ReadonlyMap<string, Setting>;
  rate: RateSpec | null;
  webhooks: WebhooksSpec | null;
  calls: ReadonlyMap<CallName, CallSpec>;
  can: Capabilities;
  poll: PollSpec | null;
  /** Of a CRM: the connections that its orders go to; null for the defaults. */
  orders: { wms: string | null; tasks: string | null };
  /** Path of the file, for messages. */
  file: string;
}
