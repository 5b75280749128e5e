import type { Lane } from '../normalise/lane.ts';
import type { ConnectionKind } from '../wiring/spec.ts';

/** `ignored`: nothing acts on it. `quarantined`: our own normaliser could not take it. */
export type EventStatus = 'accepted' | 'dispatched' | 'late' | 'ignored' | 'quarantined';

export type QuarantineCause =
  'not-json' | 'too-deep' | 'schema-invalid' | 'stale' | 'event-id-reused' | 'unprocessable';

/** What is stored of every authentic body, whether it could be taken or not. */
interface Received {
  connection: string;
  kind: ConnectionKind;
  receivedAt: number;
  /** Id of the webhook secret that verified it. */
  secretId: string;
  /** Of the raw bytes. */
  sha256: Buffer;
  /** JSON of the few headers that are kept. */
  headers: string;
  body: Buffer;
}

export interface NewEvent extends Received {
  eventId: string;
  eventType: string;
  source: string;
  sentAt: number;
  lane: Lane | null;
  /** It may linger for the next event of its lane. */
  confirms: boolean;
  /** Authentic and too old: taken only when it is known already. */
  stale: boolean;
}

export interface NewQuarantine extends Received {
  eventId: string | null;
  eventType: string | null;
  cause: QuarantineCause;
  detail: string;
}

/** The outcome of one atomic insert on (connection, event id). */
export type Appended =
  | { outcome: 'first'; receivedAt: number }
  | {
      outcome: 'duplicate';
      receivedAt: number;
      deliveries: number;
      status: EventStatus;
      lane: Lane | null;
    }
  /** The id is known with another body; this one is in quarantine. */
  | { outcome: 'reused' }
  /** Too old and not known; it is in quarantine. */
  | { outcome: 'stale' }
  /** It belongs in quarantine, which is full: nothing was stored. */
  | { outcome: 'full' };

export interface StoredEvent extends EventName {
  seq: number;
  kind: ConnectionKind;
  eventType: string;
  lane: Lane | null;
  status: EventStatus;
  receivedAt: number;
  deliveries: number;
  attempts: number;
  lastError: string | null;
}

export interface EventWithBody extends StoredEvent {
  secretId: string;
  sha256: Buffer;
  headers: string;
  body: Buffer;
}

/** What names an event once and for all. */
export interface EventName {
  connection: string;
  eventId: string;
}

export interface ClaimRequest {
  owner: string;
  now: number;
  leaseMs: number;
  lanesMax: number;
  /** Of one lane; at least one event is claimed however large it is. */
  eventsMax: number;
  bytesMax: number;
}

/** The events of one lane, oldest first, leased to one dispatcher until `leaseUntil`. */
export interface ClaimedLane {
  lane: Lane;
  leaseUntil: number;
  events: EventWithBody[];
}

export type SettledStatus = Exclude<EventStatus, 'accepted'>;

export interface Settlement {
  seq: number;
  status: SettledStatus;
  at: number;
}

/** A lane that could not be handed over: nothing of it is claimed again before `dueAt`. */
export interface LaneRelease {
  lane: Lane;
  owner: string;
  dueAt: number;
  error: string | null;
}

export interface ListRequest {
  status?: EventStatus;
  connection?: string;
  /** Any of these. */
  lanes?: readonly Lane[];
  order: 'newest' | 'oldest';
  /** `next` of the page before. */
  from?: number;
  limit: number;
}

/** May hold fewer than `limit` while `next` is not null. */
export interface EventPage {
  items: StoredEvent[];
  next: number | null;
}

export interface Backlog {
  count: number;
  oldestReceivedAt: number | null;
}

export interface QuarantinedEvent extends Omit<NewQuarantine, 'sha256'> {
  id: string;
  deliveries: number;
}

export interface QuarantineListRequest {
  connection?: string;
  eventId?: string;
  /** Only what is older than this row, exclusive. */
  before?: { receivedAt: number; id: string };
  limit: number;
}

export interface PruneRequest {
  /** Receipt time by kind before which a settled event is forgotten. */
  before: Record<ConnectionKind | 'quarantine', number>;
  /** Where the last step ended; null for the first of a pass. */
  after: number | null;
  /** Rows looked at in one step. */
  limit: number;
}

export interface PruneStep {
  removed: number;
  /** Where the next step begins; null when the pass is over. */
  next: number | null;
}

/**
 * The memory of everything that arrived. Every promise resolves after its commit, and an event
 * whose append resolved survives a power cut. All writes are batches, so that callers share commits.
 */
export interface InboxStore {
  append(events: readonly NewEvent[]): Promise<Appended[]>;
  /** Leases due events by lanes; a lane that is leased already is left alone. */
  claim(request: ClaimRequest): Promise<ClaimedLane[]>;
  settle(settlements: readonly Settlement[]): Promise<void>;
  release(releases: readonly LaneRelease[]): Promise<void>;
  /** When the next event that is not due yet will be; null when none waits. */
  nextDueAt(now: number): Promise<number | null>;
  get(connection: string, eventId: string): Promise<EventWithBody | undefined>;
  list(request: ListRequest): Promise<EventPage>;
  backlog(): Promise<Backlog>;
  /** Puts settled events back, to be normalised and handed over anew; the number put back. */
  reaccept(events: readonly EventName[], now: number): Promise<number>;
  /** One row per distinct body and cause; false for an entry that found the quarantine full. */
  quarantine(entries: readonly NewQuarantine[]): Promise<boolean[]>;
  listQuarantine(request: QuarantineListRequest): Promise<QuarantinedEvent[]>;
  prune(request: PruneRequest): Promise<PruneStep>;
  close(): Promise<void>;
}
