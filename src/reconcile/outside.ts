import type { Vendor } from '../connections/vendor/ask.ts';
import type { CallName, ConnectionKind, ConnectionSpec } from '../wiring/spec.ts';

/** A connection that can be called now. */
export interface OutsideConnection {
  spec: ConnectionSpec;
  /** Where it is reached: another address is another system. */
  address: string;
}

/** What holds now; another call may answer otherwise. */
export interface Today {
  /** Hash of the bundle that is in force. */
  bundle: string;
  connections: readonly OutsideConnection[];
}

export interface VendorAsk {
  name: string;
  kind: ConnectionKind;
  /** Hash of the bundle in whose words it is spoken to. */
  bundle: string;
}

/** The systems that the books are held against. */
export interface Outside {
  today(): Today;
  /**
   * Reached as today, in the words of that bundle and of no other: undefined when the bundle is not
   * stored, or has no such connection. Its client gives way to the commands of orders.
   */
  vendor(ask: VendorAsk): Promise<Vendor | undefined>;
}

export const LIST_CALL = { crm: 'list_orders', wms: 'list_picks', tasks: 'list_tasks' } as const;

type Called = Pick<ConnectionSpec, 'kind' | 'calls'>;

export function isListed({ kind, calls }: Called): boolean {
  return calls.has(LIST_CALL[kind]);
}

/** Whether a call says what this name stands for; one that does not shows more. */
export function takes({ calls }: Called, name: CallName, given: string): boolean {
  const call = calls.get(name);
  if (call === undefined) return false;
  return [call.path, ...call.query.values()].some((template) =>
    template.some((part) => typeof part === 'object' && part.name === given),
  );
}

/** Whether its listing can be narrowed by this name. */
export function listsBy(spec: Called, given: 'since' | 'status' | 'order_id'): boolean {
  return takes(spec, LIST_CALL[spec.kind], given);
}
