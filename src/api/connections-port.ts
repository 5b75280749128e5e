/** What operators see of a connection that webhooks come in by; times are epoch ms. */
export interface ConnectionView {
  name: string;
  kind: 'crm' | 'tasks' | 'wms';
  profile: string;
  path: string;
  paused: { since: number; reason: string | null } | null;
  secrets: {
    id: string;
    state: 'next' | 'active' | 'retiring' | 'retired';
    createdAt: number | null;
    until: number | null;
    lastUsedAt: number | null;
  }[];
  webhooks: {
    since: number;
    lastVerifiedAt: number | null;
    answers: ReadonlyMap<string, number>;
    lastRefusal: { at: number; outcome: string; cause: string | null } | null;
  };
}

export interface ExaminedRequest {
  method: string;
  url: string;
  /** By lower-case name. */
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** The part of ingest that operators steer. */
export interface ConnectionsPort {
  list(): ConnectionView[];
  find(name: string): ConnectionView | undefined;
  rotate(call: {
    connection: string;
    overlapMs?: number | undefined;
    force: boolean;
    /** Made by the sender; a new one is made unless given. */
    value?: string | undefined;
  }): { secretId: string; shown: string; activeFrom: number; previousUntil: number };
  pause(name: string, reason: string | null): void;
  resume(name: string): void;
  examine(name: string, request: ExaminedRequest): { check: string; ok: boolean; detail: string }[];
}

export interface ConnectionLimits {
  overlapMaxMs: number;
  /** Body of a request that the signature doctor is given. */
  doctorBodyBytesMax: number;
}
