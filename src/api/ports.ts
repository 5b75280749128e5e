import type { InboxHealth } from '../inbox/gauge.ts';
import type { InboxStore } from '../inbox/store.ts';

/** The part of the inbox that the operators' API uses. */
export type Inbox = Pick<InboxStore, 'get' | 'list' | 'listQuarantine'>;

/** What `/health/ready` and `/metrics` read: in memory, so that asking costs nothing. */
export interface Readings {
  inbox: { readonly writable: boolean; read(): InboxHealth };
  /** Since when Temporal cannot be reached, epoch ms; null while it can. */
  temporal: { awaySince(): number | null };
  /** `degraded` while broken mappings wait and the last good ones serve. */
  mappings?(): 'ok' | 'degraded' | 'pending' | undefined;
  /** Events that may wait; beyond it senders are told 503. */
  backlogMax: number;
}
